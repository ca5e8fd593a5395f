import { createHmac } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { readPluginIdentity } from './age/plugin-identity.ts'
import type { Prf, VaultSession, VaultStore } from './index.ts'
import {
  must,
  newVault,
  PASSPHRASE,
  reopen,
  storeIn,
  systemRandom,
  temporaryFolder,
  type Notes,
} from './testing/vaults.ts'

interface FakeKey {
  readonly id: Uint8Array
  readonly prf: Prf
}

function fakeKey(): FakeKey {
  const secret = systemRandom(32)
  const output = (input: Uint8Array) => new Uint8Array(createHmac('sha256', secret).update(input).digest())
  return {
    id: systemRandom(48),
    prf: async ({ first, second }) => ({ first: output(first), second: output(second) }),
  }
}

let dir: string
let clock: FakeClock
let session: VaultSession<Notes>
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
  clock = new FakeClock()
  session = await newVault(dir, ['kept'], { clock })
})

const add = async (key: FakeKey, label = 'Blue') => {
  const credential = { id: key.id, rpId: 'latchkey.localhost', transports: ['usb'] }
  return must(await session.addSecurityKey({ label, credential, prf: key.prf }))
}
const unlockWith = async (key: FakeKey, store: VaultStore<Notes> = storeIn(dir, { clock })) => {
  const slot = must(await store.keySlots()).find(({ credential }) => Buffer.compare(credential.id, key.id) === 0)
  if (!slot) return undefined
  return store.unlock({ securityKey: { slot: slot.id, outputs: await key.prf(slot.inputs) } })
}
const stub = (slot: string) => join(dir, 'slots', `${slot}.txt`)

describe('a security key', () => {
  test('opens the vault beside the passphrase, named and dated', async () => {
    const [blue, green] = [fakeKey(), fakeKey()]
    await clock.advance(5000)
    await add(blue)
    await add(green, 'Green')
    expect(session.slots()).toMatchObject([
      { kind: 'passphrase' },
      { kind: 'security-key', label: 'Blue', createdAt: clock.now(), file: 'present' },
      { kind: 'security-key', label: 'Green' },
    ])
    await session.lock()
    const store = storeIn(dir, { clock })
    expect(await store.status()).toMatchObject({ ways: ['passphrase', 'security-key'] })
    for (const key of [blue, green]) {
      const { session } = must((await unlockWith(key, store))!)
      expect(session.data().notes).toEqual(['kept'])
      must(await session.save({ notes: ['kept'] }))
      await session.lock()
    }
    expect(await reopen(dir)).toMatchObject({ notes: ['kept'] })
  })

  test('that is another one, or answers another question, opens nothing', async () => {
    const key = fakeKey()
    const { slot } = await add(key)
    await session.lock()
    const store = storeIn(dir)
    const [asked] = must(await store.keySlots())
    const { first, second } = await key.prf(asked!.inputs)
    for (const outputs of [
      await fakeKey().prf(asked!.inputs),
      { first: second, second: first },
      { first, second: first },
      { first: new Uint8Array(0), second: new Uint8Array(0) },
    ])
      expect(await store.unlock({ securityKey: { slot, outputs } })).toMatchObject({
        error: { code: 'wrong-security-key' },
      })
    expect((await store.unlock({ securityKey: { slot, outputs: { first, second } } })).ok).toBe(true)
  })

  test('opens while guesses at the passphrase have to wait', async () => {
    const key = fakeKey()
    await add(key)
    await session.lock()
    const store = storeIn(dir, { clock })
    for (let guess = 0; guess < 3; guess++) await store.unlock({ passphrase: `guess ${guess}` })
    expect(await store.unlock({ passphrase: PASSPHRASE })).toMatchObject({ error: { code: 'try-later' } })
    expect((await unlockWith(key, store))!.ok).toBe(true)
  })

  test('that fails its proof gets no slot and leaves no file', async () => {
    const before = await readdir(join(dir, 'slots'))
    const prf: Prf = async () => ({ first: systemRandom(32), second: systemRandom(32) })
    const credential = { id: systemRandom(16), rpId: 'latchkey.localhost', transports: [] }
    expect(await session.addSecurityKey({ label: 'Odd', credential, prf })).toEqual({
      ok: false,
      error: { code: 'key-untrustworthy', fault: 'not-repeatable' },
    })
    expect(await readdir(join(dir, 'slots'))).toEqual(before)
  })

  test('is found again where the file that names its credential is lost or changed', async () => {
    const key = fakeKey()
    const { slot } = await add(key)
    expect(readPluginIdentity((await readFile(stub(slot), 'utf8')).split('\n')[1]!)?.id).toEqual(key.id)
    await session.lock()
    await rm(stub(slot))
    expect(must((await unlockWith(key))!).session.data().notes, 'from the snapshot').toEqual(['kept'])
  })

  test('has that file written again with the next save', async () => {
    const { slot } = await add(fakeKey())
    const whole = await readFile(stub(slot))
    await writeFile(stub(slot), 'spoiled')
    must(await session.save({ notes: ['more'] }))
    expect(await readFile(stub(slot))).toEqual(whole)
  })

  test('can’t be the only way in', async () => {
    const key = fakeKey()
    await add(key)
    const passphrase = session.slots().find(({ kind }) => kind === 'passphrase')!
    expect(await session.removeSlot(passphrase.id)).toMatchObject({ error: { code: 'last-portable-slot' } })
  })
})

describe('revoking a security key', () => {
  test('leaves nothing it opens but snapshots from before, which are named', async () => {
    const [blue, green] = [fakeKey(), fakeKey()]
    const { slot } = await add(blue)
    await clock.advance(3_600_000)
    await add(green, 'Green')
    const kept = await readFile(join(dir, 'slots', `${slot}.age`))
    const { stillOpened } = must(await session.removeSlot(slot))
    expect(stillOpened.length).toBeGreaterThan(0)
    expect((await readdir(join(dir, 'slots'))).filter((name) => name.includes(slot))).toEqual([])
    must(await session.deleteSnapshots(stillOpened.map(({ id }) => id)))
    await session.lock()
    expect(await unlockWith(blue)).toBeUndefined()
    // Who kept the slot's files has its key, and finds no vault that it opens.
    await writeFile(join(dir, 'slots', `${slot}.age`), kept)
    const store = storeIn(dir, { clock })
    const [asked] = must(await store.keySlots())
    expect(asked?.credential.id).toEqual(green.id)
    expect((await unlockWith(green, store))!.ok).toBe(true)
  })

  test('works when it was this key that opened the vault, once the passphrase was given', async () => {
    const key = fakeKey()
    const { slot } = await add(key)
    await session.lock()
    session = must((await unlockWith(key))!).session
    expect(await session.removeSlot(slot)).toMatchObject({ error: { code: 'slot-in-use' } })
    must(await session.verify({ passphrase: PASSPHRASE }))
    must(await session.removeSlot(slot))
    must(await session.save({ notes: ['after'] }))
    await session.lock()
    expect(await reopen(dir, { clock })).toMatchObject({ notes: ['after'] })
  })
})
