/** Every step that a flow takes on the disk is failed once: before it is done, after it is done, and for good from there on. */
import { describe, expect, onTestFinished, test } from 'vitest'
import type { VaultFs } from './fs.ts'
import { PowerLossFs } from './testing/power-loss-fs.ts'
import { steppedFs, systemError, type Hooks, type Step } from './testing/stepped-fs.ts'
import { must, newVault, PASSPHRASE, reopen, storeIn, temporaryFolder } from './testing/vaults.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 24, 12)
const NEXT = 'the next passphrase'

interface Failing {
  readonly at: number
  readonly how: 'before' | 'after' | 'from-there-on' | 'half'
  readonly errno: string
}

/** Fails as told once it is armed, counting from there. `wasMet`: the flow got that far. */
function failing(fs: VaultFs, dir: string, { at, how, errno }: Failing) {
  const switched = { isArmed: false, wasMet: false }
  let start: number | undefined
  const isMet = ({ number }: Step) => {
    if (!switched.isArmed) return false
    start ??= number
    const count = number - start + 1
    return how === 'from-there-on' ? count >= at : count === at
  }
  const failIf = (isDue: boolean) => {
    if (!isDue) return
    switched.wasMet = true
    throw systemError(errno)
  }
  const hooks: Hooks = {
    before: (step) => failIf((how === 'before' || how === 'from-there-on') && isMet(step)),
    after: (step) => failIf((how === 'after' || how === 'half') && isMet(step)),
    take: (step, length) => (how === 'half' && isMet(step) ? length >> 1 : length),
  }
  return { fs: steppedFs(fs, dir, hooks), switched }
}

const WAYS = [
  ...(['EIO', 'EPERM'] as const).map((errno) => ({ how: 'before' as const, errno })),
  { how: 'after' as const, errno: 'EIO' },
  { how: 'half' as const, errno: 'ENOSPC' },
  { how: 'from-there-on' as const, errno: 'ENOSPC' },
]

/** Runs `flow` with its first step failing, then its second, until it runs through; answers how many steps were failed. */
async function failEveryStep(
  way: (typeof WAYS)[number],
  flow: (failure: Failing) => Promise<boolean>,
): Promise<number> {
  for (let at = 1; at < 500; at++) if (!(await flow({ at, ...way }))) return at - 1
  throw new Error('the flow never ran through')
}

const clockAt = (now: number) => ({ now: () => now, after: () => () => undefined })

