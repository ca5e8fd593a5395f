/** Wrong password, damaged, unsupported version and not this format are four different answers, and bounds are kept. */
import { readFileSync } from 'node:fs'
import * as kdbxweb from 'kdbxweb'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../shared/kit/index.ts'
import { readImport, recognise, type ReadOptions } from '../index.ts'

const PASSWORD = 'hunter2 ü'
const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/import/${name}`, import.meta.url)))
const text = (name: string) => Buffer.from(file(name)).toString('utf8')
const json = (value: unknown) => utf8(JSON.stringify(value))
const read = async (bytes: Uint8Array, options: ReadOptions = {}) => {
  const found = await readImport(bytes, options)
  return found.ok ? { ok: true } : found.error
}

describe('a file that is damaged', () => {
  test.each([
    ['aegis-encrypted.json', (file: string) => file.replace(/"db": "./, '"db": "#')],
    [
      'aegis-encrypted.json',
      (file: string) => file.replace(/("db": "[^"]{20})[^"]/, '$1A').replace('"db": "', '"db": "AAAA'),
    ],
    ['2fas-encrypted-v4.2fas', (file: string) => file.replace(/("servicesEncrypted": ")..../, '$1AAAA')],
    ['bitwarden-pbkdf2.json', (file: string) => file.replace(/("data": "2\.)..../, '$1AAAA')],
    ['pskc-plain.xml', (file: string) => file.slice(0, -20)],
    ['freeotp.xml', (file: string) => file.slice(0, -20)],
    ['bitwarden.csv', (file: string) => `${file}"no end`],
  ])('is told from one with another password: %s', async (name, damage) => {
    const [format] = recognise(file(name), name)
    const bytes = utf8(damage(text(name)))
    expect(await read(bytes, { password: PASSWORD, format: format?.format })).toMatchObject({ code: 'damaged' })
  })

  test('is told with its line, where it has lines', async () => {
    const csv = 'folder,name,login_totp\na,b,c\na,"b,c\n'
    expect(await read(utf8(csv))).toEqual({ code: 'damaged', format: 'bitwarden-csv', line: 3 })
  })

  test('is told from a wrong password by its header: KDBX 4', async () => {
    const bytes = file('keepassxc-4.kdbx')
    bytes[60]! ^= 1
    expect(await read(bytes, { password: PASSWORD })).toMatchObject({ code: 'damaged' })
    expect(await read(file('keepassxc-4.kdbx').subarray(0, 500), { password: PASSWORD })).toMatchObject({
      code: 'damaged',
    })
    expect(await read(file('keepassxc-4.kdbx'), { password: 'no' })).toMatchObject({
      code: 'wrong-password',
      isSure: true,
    })
  })

  test('is told from a wrong password by the check of a zip file', async () => {
    const bytes = file('raivo-aes.zip')
    bytes[120]! ^= 1
    expect(await read(bytes, { password: 'hunter2' })).toMatchObject({ code: 'damaged' })
  })
})

describe('a version that is not known', () => {
  test.each([
    ['aegis', { version: 2, header: {}, db: {} }, '2'],
    ['aegis', { version: 1, header: { slots: null }, db: { version: 9, entries: [] } }, 'content 9'],
    [
      'aegis',
      { version: 1, header: { slots: [{ type: 2 }], params: { nonce: '00', tag: '00' } }, db: 'AAAA' },
      'no-password-slot',
    ],
    ['2fas', { schemaVersion: 5, services: [] }, '5'],
    ['ente', { version: 2, kdfParams: {}, encryptedData: '' }, '2'],
    ['proton-authenticator', { version: 2, salt: '', content: '' }, '2'],
    ['bitwarden-json', { encrypted: true, encKeyValidation_DO_NOT_EDIT: '2.a|b|c' }, 'account-key'],
  ])('is said, not guessed at: %s', async (format, value, found) => {
    expect(await read(json(value), { password: PASSWORD })).toEqual({ code: 'unsupported-version', format, found })
  })

  test.each([
    ['kdbx', Buffer.from('03d9a29a65fb4bb50000000000000000', 'hex'), 'KDB 1'],
    ['kdbx', Buffer.from('03d9a29a67fb4bb500000500', 'hex'), 'KDBX 5'],
    ['google-migration', utf8('otpauth-migration://offline?data=EAk%3D'), '9'],
    ['latchkey-backup', utf8('-----BEGIN AGE ENCRYPTED FILE-----\n'), 'restore'],
  ])('is said of bytes too: %s', async (format, bytes, found) => {
    expect(await read(bytes, { password: PASSWORD })).toEqual({ code: 'unsupported-version', format, found })
  })

  test('is said of a maFile that needs its manifest', async () => {
    expect(await read(file('locked.maFile'), { name: 'locked.maFile' })).toEqual({
      code: 'unsupported-version',
      format: 'steam',
      found: 'encrypted-mafile',
    })
  })
})

