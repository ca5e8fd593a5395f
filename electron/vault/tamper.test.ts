import { join } from 'node:path'
import { array, assert, asyncProperty, nat, record, uint8Array } from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/kit/index.ts'
import { decryptWith, encryptTo } from './age/file.ts'
import type { VaultFs } from './fs.ts'
import { newSlotKey } from './slot-file.ts'
import { PowerLossFs } from './testing/power-loss-fs.ts'
import { must, newVault, PASSPHRASE, reopen, temporaryFolder } from './testing/vaults.ts'

/** Its files are the ones of a vault that was saved twice, and one of them reads as something else. */
function reading(fs: VaultFs, path: string, bytes: Uint8Array): VaultFs {
  return { ...bound(fs), read: async (other, limit) => (other === path ? bytes : fs.read(other, limit)) }
}

const bound = (fs: VaultFs): VaultFs => ({
  read: (...args) => fs.read(...args),
  list: (...args) => fs.list(...args),
  makeDir: (...args) => fs.makeDir(...args),
  create: (...args) => fs.create(...args),
  link: (...args) => fs.link(...args),
  rename: (...args) => fs.rename(...args),
  remove: (...args) => fs.remove(...args),
  removeDir: (...args) => fs.removeDir(...args),
  syncDir: (...args) => fs.syncDir(...args),
})

const mended = expect.objectContaining({
  notes: ['older'],
  fellBack: expect.objectContaining({ from: 'vault.age.bak' }),
})

describe('one changed byte', () => {
  let dir: string
  const disk = new PowerLossFs()
  beforeAll(async () => {
    const folder = await temporaryFolder()
    dir = folder.path
    const session = await newVault(dir, ['older'], { fs: disk })
    must(await session.save({ notes: ['newer'] }))
    await session.lock()
    return folder.remove
  })
  /** As a reader: nothing of these disks is to change, and there is no right to write to be had first. */
  const read = (options: { fs: VaultFs }) => reopen(dir, options, PASSPHRASE, { readOnly: true })
  const bytesOf = async (name: string) => {
    const bytes = await disk.read(join(dir, name), 1_000_000)
    if (typeof bytes === 'string') throw new Error(bytes)
    return bytes
  }

  test('of vault.age, at every place, is mended from the generation before and told, and never read', async () => {
    const good = await bytesOf('vault.age')
    for (let i = 0; i < good.length; i++) {
      const bytes = Uint8Array.from(good)
      bytes[i]! ^= i % 3 === 0 ? 0xff : 1 << (i % 8)
      const found = await read({ fs: reading(disk, join(dir, 'vault.age'), bytes) })
      expect([i, found]).toEqual([i, mended])
    }
  }, 60_000)

  test('of vault.age where nothing older is left, is damage', async () => {
    const good = await bytesOf('vault.age')
    const fs = { ...bound(disk), list: async (path: string) => (path.endsWith('snapshots') ? [] : disk.list(path)) }
    for (let i = 0; i < good.length; i += 7) {
      const bytes = Uint8Array.from(good)
      bytes[i]! ^= 1 << (i % 8)
      const alone = reading(reading(fs, join(dir, 'vault.age.bak'), bytes), join(dir, 'vault.age'), bytes)
      expect([i, await read({ fs: alone })]).toEqual([
        i,
        { error: { code: 'damaged', file: 'vault.age', reason: 'changed' } },
      ])
    }
  })

  test('or a cut of vault.age is mended from the generation before', async () => {
    const good = await bytesOf('vault.age')
    for (let length = 0; length < good.length; length += length < good.length - 40 ? 7 : 1) {
      const found = await read({ fs: reading(disk, join(dir, 'vault.age'), good.subarray(0, length)) })
      expect([length, found]).toEqual([length, mended])
    }
  })

  test('of the slot file, at every place, is mended from its snapshot; without one it is damage, never a wrong passphrase', async () => {
    const [name] = await disk.list(join(dir, 'slots'))
    const path = join(dir, 'slots', name!)
    const good = await bytesOf(`slots/${name}`)
    const bare = {
      ...bound(disk),
      list: async (folder: string) => (folder.includes('snapshots') ? [] : disk.list(folder)),
    }
    for (let i = 0; i < good.length; i++) {
      const bytes = Uint8Array.from(good)
      bytes[i]! ^= 1 << (i % 7)
      expect([i, await read({ fs: reading(disk, path, bytes) })]).toEqual([
        i,
        expect.objectContaining({ notes: ['newer'], fellBack: undefined }),
      ])
      expect([i, await read({ fs: reading(bare, path, bytes) })]).toEqual([
        i,
        { error: expect.objectContaining({ code: 'damaged' }) },
      ])
    }
  }, 60_000)

  test('of state.json, at every place, never keeps the vault from opening', async () => {
    const good = await bytesOf('state.json')
    for (let i = 0; i < good.length; i++) {
      const bytes = Uint8Array.from(good)
      bytes[i]! ^= 1 << (i % 7)
      const found = await read({ fs: reading(disk, join(dir, 'state.json'), bytes) })
      expect([i, found]).toEqual([i, expect.objectContaining({ notes: ['newer'], fellBack: undefined })])
    }
  }, 60_000)
})

test('three thousand random edits of a vault are never read as data', async () => {
  const key = await newSlotKey()
  const good = await encryptTo([key.recipient], utf8('what is kept'))
  const edit = record({ at: nat(good.length - 1), remove: nat(3), insert: uint8Array({ maxLength: 3 }) })
  await assert(
    asyncProperty(array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
      let bytes = Buffer.from(good)
      for (const { at, remove, insert } of edits)
        bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)])
      const opened = await decryptWith(key.identity, bytes)
      expect(opened.ok).toBe(Buffer.compare(bytes, good) === 0)
    }),
    { numRuns: 3000 },
  )
}, 60_000)
