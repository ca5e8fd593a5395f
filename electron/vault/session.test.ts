import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { nodeVaultFs } from './fs.ts'
import { steppedFs, systemError, type Hooks } from './testing/stepped-fs.ts'
import { must, newVault, PASSPHRASE, QUICK, reopen, stillClock, storeIn, temporaryFolder } from './testing/vaults.ts'

let dir: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
})
const withHooks = (hooks: Hooks) => ({ fs: steppedFs(nodeVaultFs(stillClock(), process.platform), dir, hooks) })

describe('saving', () => {
  test('is answered when the data is durable, and counts generations', async () => {
    const session = await newVault(dir, ['a'])
    expect(await session.save({ notes: ['b'] })).toEqual({ ok: true, value: { generation: 2, warnings: [] } })
    expect(session.data().notes).toEqual(['b'])
    expect(session.generation).toBe(2)
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['b'], generation: 2 })
  })

  test('many times at once writes the last, and answers each when its data or later data is durable', async () => {
    let renames = 0
    const hooks = withHooks({ before: ({ name }) => void (renames += name === 'rename ./vault.age' ? 1 : 0) })
    const session = await newVault(dir, [], hooks)
    renames = 0
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => session.save({ notes: [`${i}`] })))
    expect(renames).toBe(1)
    expect(new Set(answers.map((answer) => must(answer).generation))).toEqual(new Set([2]))
    expect(session.data().notes).toEqual(['49'])
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['49'] })
  })

  test('while one is being written waits, and is written after it', async () => {
    const session = await newVault(dir, [])
    const first = session.save({ notes: ['first'] })
    await Promise.resolve()
    await Promise.resolve()
    const second = session.save({ notes: ['second'] })
    expect([must(await first).generation, must(await second).generation]).toEqual([2, 3])
    await session.lock()
  })

  test('on a full disk is refused, changes nothing, and works when there is room again', async () => {
    let isFull = false
    const hooks = withHooks({
      before({ name }) {
        if (isFull && name.startsWith('write')) throw systemError('ENOSPC')
      },
    })
    const session = await newVault(dir, ['a'], hooks)
    isFull = true
    expect(await session.save({ notes: ['b'] })).toEqual({
      ok: false,
      error: { code: 'not-written', reason: 'full', errno: 'ENOSPC', outcome: 'unchanged' },
    })
    expect(session.data().notes).toEqual(['a'])
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([])
    isFull = false
    expect(must(await session.save({ notes: ['c'] })).generation).toBe(3)
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['c'], generation: 3, rolledBack: undefined })
  })

  test('of what could not be read again is refused before anything is written', async () => {
    const session = await newVault(dir, ['a'])
    const tooMuch = Array.from({ length: 64 }, () => 'x'.repeat(1024 * 1024))
    expect(await session.save({ notes: tooMuch })).toMatchObject({ error: { code: 'too-large' } })
    expect(session.data().notes).toEqual(['a'])
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['a'] })
  })

  test('succeeds without state.json and without a snapshot, and says so', async () => {
    const hooks = withHooks({
      before({ name }) {
        if (/^create .\/(state|snapshots)/.test(name)) throw systemError('ENOSPC')
      },
    })
    const session = must(await storeIn(dir, hooks).create({ passphrase: PASSPHRASE, data: { notes: [] } })).session
    expect(must(await session.save({ notes: ['b'] }))).toEqual({ generation: 2, warnings: ['mirror', 'snapshot'] })
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['b'], rolledBack: undefined })
  })

  test('that fails by a mistake of ours throws, and the next one works', async () => {
    const session = await newVault(dir, ['a'])
    const circular: { notes: string[]; self?: unknown } = { notes: [] }
    circular.self = circular
    await expect(session.save(circular)).rejects.toThrow(TypeError)
    expect(must(await session.save({ notes: ['b'] })).generation).toBe(3)
    await session.lock()
  })
})

describe('locking', () => {
  test('finishes what was asked for, refuses what comes after, and lets nothing be read any more', async () => {
    const session = await newVault(dir, ['a'])
    const saved = session.save({ notes: ['b'] })
    const locked = session.lock()
    expect(() => session.data()).toThrow('locked')
    expect(await session.save({ notes: ['c'] })).toEqual({ ok: false, error: { code: 'locked' } })
    expect(await session.verifyPassphrase(PASSPHRASE)).toEqual({ ok: false, error: { code: 'locked' } })
    expect(await session.refresh()).toEqual({ ok: false, error: { code: 'locked' } })
    expect(session.prepareRecoveryCode()).toEqual({ ok: false, error: { code: 'locked' } })
    expect((await saved).ok).toBe(true)
    await locked
    await session.lock()
    expect(session.slots()).toEqual([])
    expect(await reopen(dir)).toMatchObject({ notes: ['b'] })
  })

  test.each([
    ['the old passphrase is still being checked', 1],
    ['the new one is being derived', 2],
  ])('while %s leaves the old one', async (_, heldDerivation) => {
    let derivations = Number.NEGATIVE_INFINITY
    let letGo = () => {}
    let isReached = () => {}
    const reached = new Promise<void>((resolve) => (isReached = resolve))
    const derive = async () => {
      derivations += 1
      if (derivations === heldDerivation) {
        isReached()
        await new Promise<void>((resolve) => (letGo = resolve))
      }
      return new Uint8Array(32)
    }
    const session = await newVault(dir, ['a'], { derive })
    derivations = 0
    const changed = session.changePassphrase({ passphrase: PASSPHRASE }, 'the next one')
    await reached
    const locked = session.lock()
    letGo()
    await locked
    expect(await changed).toEqual({ ok: false, error: { code: 'locked' } })
    expect(await readdir(`${dir}/slots`)).toHaveLength(1)
    expect(await reopen(dir, { derive })).toMatchObject({ notes: ['a'], generation: 1 })
  })
})

