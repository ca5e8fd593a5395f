import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient, Stanza } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/kit/index.ts'
import { fromArmor, toArmor } from './age/armor.ts'
import { encryptTo } from './age/file.ts'
import { deriveWithNode } from './age/scrypt.ts'
import { passphraseFault } from './index.ts'
import { openSealedFile, sealFile } from './sealed-file.ts'
import { systemRandom } from './testing/vaults.ts'

const kdf = { derive: deriveWithNode, random: systemRandom, workFactor: 1 }
const content = systemRandom(100_000)
const sealed = await sealFile(content, 'its passphrase', kdf)
const open = (file: string | Uint8Array, passphrase = 'its passphrase') =>
  openSealedFile(file, passphrase, deriveWithNode)

describe('a sealed file', () => {
  test('opens with its passphrase, armored or not, to what was put in', async () => {
    for (const file of [sealed, utf8(sealed), fromArmor(sealed)!, `\n${sealed.replaceAll('\n', '\r\n')}`]) {
      const opened = await open(file)
      expect(opened.ok && Buffer.compare(opened.value, content)).toBe(0)
    }
  })

  test('can be empty', async () => {
    expect(await open(await sealFile(new Uint8Array(), 'its passphrase', kdf))).toEqual({
      ok: true,
      value: Buffer.alloc(0),
    })
  })

  test('is opened by the age library, and opens what the library made', async () => {
    const decrypter = new Decrypter()
    decrypter.addPassphrase('its passphrase')
    expect(Buffer.compare(await decrypter.decrypt(fromArmor(sealed)!), content)).toBe(0)
    const encrypter = new Encrypter()
    encrypter.setPassphrase('Zürich')
    encrypter.setScryptWorkFactor(2)
    expect(await open(await encrypter.encrypt('theirs'), 'Zu\u0308rich')).toEqual({
      ok: true,
      value: Buffer.from('theirs'),
    })
  })

  test.each(['another', '', 'a\nb'])(
    'does not open with %j, and says that the passphrase is wrong',
    async (passphrase) => {
      expect(await open(sealed, passphrase)).toEqual({
        ok: false,
        error: { code: 'wrong-passphrase', retryAt: undefined },
      })
    },
  )

  test('with a changed payload is damaged, not of another passphrase', async () => {
    const binary = Uint8Array.from(fromArmor(sealed)!)
    for (const at of [200, 50_000, binary.length - 1]) {
      const changed = Uint8Array.from(binary)
      changed[at]! ^= 4
      expect(await open(changed)).toEqual({ ok: false, error: { code: 'damaged' } })
    }
    expect(await open(binary.subarray(0, -1))).toEqual({ ok: false, error: { code: 'damaged' } })
    expect(await open(sealed.replace('\nA', '\n*').replace(/\n.{64}\n/, '\n\n'))).toEqual({
      ok: false,
      error: { code: 'damaged' },
    })
  })

  test.each([
    ['nothing', ''],
    ['JSON', '{"entries":[]}'],
    ['nothing in bytes', new Uint8Array()],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)],
    ['binary age taken for text', Buffer.from(fromArmor(sealed)!).toString('latin1')],
  ])('that is %s is no age file', async (_, file) => {
    expect(await open(file)).toEqual({ ok: false, error: { code: 'not-an-age-file' } })
  })

  test('that was made for a key says that it needs one', async () => {
    const recipient = await identityToRecipient(await generateX25519Identity())
    expect(await open(await encryptTo([recipient], content))).toEqual({ ok: false, error: { code: 'needs-identity' } })
  })

  test('that asks for 2^30 is refused before anything is derived', async () => {
    const stanza = new Stanza(['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', '30'], new Uint8Array(32))
    const file = await encryptTo([{ wrapFileKey: () => [stanza] }], content)
    const startedAt = performance.now()
    expect(await open(toArmor(file))).toEqual({ ok: false, error: { code: 'kdf-too-costly', workFactor: 30 } })
    expect(performance.now() - startedAt).toBeLessThan(50)
  })

  test('larger than any backup is refused unread', async () => {
    expect(await open(new Uint8Array(97 * 1024 * 1024))).toMatchObject({ error: { code: 'too-large' } })
  })

  test('is not made with a passphrase that the age command could not be given, which can be asked before', async () => {
    expect(passphraseFault('')).toEqual({ code: 'passphrase-unusable', reason: 'empty' })
    expect(passphraseFault('a\tb')).toEqual({ code: 'passphrase-unusable', reason: 'letter' })
    expect(passphraseFault('its passphrase')).toBeUndefined()
    await expect(sealFile(content, '', kdf)).rejects.toThrow(TypeError)
  })
})
