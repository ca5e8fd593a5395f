import { copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { fromUtf8, utf8 } from '../../shared/kit/index.ts'
import { decryptWith, encryptTo } from './age/file.ts'
import { deriveWithNode } from './age/scrypt.ts'
import { nodeVaultFs } from './fs.ts'
import { newSlotKey, openSlotFile } from './slot-file.ts'
import { flip, plainFilesIn, slotFiles } from './testing/files.ts'
import { steppedFs, systemError } from './testing/stepped-fs.ts'
import {
  checkNotes,
  must,
  newVault,
  PASSPHRASE,
  reopen,
  stillClock,
  storeIn,
  temporaryFolder,
} from './testing/vaults.ts'

let dir: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = join(folder.path, 'data')
})

const inside = (name: string) => join(dir, name)

/** Opens vault.age by its passphrase slot, changes the payload's text, and puts it back as another program would. */
async function rewritePayload(change: (text: string) => string) {
  const [slot] = await slotFiles(dir)
  const key = must(
    await openSlotFile(await readFile(slot!), { kind: 'passphrase', bytes: utf8(PASSPHRASE) }, deriveWithNode),
  )
  const text = fromUtf8(must(await decryptWith(key.identity, await readFile(inside('vault.age')))))!
  await writeFile(inside('vault.age'), await encryptTo([key.recipient], utf8(change(text))))
}

