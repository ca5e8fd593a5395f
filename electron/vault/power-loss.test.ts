/**
 * The power goes after every step of a flow, and what had not been synced reaches the disk or does not, in many ways.
 * kill -9 can't show a missing fsync: the system's memory outlives the process. This does.
 */
import { dirname } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { VaultFs } from './fs.ts'
import { PowerLossFs, type Luck } from './testing/power-loss-fs.ts'
import { steppedFs } from './testing/stepped-fs.ts'
import { must, newVault, PASSPHRASE, reopen, storeIn, temporaryFolder } from './testing/vaults.ts'

const LUCKS: readonly (() => Luck)[] = [
  () => ({ changes: () => false, bytes: () => 'synced' }),
  () => ({ changes: () => true, bytes: () => 'synced' }),
  () => ({ changes: () => true, bytes: () => 'half' }),
  () => ({ changes: () => false, bytes: () => 'all' }),
  () => ({ changes: () => true, bytes: () => 'all' }),
  ...Array.from({ length: 8 }, (_, seed) => () => drawn(seed + 1)),
]

/** The same draws for the same seed (xorshift32). */
function drawn(seed: number): Luck {
  let state = seed * 2_654_435_761
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return { changes: () => next() % 2 === 0, bytes: () => (['synced', 'half', 'all'] as const)[next() % 3]! }
}

/** Runs `flow` on a disk; after each of its steps, `check` sees every disk that a loss of power at that moment could leave. */
async function loseThePower(
  disk: PowerLossFs,
  dir: string,
  flow: (fs: VaultFs) => Promise<void>,
  check: (found: PowerLossFs, where: string) => Promise<void>,
): Promise<number> {
  const found: [PowerLossFs, string][] = []
  const fs = steppedFs(disk, dir, {
    after({ number, name }) {
      if (/^(read|list|close) /.test(name)) return
      for (const [i, luck] of LUCKS.entries())
        found.push([disk.afterPowerLoss(luck()), `after step ${number} (${name}), luck ${i}`])
    },
  })
  await flow(fs)
  for (const luck of LUCKS) found.push([disk.afterPowerLoss(luck()), 'at the end'])
  for (const [state, where] of found) await check(state, where)
  return found.length
}

const HOUR = 3_600_000
const clockAt = (now: number) => ({ now: () => now, after: () => () => undefined })

async function folder() {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  return path
}

describe('a loss of power', () => {
  test('at any moment of two saves, the second with a snapshot, leaves the last acknowledged generation or the one being written', async () => {
    const dir = await folder()
    const disk = new PowerLossFs()
    const start = Date.UTC(2026, 10, 24, 12)
    const making = await newVault(dir, ['0'], { fs: disk, clock: clockAt(start) })
    must(await making.save({ notes: ['1'] }))
    await making.lock()
    disk.settle()
    const acknowledged = new Map<string, number>()
    let last = 1
    const clock = clockAt(start + HOUR)
    const checked = await loseThePower(
      disk,
      dir,
      async (fs) => {
        const counting = steppedFs(fs, dir, { after: ({ number }) => void acknowledged.set(`${number}`, last) })
        const { session } = must(await storeIn(dir, { fs: counting, clock }).unlock({ passphrase: PASSPHRASE }))
        for (const note of [2, 3]) {
          must(await session.save({ notes: [`${note}`] }))
          last = note
        }
        await session.lock()
      },
      async (found, where) => {
        const number = /after step (\d+)/.exec(where)?.[1]
        const least = number === undefined ? last : acknowledged.get(number)!
        const seen = await reopen(dir, { fs: found, clock })
        expect([where, seen]).toEqual([where, expect.objectContaining({ fellBack: undefined, rolledBack: undefined })])
        expect([where, Number(seen.notes![0]) >= least]).toEqual([where, true])
      },
    )
    expect(checked).toBeGreaterThan(500)
  }, 60_000)

  test('at any moment of making a vault leaves none or a whole one', async () => {
    const dir = await folder()
    const disk = new PowerLossFs()
    await disk.makeDir(dirname(dir))
    disk.settle()
    let isMade = false
    await loseThePower(
      disk,
      dir,
      async (fs) => {
        await (await newVault(dir, ['1'], { fs })).lock()
        isMade = true
      },
      async (found, where) => {
        const status = await storeIn(dir, { fs: found }).status()
        if (where === 'at the end') expect([where, status.state, isMade]).toEqual([where, 'locked', true])
        if (status.state === 'absent') await (await newVault(dir, ['1'], { fs: found })).lock()
        const seen = await reopen(dir, { fs: found })
        expect([where, seen]).toEqual([
          where,
          expect.objectContaining({ notes: ['1'], fellBack: undefined, rolledBack: undefined }),
        ])
      },
    )
  }, 60_000)

  test('at any moment of changing the passphrase leaves the old one or the new one', async () => {
    const dir = await folder()
    const disk = new PowerLossFs()
    await (await newVault(dir, ['1'], { fs: disk })).lock()
    disk.settle()
    await loseThePower(
      disk,
      dir,
      async (fs) => {
        const { session } = must(await storeIn(dir, { fs }).unlock({ passphrase: PASSPHRASE }))
        must(await session.changePassphrase({ passphrase: PASSPHRASE }, 'the next one'))
        await session.lock()
      },
      async (found, where) => {
        const withNew = await reopen(dir, { fs: found }, 'the next one')
        const withOld = await reopen(dir, { fs: found })
        const whole = [withNew, withOld].filter(({ notes, fellBack }) => notes?.[0] === '1' && !fellBack)
        expect([where, whole.length]).toEqual([where, 1])
        if (where === 'at the end') expect(withNew.notes).toEqual(['1'])
      },
    )
  }, 60_000)
})
