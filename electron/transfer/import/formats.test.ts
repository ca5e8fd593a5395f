/**
 * The same entries out of every format. The files were made by other hands (test/support/import-files/make.py): pyca/cryptography,
 * libsodium, 7-Zip, Java, KeePassXC; figures 6 and 7 of RFC 6030 are the RFC's own.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { secretOf } from '../../../test/support/drafts.ts'
import { entryDraft, STEAM, type EntryDraft } from '../../../shared/domain/entry.ts'
import { utf8 } from '../../../shared/kit/index.ts'
import { readImport, recognise, type FoundItem, type ImportFormat, type ReadOptions } from '../index.ts'

const PASSWORD = 'hunter2 ü'
const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/import/${name}`, import.meta.url)))

const counted = secretOf(utf8('12345678901234567890'))
const ALICE: EntryDraft = {
  kind: 'totp',
  issuer: 'Example',
  account: 'alice@example.com',
  secret: secretOf(Uint8Array.from([...utf8('Hello!'), 0xde, 0xad, 0xbe, 0xef])),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
}
const BOB: EntryDraft = {
  kind: 'totp',
  issuer: 'Ångström & Søn',
  account: 'bøb',
  secret: secretOf(Uint8Array.from({ length: 32 }, (_, at) => at)),
  algorithm: 'SHA256',
  digits: 8,
  periodSeconds: 60,
}
const CAROL: EntryDraft = {
  kind: 'hotp',
  issuer: 'Bank',
  account: 'carol',
  secret: counted,
  algorithm: 'SHA1',
  digits: 6,
  counter: 42,
}
const GAMER: EntryDraft = {
  ...STEAM,
  issuer: 'Steam',
  account: 'gamer',
  secret: secretOf(utf8('steam secret of 20 b')),
}
const ALL = [ALICE, BOB, CAROL, GAMER]
const rename = (draft: EntryDraft, issuer: string, account: string): EntryDraft => ({ ...draft, issuer, account })
const RFC6030 = { ...rename(CAROL, 'Example', '987654321'), digits: 8, counter: 0 } as EntryDraft

interface Case {
  readonly name: string
  readonly format: ImportFormat
  readonly password?: string
  readonly drafts: readonly EntryDraft[]
  readonly refused?: readonly unknown[]
  readonly withoutCode?: number
  readonly kept?: Partial<Extract<FoundItem, { is: 'entry' }>['kept']>
}

const WORK = { tags: ['Work'] }
const CASES: readonly Case[] = [
  {
    name: 'links.txt',
    format: 'otpauth-list',
    drafts: ALL,
    refused: [
      { at: { item: 5, line: 7 }, why: { field: 'secret', code: 'secret-letter', letter: '1', position: 5 } },
      { at: { item: 6, line: 8 }, why: { code: 'not-otpauth' } },
    ],
  },
  { name: 'ente-plain.txt', format: 'otpauth-list', drafts: ALL, kept: { ...WORK, note: 'a note', favourite: true } },
  { name: 'ente-encrypted.txt', format: 'ente', password: PASSWORD, drafts: ALL },
  { name: 'google-whole.txt', format: 'google-migration', drafts: [CAROL, ALICE] },
  {
    name: 'aegis-plain.json',
    format: 'aegis',
    drafts: ALL,
    refused: [
      { at: { item: 5 }, issuer: 'Moto', why: { code: 'kind-unsupported', found: 'motp' } },
      { at: { item: 6 }, why: { field: 'secret', code: 'secret-letter', letter: '1', position: 5 } },
    ],
    kept: { ...WORK, note: 'a note', favourite: true },
  },
  { name: 'aegis-encrypted.json', format: 'aegis', password: PASSWORD, drafts: ALL, kept: WORK },
  { name: '2fas-plain-v3.2fas', format: '2fas', drafts: ALL, kept: WORK },
  { name: '2fas-plain-v4.2fas', format: '2fas', drafts: ALL, kept: WORK },
  { name: '2fas-encrypted-v4.2fas', format: '2fas', password: PASSWORD, drafts: ALL, kept: WORK },
  { name: 'andotp.json', format: 'andotp', drafts: ALL, kept: { ...WORK, useCount: 3, lastUsedAt: 1700000000000 } },
  { name: 'andotp.json.aes', format: 'andotp', password: PASSWORD, drafts: ALL, kept: WORK },
  { name: 'andotp-old.json.aes', format: 'andotp', password: PASSWORD, drafts: ALL, kept: WORK },
  { name: 'freeotp.xml', format: 'freeotp', drafts: [ALICE, BOB, CAROL] },
  { name: 'freeotp-plus.json', format: 'freeotp-plus', drafts: ALL },
  { name: 'freeotp-2.xml', format: 'freeotp-2', password: PASSWORD, drafts: [CAROL, BOB, ALICE] },
  { name: 'stratum.json', format: 'stratum', drafts: ALL, kept: { ...WORK, icon: 'google', useCount: 3 } },
  { name: 'stratum-encrypted.stratum', format: 'stratum', password: PASSWORD, drafts: ALL, kept: WORK },
  { name: 'stratum-legacy.authpro', format: 'stratum', password: PASSWORD, drafts: ALL, kept: WORK },
  {
    name: 'bitwarden.json',
    format: 'bitwarden-json',
    drafts: [...ALL, rename(ALICE, 'Bare', 'erin')],
    withoutCode: 1,
    kept: { ...WORK, note: 'a note', favourite: true },
  },
  {
    name: 'bitwarden-pbkdf2.json',
    format: 'bitwarden-json',
    password: PASSWORD,
    drafts: [...ALL, rename(ALICE, 'Bare', 'erin')],
    withoutCode: 1,
  },
  {
    name: 'bitwarden-argon2.json',
    format: 'bitwarden-json',
    password: PASSWORD,
    drafts: [...ALL, rename(ALICE, 'Bare', 'erin')],
    withoutCode: 1,
  },
  {
    name: 'bitwarden.csv',
    format: 'bitwarden-csv',
    drafts: ALL,
    withoutCode: 1,
    kept: { ...WORK, note: 'two\nlines, "quoted"', favourite: true },
  },
  { name: 'proton.json', format: 'proton-authenticator', drafts: [ALICE, BOB, GAMER], kept: { note: 'a note' } },
  { name: 'proton-encrypted.json', format: 'proton-authenticator', password: PASSWORD, drafts: [ALICE, BOB, GAMER] },
  { name: 'raivo.json', format: 'raivo', drafts: [ALICE, BOB, CAROL], kept: { favourite: true } },
  { name: 'raivo-plain.zip', format: 'raivo', drafts: [ALICE, BOB, CAROL] },
  { name: 'raivo-aes.zip', format: 'raivo', password: 'hunter2', drafts: [ALICE, BOB, CAROL] },
  { name: 'authy-decrypted.json', format: 'authy', drafts: [ALICE] },
  { name: 'authy-encrypted.json', format: 'authy', password: PASSWORD, drafts: [ALICE] },
  { name: 'gamer.maFile', format: 'steam', drafts: [GAMER] },
  {
    name: 'pskc-plain.xml',
    format: 'pskc',
    drafts: [rename(BOB, 'Example', '1001'), rename(CAROL, 'Example', '1002')],
    refused: [{ at: { item: 3 }, why: { code: 'kind-unsupported', found: 'ocra' } }],
  },
  {
    name: 'pskc-rfc6030-figure-6.xml',
    format: 'pskc',
    password: '12345678901234567890123456789012',
    drafts: [RFC6030],
  },
  { name: 'pskc-rfc6030-figure-7.xml', format: 'pskc', password: 'qwerty', drafts: [RFC6030] },
  {
    name: 'oath-entra.csv',
    format: 'oath-csv',
    drafts: [rename(ALICE, 'Acme', 'alice@example.com')],
    kept: { note: 'K1 1001' },
  },
  {
    name: 'oath-bare.csv',
    format: 'oath-csv',
    drafts: [
      rename(BOB, '', '1001'),
      rename(CAROL, '', '1002'),
      { ...rename(CAROL, '', '1003'), counter: 0 } as EntryDraft,
    ],
  },
  {
    name: 'keepassxc.csv',
    format: 'keepassxc-csv',
    // KeePassXC makes these links itself: it knows no counters, and says Steam by an encoder. The last is in the recycle bin.
    drafts: [
      ALICE,
      BOB,
      { ...rename(ALICE, 'Bank', 'carol'), secret: counted },
      GAMER,
      rename(ALICE, 'Old', 'seed'),
      { ...STEAM, issuer: 'Old', account: 'steam', secret: ALICE.secret },
      { ...rename(ALICE, 'KeeOTP', 'x'), digits: 8, periodSeconds: 60 } as EntryDraft,
      rename(ALICE, 'Thrown away', 'x'),
    ],
    withoutCode: 3,
    kept: { ...WORK, note: 'a note' },
  },
  ...['keepassxc-3.kdbx', 'keepassxc-4.kdbx'].map((name): Case => ({
    name,
    format: 'kdbx',
    password: PASSWORD,
    drafts: [
      ...ALL,
      rename(ALICE, 'Old', 'seed'),
      { ...STEAM, issuer: 'Old', account: 'steam', secret: ALICE.secret },
      { ...rename(ALICE, 'KeeOTP', 'x'), digits: 8, periodSeconds: 60 } as EntryDraft,
      rename(BOB, 'KeePass', 'time'),
      rename(CAROL, 'KeePass', 'counter'),
    ],
    withoutCode: 1,
    kept: { ...WORK, note: 'a note' },
  })),
  { name: 'pykeepass-4-argon2.kdbx', format: 'kdbx', password: PASSWORD, drafts: [ALICE, BOB], kept: WORK },
]

const read = async (name: string, options: ReadOptions) => readImport(file(name), { name, ...options })

describe.each(CASES)('$name', ({ name, format, password, drafts, refused = [], withoutCode = 0, kept = {} }) => {
  test('is recognised by its content, whatever it is called', () => {
    expect(recognise(file(name), 'renamed.bin')[0]).toMatchObject({ format, isEncrypted: password !== undefined })
  })

  test('gives its entries, and says why it refuses the others', async () => {
    const found = await read(name, { password })
    if (!found.ok) throw new Error(JSON.stringify(found.error))
    const entries = found.value.items.filter((item) => item.is === 'entry')
    expect(entries.map(({ draft }) => draft)).toEqual(drafts)
    expect(entries.map(({ draft }) => entryDraft.parse(draft))).toEqual(drafts)
    expect(found.value.items.filter((item) => item.is === 'refused')).toMatchObject(refused)
    expect(found.value).toMatchObject({ format, withoutCode })
    expect(entries[0]?.kept ?? {}).toMatchObject(kept)
  })

  // A file without a password has nothing to ask for.
  if (password === undefined) return
  test('asks for its password, and tells a wrong one', async () => {
    expect(await read(name, {})).toEqual({ ok: false, error: { code: 'password-needed', format } })
    for (const wrong of ['', `${password}x`]) {
      expect(await read(name, { password: wrong })).toMatchObject({
        ok: false,
        error: { code: 'wrong-password', format },
      })
    }
  })
})