describe('asking for the passphrase again', () => {
  test('tells right from wrong, slows down guessing, and does not touch the disk', async () => {
    let steps = 0
    const session = await newVault(dir, [], withHooks({ before: () => void (steps += 1) }))
    steps = 0
    expect(await session.verifyPassphrase(PASSPHRASE)).toEqual({ ok: true, value: undefined })
    expect(await session.verifyPassphrase('')).toMatchObject({ error: { code: 'wrong-passphrase' } })
    for (let i = 0; i < 3; i++)
      expect(await session.verifyPassphrase('wrong')).toMatchObject({ error: { code: 'wrong-passphrase' } })
    expect(await session.verifyPassphrase(PASSPHRASE)).toMatchObject({ error: { code: 'try-later' } })
    expect(steps).toBe(0)
    await session.lock()
  })

  test('takes no slot that somebody put into the folder', async () => {
    const session = await newVault(dir, [])
    const other = await temporaryFolder()
    onTestFinished(other.remove)
    const theirs = must(await storeIn(other.path).create({ passphrase: 'theirs', data: { notes: [] } })).session
    await theirs.lock()
    for (const name of await readdir(`${other.path}/slots`))
      await copyFile(`${other.path}/slots/${name}`, `${dir}/slots/${name}`)
    expect(await session.verifyPassphrase('theirs')).toMatchObject({ error: { code: 'wrong-passphrase' } })
    await session.lock()
  })
})

describe('a second process', () => {
  test('reads what is there, is told who writes, and may not write', async () => {
    const writer = await newVault(dir, ['a'], { self: { pid: 1234, label: 'browser' } })
    const store = storeIn(dir)
    expect(await store.status()).toMatchObject({ state: 'locked', heldBy: { holder: { pid: 1234, label: 'browser' } } })
    const reader = must(await store.unlock({ passphrase: PASSPHRASE })).session
    const held = { code: 'held', holder: { pid: 1234, label: 'browser' } }
    expect(reader.readOnly).toEqual({ why: 'held', holder: { pid: 1234, label: 'browser' } })
    expect(reader.data().notes).toEqual(['a'])
    expect(await reader.save({ notes: ['x'] })).toEqual({ ok: false, error: held })
    expect(await reader.changePassphrase({ passphrase: PASSPHRASE }, 'next')).toEqual({ ok: false, error: held })
    expect(reader.prepareRecoveryCode()).toEqual({ ok: false, error: held })
    expect(await reader.removeSlot('x')).toEqual({ ok: false, error: held })
    expect(await reader.deleteSnapshots([])).toEqual({ ok: false, error: held })

    must(await writer.save({ notes: ['b'] }))
    expect(await reader.refresh()).toEqual({ ok: true, value: true })
    expect(reader.data().notes).toEqual(['b'])
    expect(await reader.refresh()).toEqual({ ok: true, value: false })
    await reader.lock()
    await writer.lock()
  })

  test('removes nothing that the first is just writing', async () => {
    const writer = await newVault(dir, ['a'])
    const temporary = `${dir}/vault.age.${'0'.repeat(32)}.tmp`
    await writeFile(temporary, 'half')
    const reader = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    await reader.lock()
    expect(await readdir(dir)).toContain(temporary.slice(dir.length + 1))
    await writer.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['a'] })
    expect(await readdir(dir)).not.toContain(temporary.slice(dir.length + 1))
  })

  test('writes once the first has locked', async () => {
    const first = await newVault(dir, ['a'])
    await first.lock()
    const second = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    expect(second.readOnly).toBeUndefined()
    must(await second.save({ notes: ['b'] }))
    await second.lock()
  })

  test('that asks to read only leaves the right to write to others, and writes no file', async () => {
    const session = await newVault(dir, ['a'])
    await session.lock()
    const changes: string[] = []
    const hooks = withHooks({ before: ({ name }) => void (/^(read|list) /.test(name) || changes.push(name)) })
    const reader = must(await storeIn(dir, hooks).unlock({ passphrase: PASSPHRASE }, { readOnly: true })).session
    expect(reader.readOnly).toEqual({ why: 'asked' })
    expect(await reader.save({ notes: [] })).toEqual({ ok: false, error: { code: 'held', holder: undefined } })
    const writer = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    expect(writer.readOnly).toBeUndefined()
    await writer.lock()
    await reader.lock()
    expect(changes).toEqual([])
  })

  test('whose slot was removed meanwhile is told that its secret is wrong now', async () => {
    const writer = await newVault(dir, ['a'])
    const reader = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    must(await writer.changePassphrase({ passphrase: PASSPHRASE }, 'the next one'))
    expect(await reader.refresh()).toMatchObject({ error: { code: 'wrong-passphrase' } })
    expect(reader.data().notes).toEqual(['a'])
    await reader.lock()
    await writer.lock()
  })

  test('sees the slots that the first has added', async () => {
    const writer = await newVault(dir, ['a'])
    const reader = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    must(await writer.confirmRecoveryCode(must(writer.prepareRecoveryCode())))
    must(await reader.refresh())
    expect(reader.slots().map(({ kind, file }) => [kind, file])).toEqual([
      ['passphrase', 'present'],
      ['recovery-code', 'present'],
    ])
    await reader.lock()
    await writer.lock()
  })
})

test('the work factor of new slots is as asked', async () => {
  const asked: number[] = []
  const derive = async (_: Uint8Array, __: Uint8Array, logN: number) => {
    asked.push(logN)
    return new Uint8Array(32)
  }
  const session = await newVault(dir, [], { derive })
  await session.lock()
  expect(asked).toEqual([QUICK])
})