describe('what is none of the formats', () => {
  test.each(['', 'hello', '{}', '[]', '[1]', 'null', '<html></html>', 'a,b,c\n1,2,3', '\0'])(
    'is recognised as none: %j',
    async (text) => {
      expect(recognise(utf8(text))).toEqual([])
      expect(await read(utf8(text))).toEqual({ code: 'not-this-format' })
    },
  )

  test('is said too where the person chose the format', async () => {
    expect(await read(utf8('{"version":1}'), { format: 'kdbx' })).toEqual({ code: 'not-this-format', format: 'kdbx' })
  })
})

describe('bounds', () => {
  test('a key derivation that is too dear is refused before it begins', async () => {
    const begun = performance.now()
    const dear = [
      JSON.stringify(JSON.parse(text('ente-encrypted.txt'))).replace('67108864', String(64 * 1024 ** 3)),
      JSON.stringify(JSON.parse(text('ente-encrypted.txt'))).replace('"opsLimit":3', '"opsLimit":4000000000'),
      text('aegis-encrypted.json').replace('"n": 32768', `"n": ${2 ** 40}`),
      text('bitwarden-pbkdf2.json').replace('600000', '4000000000'),
      text('bitwarden-argon2.json').replace('"kdfMemory": 64', '"kdfMemory": 6400'),
    ]
    for (const file of dear) {
      expect(await read(utf8(file), { password: PASSWORD })).toMatchObject({
        code: 'too-large',
        what: 'key-derivation',
      })
    }
    expect(performance.now() - begun).toBeLessThan(500)
  })

  test('a file of more entries than anyone has is refused', async () => {
    const lines = 'otpauth://totp/a?secret=AAAA\n'.repeat(50_001)
    expect(await read(utf8(lines))).toEqual({ code: 'too-large', what: 'entries', max: 50_000 })
  })

  test('a file that is too long is not looked at', async () => {
    const bytes = new Uint8Array(64 * 1024 * 1024 + 1)
    expect(recognise(bytes)).toEqual([])
    expect(await read(bytes)).toMatchObject({ code: 'too-large', what: 'bytes' })
  })

  test('XML with a document type is not read, so no entity ever is', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'a'.repeat(100)}">]><map><string name="a">&a;</string></map>`
    expect(recognise(utf8(bomb))).toEqual([])
    expect(await read(utf8(bomb), { format: 'freeotp' })).toEqual({ code: 'damaged', format: 'freeotp' })
  })

  test('no property of an object but its own is read', async () => {
    const entry = '{"type":"totp","name":"a","issuer":"b","info":{"__proto__":{"secret":"JBSWY3DP"},"algo":"SHA1"}}'
    const aegis = `{"version":1,"header":{"slots":null},"db":{"version":2,"entries":[${entry}]}}`
    const found = await readImport(utf8(aegis))
    expect(found).toMatchObject({ ok: true, value: { items: [{ is: 'refused', why: { code: 'no-secret' } }] } })
  })
})

describe('KDBX 3', () => {
  const makeKdbx = async () => {
    const credentials = new kdbxweb.Credentials(kdbxweb.ProtectedValue.fromString('p'))
    const db = kdbxweb.Kdbx.create(credentials, 'Root')
    db.setVersion(3)
    const entry = db.createEntry(db.getDefaultGroup())
    entry.fields.set('Title', 'Example')
    entry.fields.set('otp', kdbxweb.ProtectedValue.fromString('otpauth://totp/?secret=JBSWY3DPEHPK3PXP'))
    return new Uint8Array(await db.save())
  }

  test('is read, its protected values too', async () => {
    const found = await readImport(await makeKdbx(), { password: 'p' })
    expect(found).toMatchObject({
      ok: true,
      value: { version: '3', items: [{ is: 'entry', draft: { issuer: 'Example', secret: 'SGVsbG8h3q2-7w' } }] },
    })
    expect(await read(await makeKdbx(), { password: 'q' })).toMatchObject({ code: 'wrong-password', format: 'kdbx' })
  })
})

describe('a Google export', () => {
  test('of several codes says which are missing', async () => {
    const found = await readImport(file('google-1-of-2.txt'))
    expect(found).toMatchObject({ ok: true, value: { items: { length: 1 }, batches: { of: 2, missing: [2] } } })
    const whole = await readImport(file('google-whole.txt'))
    expect(whole).toMatchObject({ ok: true, value: { items: { length: 2 }, batches: { of: 2, missing: [] } } })
  })
})

describe('text', () => {
  test('in UTF-16, as Windows programs write it, is read', async () => {
    const text = '\uFEFFotpauth://totp/Ångström:x?secret=JBSWY3DPEHPK3PXP\r\n'
    const found = await readImport(new Uint8Array(Buffer.from(text, 'utf16le')))
    expect(found).toMatchObject({ ok: true, value: { items: [{ draft: { issuer: 'Ångström' } }] } })
  })
})