describe('a folder without a vault', () => {
  test('is absent, and looking at it leaves no trace', async () => {
    expect(await storeIn(dir).status()).toEqual({ state: 'absent' })
    expect(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).toEqual({ ok: false, error: { code: 'absent' } })
    await expect(stat(dir)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('gets a vault that only its owner reads, and that opens again with what was put in', async () => {
    const session = await newVault(dir, ['first'])
    expect(session.data().notes).toEqual(['first'])
    expect(session.slots()).toMatchObject([{ kind: 'passphrase', file: 'present' }])
    await session.lock()
    expect(await reopen(dir)).toEqual({ notes: ['first'], generation: 1, fellBack: undefined, rolledBack: undefined })
    expect(await plainFilesIn(dir)).toEqual([
      'slots/passphrase-*.age',
      'snapshots/*/slots/passphrase-*.age',
      'snapshots/*/vault.age',
      'state.json',
      'vault.age',
    ])
    for (const name of await readdir(dir, { recursive: true })) {
      const { mode } = await stat(inside(name))
      if (!name.startsWith('writer.')) expect([name, (mode & 0o077).toString(8)]).toEqual([name, '0'])
    }
  })

  test.each([
    ['', 'empty'],
    ['two\nlines', 'letter'],
  ])('gets no vault with the passphrase %j', async (passphrase, reason) => {
    const made = await storeIn(dir).create({ passphrase, data: { notes: [] } })
    expect(made).toEqual({ ok: false, error: { code: 'passphrase-unusable', reason } })
    expect(await storeIn(dir).status()).toEqual({ state: 'absent' })
  })
})

describe('where there is anything of a vault', () => {
  test.each([
    ['vault.age alone', ['vault.age']],
    ['the older vault alone', ['vault.age.bak']],
    ['slots alone', ['slots']],
    ['snapshots alone', ['snapshots']],
    ['state.json alone', ['state.json']],
  ])('%s, none is made and none is shown as absent', async (_, kept) => {
    const session = await newVault(dir, ['first'])
    must(await session.save({ notes: ['second'] }))
    await session.lock()
    for (const name of await readdir(dir)) if (!kept.includes(name)) await rm(inside(name), { recursive: true })
    const before = await plainFilesIn(dir)
    expect(await storeIn(dir).status()).toMatchObject({ state: 'locked' })
    expect(await storeIn(dir).create({ passphrase: 'another', data: { notes: [] } })).toEqual({
      ok: false,
      error: { code: 'exists' },
    })
    expect(await plainFilesIn(dir)).toEqual(before)
  })

  test('the making of which was interrupted before it held anything, one can be made', async () => {
    await mkdir(inside('slots'), { recursive: true })
    await writeFile(inside('vault.creating'), 'passphrase-0123456789abcdef')
    await writeFile(inside('slots/passphrase-0123456789abcdef.age'), 'half')
    expect(await storeIn(dir).status()).toEqual({ state: 'absent' })
    const session = await newVault(dir, ['first'])
    await session.lock()
    expect(await slotFiles(dir)).toHaveLength(1)
    expect(await readdir(dir)).not.toContain('vault.creating')
  })

  test('while one is open here or elsewhere, no second is made', async () => {
    const store = storeIn(dir)
    must(await store.create({ passphrase: PASSPHRASE, data: { notes: [] } }))
    expect(await store.create({ passphrase: PASSPHRASE, data: { notes: [] } })).toMatchObject({
      error: { code: 'exists' },
    })
    expect(await storeIn(dir).create({ passphrase: PASSPHRASE, data: { notes: [] } })).toMatchObject({
      error: { code: 'held' },
    })
    await store.session!.lock()
  })
})

describe('a locked vault', () => {
  beforeEach(async () => {
    const session = await newVault(dir, ['first'])
    must(await session.save({ notes: ['second'] }))
    await session.lock()
  })

  test('tells which kinds of secret open it', async () => {
    expect(await storeIn(dir).status()).toEqual({
      state: 'locked',
      ways: ['passphrase'],
      heldBy: undefined,
      fault: undefined,
    })
  })

  test('opens with a single key derivation', async () => {
    let derivations = 0
    const derive: typeof deriveWithNode = (...args) => {
      derivations += 1
      return deriveWithNode(...args)
    }
    expect(await reopen(dir, { derive })).toMatchObject({ notes: ['second'] })
    expect(derivations).toBe(1)
  })

  test('says wrong passphrase, damaged, missing and newer format in four different ways', async () => {
    expect(await reopen(dir, {}, 'wrong')).toEqual({ error: { code: 'wrong-passphrase', retryAt: undefined } })

    await rm(inside('vault.age.bak'))
    await rm(inside('snapshots'), { recursive: true })
    await copyFile(inside('vault.age'), inside('kept'))

    await flip(inside('vault.age'), -1)
    expect(await reopen(dir)).toEqual({ error: { code: 'damaged', file: 'vault.age', reason: 'changed' } })
    expect(await reopen(dir, {}, 'wrong')).toMatchObject({ error: { code: 'wrong-passphrase' } })

    await rm(inside('vault.age'))
    expect(await reopen(dir)).toEqual({ error: { code: 'missing', file: 'vault.age' } })

    await copyFile(inside('kept'), inside('vault.age'))
    await rewritePayload((text) => text.replace('"format":1', '"format":2'))
    expect(await reopen(dir)).toEqual({ error: { code: 'newer-format', format: 2 } })
  })

  test('of a newer format is not opened from an older file instead, and not touched', async () => {
    await rewritePayload((text) => text.replace('"format":1', '"format":2'))
    const before = await readFile(inside('vault.age'))
    const store = storeIn(dir)
    expect(await store.unlock({ passphrase: PASSPHRASE })).toEqual({
      ok: false,
      error: { code: 'newer-format', format: 2 },
    })
    expect(await store.status()).toMatchObject({ state: 'locked', fault: { code: 'newer-format', format: 2 } })
    expect(await readFile(inside('vault.age'))).toEqual(before)
  })

  test('that opens to a slot which its own list does not name is damaged: who may open it is said inside', async () => {
    const { recipient } = await newSlotKey()
    await rm(inside('vault.age.bak'))
    await rm(inside('snapshots'), { recursive: true })
    await rewritePayload((text) => text.replace(/age1[0-9a-z]{58}/, recipient))
    expect(await reopen(dir)).toEqual({ error: { code: 'damaged', file: 'vault.age', reason: 'content' } })
  })

  test('whose data is of a later version of its owner is told as newer too', async () => {
    await rewritePayload((text) => text.replace('"notes":', '"version":3,"notes":'))
    expect(await reopen(dir)).toEqual({ error: { code: 'newer-format', format: 3 } })
  })

  test('whose header is damaged or gone says so before anyone types a passphrase', async () => {
    await writeFile(inside('vault.age'), 'something else')
    expect(await storeIn(dir).status()).toMatchObject({
      fault: { code: 'damaged', file: 'vault.age', reason: 'changed' },
    })
    await rm(inside('vault.age'))
    expect(await storeIn(dir).status()).toMatchObject({ fault: { code: 'missing', file: 'vault.age' } })
  })

  test('whose slots are all gone, from the snapshots too, says so', async () => {
    await rm(inside('slots'), { recursive: true })
    await rm(inside('snapshots'), { recursive: true })
    expect(await storeIn(dir).status()).toMatchObject({ fault: { code: 'missing', file: 'slots' } })
    expect(await reopen(dir)).toMatchObject({
      error: { code: 'missing', file: expect.stringMatching(/^slots\/passphrase-/) },
    })
    await rm(inside('state.json'))
    expect(await reopen(dir)).toEqual({ error: { code: 'missing', file: 'slots' } })
  })

  test('larger than 64 MiB is refused before it is parsed', async () => {
    await writeFile(
      inside('vault.age'),
      Buffer.concat([utf8('age-encryption.org/v1\n'), Buffer.alloc(64 * 1024 * 1024)]),
    )
    expect(await storeIn(dir).status()).toMatchObject({ fault: { code: 'damaged', reason: 'too-large' } })
    expect(await reopen(dir)).toMatchObject({ fellBack: { because: { code: 'damaged', reason: 'too-large' } } })
  })

  test('whose slot asks for scrypt with 2^30 is refused in less than 50 ms', async () => {
    const [slot] = await slotFiles(dir)
    const text = await readFile(slot!, 'utf8')
    const binary = Buffer.from(text.split('\n').slice(1, -2).join(''), 'base64').toString('latin1')
    const hostile = Buffer.from(binary.replace(/(-> scrypt \S+) 1\n/, '$1 30\n'), 'latin1').toString('base64')
    const armored = `-----BEGIN AGE ENCRYPTED FILE-----\n${hostile.replaceAll(/.{64}(?!$)/g, '$&\n')}\n-----END AGE ENCRYPTED FILE-----\n`
    await writeFile(slot!, armored)
    await rm(inside('state.json'))
    await rm(inside('snapshots'), { recursive: true })
    const startedAt = performance.now()
    expect(await reopen(dir)).toEqual({ error: { code: 'kdf-too-costly', workFactor: 30 } })
    expect(performance.now() - startedAt).toBeLessThan(50)
  })

  test('that the disk does not let be read is told as that, and not as damaged', async () => {
    const refusing = steppedFs(nodeVaultFs(stillClock(), process.platform), dir, {
      before({ name }) {
        if (name === 'read ./vault.age') throw systemError('EACCES')
      },
    })
    expect(await reopen(dir, { fs: refusing })).toEqual({
      error: { code: 'not-readable', reason: 'denied', errno: 'EACCES' },
    })
    expect(await storeIn(dir, { fs: refusing }).status()).toMatchObject({
      state: 'locked',
      fault: { code: 'not-readable' },
    })
  })

  test('slows down who guesses, and forgives who knows', async () => {
    const clock = new FakeClock()
    const store = storeIn(dir, { clock })
    const guess = () => store.unlock({ passphrase: 'wrong' })
    expect(await guess()).toMatchObject({ error: { code: 'wrong-passphrase', retryAt: undefined } })
    expect(await guess()).toMatchObject({ error: { code: 'wrong-passphrase', retryAt: undefined } })
    expect(await guess()).toMatchObject({ error: { code: 'wrong-passphrase', retryAt: clock.now() + 1000 } })
    expect(await store.unlock({ passphrase: PASSPHRASE })).toEqual({
      ok: false,
      error: { code: 'try-later', retryAt: clock.now() + 1000 },
    })
    await clock.advance(1000)
    const { session } = must(await store.unlock({ passphrase: PASSPHRASE }))
    await session.lock()
    expect(await guess()).toMatchObject({ error: { code: 'wrong-passphrase', retryAt: undefined } })
  })

  test('opened twice at once is opened once', async () => {
    const store = storeIn(dir)
    const [first, second] = await Promise.all([
      store.unlock({ passphrase: PASSPHRASE }),
      store.unlock({ passphrase: PASSPHRASE }),
    ])
    expect(first.ok).toBe(true)
    expect(second).toEqual({ ok: false, error: { code: 'already-unlocked' } })
    expect(await store.status()).toEqual({ state: 'unlocked', readOnly: undefined })
    await store.session!.lock()
    expect(store.session).toBeUndefined()
  })

  test('says nowhere which recipients it has', async () => {
    const [slot] = await slotFiles(dir)
    const key = must(
      await openSlotFile(await readFile(slot!), { kind: 'passphrase', bytes: utf8(PASSPHRASE) }, deriveWithNode),
    )
    for (const name of await plainFilesIn(dir)) expect(name).not.toContain('age1')
    for (const name of await readdir(dir, { recursive: true })) {
      if (!(await stat(inside(name))).isFile()) continue
      const text = (await readFile(inside(name))).toString('latin1')
      expect(text).not.toContain(key.recipient)
      expect(text).not.toContain(key.identity)
      expect(text).not.toContain('second')
    }
  })
})

test('a work factor that its own readers would refuse is refused at once', () => {
  expect(() => storeIn('/nowhere', { scryptLogN: 20 })).toThrow(RangeError)
})

test('data that its owner does not accept is damage of content', async () => {
  const session = await newVault(dir, [])
  await session.lock()
  const check: typeof checkNotes = () => ({ ok: false, error: 'damaged' })
  expect(await reopen(dir, { check })).toEqual({ error: { code: 'damaged', file: 'vault.age', reason: 'content' } })
})