describe.each(WAYS)('a disk that fails with $errno, $how', (way) => {
  test('while a vault is saved loses nothing that was acknowledged, and saves again once it works', async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const dir = folder.path
    const failed = await failEveryStep(way, async (failure) => {
      const disk = new PowerLossFs()
      const making = await newVault(dir, ['one'], { fs: disk, clock: clockAt(START) })
      must(await making.save({ notes: ['two'] }))
      await making.lock()
      const { fs, switched } = failing(disk, dir, failure)
      // An hour later: the snapshot is part of the flow.
      const clock = clockAt(START + HOUR)
      const { session } = must(await storeIn(dir, { fs, clock }).unlock({ passphrase: PASSPHRASE }))
      switched.isArmed = true
      const saved = await session.save({ notes: ['three'] })
      switched.isArmed = false
      const seen = await reopen(dir, { fs: disk, clock })
      expect([failure, seen]).toEqual([
        failure,
        expect.objectContaining({ fellBack: undefined, rolledBack: undefined }),
      ])
      if (saved.ok) expect([failure, seen.notes]).toEqual([failure, ['three']])
      else
        expect([failure, seen.notes]).toEqual([
          failure,
          saved.error.code === 'not-written' && saved.error.outcome === 'unknown' ? seen.notes : ['two'],
        ])
      expect([['two'], ['three']]).toContainEqual(seen.notes)
      must(await session.save({ notes: ['four'] }))
      await session.lock()
      expect(await reopen(dir, { fs: disk, clock })).toMatchObject({
        notes: ['four'],
        fellBack: undefined,
        rolledBack: undefined,
      })
      return switched.wasMet
    })
    expect(failed).toBeGreaterThan(20)
  }, 60_000)

  test('while a vault is made leaves none or a whole one', async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const dir = folder.path
    const failed = await failEveryStep(way, async (failure) => {
      const disk = new PowerLossFs()
      const { fs, switched } = failing(disk, dir, failure)
      switched.isArmed = true
      const made = await storeIn(dir, { fs }).create({ passphrase: PASSPHRASE, data: { notes: ['one'] } })
      if (made.ok) await made.value.session.lock()
      const status = await storeIn(dir, { fs: disk }).status()
      if (made.ok) expect([failure, status.state]).toEqual([failure, 'locked'])
      if (status.state === 'absent') await (await newVault(dir, ['one'], { fs: disk })).lock()
      expect([failure, await reopen(dir, { fs: disk })]).toEqual([
        failure,
        expect.objectContaining({ notes: ['one'], fellBack: undefined, rolledBack: undefined }),
      ])
      return switched.wasMet
    })
    expect(failed).toBeGreaterThan(20)
  }, 60_000)

  test('while the passphrase is changed leaves the old one or the new one, and what it said is so', async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const dir = folder.path
    const failed = await failEveryStep(way, async (failure) => {
      const disk = new PowerLossFs()
      const making = await newVault(dir, ['one'], { fs: disk })
      await making.lock()
      const { fs, switched } = failing(disk, dir, failure)
      const { session } = must(await storeIn(dir, { fs: fs }).unlock({ passphrase: PASSPHRASE }))
      switched.isArmed = true
      const changed = await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT)
      switched.isArmed = false
      await session.lock()
      const withOld = await reopen(dir, { fs: disk })
      const withNew = await reopen(dir, { fs: disk }, NEXT)
      if (changed.ok) {
        expect([failure, withNew]).toEqual([
          failure,
          expect.objectContaining({ notes: ['one'], fellBack: undefined, rolledBack: undefined }),
        ])
        if (changed.value.warnings.length === 0)
          expect([failure, withOld]).toEqual([
            failure,
            { error: expect.objectContaining({ code: 'wrong-passphrase' }) },
          ])
      } else if (changed.error.code === 'not-written' && changed.error.outcome === 'unchanged') {
        expect([failure, withOld]).toEqual([
          failure,
          expect.objectContaining({ notes: ['one'], fellBack: undefined, rolledBack: undefined }),
        ])
        expect([failure, withNew]).toEqual([failure, { error: expect.objectContaining({ code: 'wrong-passphrase' }) }])
      } else {
        expect([failure, [withOld, withNew].some(({ notes, fellBack }) => notes?.[0] === 'one' && !fellBack)]).toEqual([
          failure,
          true,
        ])
      }
      return switched.wasMet
    })
    expect(failed).toBeGreaterThan(40)
  }, 60_000)

  test('while a vault is opened is told as that, or changes nothing', async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const dir = folder.path
    const disk = new PowerLossFs()
    const making = await newVault(dir, ['one'], { fs: disk })
    must(await making.save({ notes: ['two'] }))
    await making.lock()
    const failed = await failEveryStep(way, async (failure) => {
      const { fs, switched } = failing(disk, dir, failure)
      switched.isArmed = true
      const seen = await reopen(dir, { fs })
      if ('error' in seen)
        expect([failure, ['not-readable', 'damaged', 'missing']]).toEqual([
          failure,
          expect.arrayContaining([seen.error?.code]),
        ])
      else if (!seen.fellBack) expect([failure, seen.notes]).toEqual([failure, ['two']])
      expect(await reopen(dir, { fs: disk })).toMatchObject({
        notes: ['two'],
        fellBack: undefined,
        rolledBack: undefined,
      })
      return switched.wasMet
    })
    expect(failed).toBeGreaterThan(5)
  }, 60_000)
})
