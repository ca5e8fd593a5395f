import { describe, expect, it } from 'vitest'
import type { KeyInfo, KeyRow, Passkey, Twin } from '../../../shared/contract/index.ts'
import {
  chosenKey,
  factsOf,
  findKey,
  findPasskeys,
  isFresh,
  labelOf,
  lastingId,
  ledOf,
  onSpare,
  possibleSpare,
  shapeOf,
  siteName,
  tallyOf,
  tintOf,
  toldError,
  twinOfFirst,
  twinOfSpare,
} from './look.ts'

const NOW = Date.UTC(2026, 10, 25)
const row = (more: Partial<KeyRow> = {}): KeyRow => ({ id: 'plug', kind: 'usb', state: 'ready', devices: [], ...more })
const passkey = (rpId: string, userName?: string): Passkey => ({
  credentialId: `${rpId}/${userName}`,
  rpId,
  ...(userName === undefined ? {} : { userName }),
  alg: -7,
  hasLargeBlob: false,
})
const seen = row({ id: 'old', rememberedId: 'old', state: 'unplugged' })
const state = { plugged: [row({ id: 'a', rememberedId: 'kept' }), row({ id: 'b' })], seen: [seen] }

describe('which key is meant', () => {
  it('is found by the id of its plug-in and by the one it keeps', () => {
    expect(findKey(state, 'a')?.id).toBe('a')
    expect(findKey(state, 'kept')?.id).toBe('a')
    expect(findKey(state, 'elsewhere')).toBeUndefined()
    expect(findKey(state, undefined)).toBeUndefined()
    expect(lastingId(state.plugged[0]!)).toBe('kept')
    expect(lastingId(state.plugged[1]!)).toBe('b')
  })
  it('is the first plugged in where none, or one that is gone, is asked for; else the last seen', () => {
    expect(chosenKey(state, undefined)?.id).toBe('a')
    expect(chosenKey(state, 'gone')?.id).toBe('a')
    expect(chosenKey(state, 'old')?.id).toBe('old')
    expect(chosenKey({ plugged: [], seen: [seen] }, undefined)?.id).toBe('old')
    expect(chosenKey({ plugged: [], seen: [] }, 'a')).toBeUndefined()
  })
  it('is called by its name, else its model, else by having neither', () => {
    expect(labelOf({ name: 'Blue', model: 'YubiKey 5' })).toBe('Blue')
    expect(labelOf({ model: 'YubiKey 5' })).toBe('YubiKey 5')
    expect(labelOf({})).toBe('Key without a name')
  })
  it('can have as its spare another one, never itself', () => {
    expect(possibleSpare(state, state.plugged[0]!)?.id).toBe('b')
    expect(possibleSpare({ plugged: [state.plugged[0]!], seen: [] }, state.plugged[0]!)).toBeUndefined()
  })
})

describe('how a key is drawn', () => {
  it('follows its model and its reader, and the colour it is called by', () => {
    expect(shapeOf(row({ model: 'YubiKey 5C NFC' }))).toBe('c')
    expect(shapeOf(row({ model: 'YubiKey 5 NFC' }))).toBe('a')
    expect(shapeOf(row({ model: 'YubiKey Bio' }))).toBe('finger')
    expect(shapeOf(row({ model: 'Nitrokey 3A Mini' }))).toBe('short')
    expect(tintOf({ name: 'Blue key' })).toBe('blue')
    expect(tintOf({ name: 'Bluebird' })).toBeUndefined()
  })
  it('has a light that says how it stands', () => {
    const info = { pin: { retries: 0 } } as KeyInfo
    expect(ledOf(row())).toBe('on')
    expect(ledOf(row({ waitsFor: 'touch' }))).toBe('wait')
    expect(ledOf(row({ state: 'reading' }))).toBe('wait')
    expect(ledOf(row({ state: 'denied' }))).toBe('bad')
    expect(ledOf(row({ info }))).toBe('bad')
    expect(ledOf(seen)).toBe('off')
  })
  it('says what it is by whose word, and how surely it is the one it was', () => {
    expect(factsOf(row({ name: 'Blue', model: 'Some key', modelFrom: 'usb' }))).toEqual(['Some key, by its own words'])
    expect(factsOf(row())).toEqual(['Model not in the list'])
    expect(factsOf(row({ model: 'X', name: 'Blue', recognisedBy: 'looks' }))).toEqual([
      'X',
      'Looks like Blue; can’t be told for sure',
    ])
    expect(factsOf(row({ model: 'X', name: 'Blue', recognisedBy: 'serial', serial: '12' }))).toContain(
      'Known by its serial number',
    )
    // What its name says already is not said twice.
    expect(factsOf(row({ model: 'X' }))).toEqual([])
  })
})

describe('passkeys', () => {
  const list = [passkey('github.com', 'Zoë'), passkey('example.com', 'alice'), passkey('example.com', 'Bob')]
  it('are sorted by site and account', () => {
    expect(findPasskeys(list, '').map(({ credentialId }) => credentialId)).toEqual([
      'example.com/alice',
      'example.com/Bob',
      'github.com/Zoë',
    ])
  })
  it('are found by every word, in site or account, without capitals and accents', () => {
    expect(findPasskeys(list, 'GITHUB zoe')).toHaveLength(1)
    expect(findPasskeys(list, 'github alice')).toHaveLength(0)
  })
  it('are fresh for ten minutes, on a key that is plugged in', () => {
    const passkeys = { list, asOf: NOW }
    expect(isFresh(row({ passkeys }), NOW + 9 * 60_000)).toBe(true)
    expect(isFresh(row({ passkeys }), NOW + 10 * 60_000)).toBe(false)
    expect(isFresh(row({ passkeys, state: 'unplugged' }), NOW)).toBe(false)
    expect(isFresh(row(), NOW)).toBe(false)
  })
  it('have the tile of what tells their site apart', () => {
    expect(siteName('login.microsoft.com')).toBe('microsoft')
    expect(siteName('accounts.shop.example.co.uk')).toBe('example')
    expect(siteName('x.com')).toBe('x')
    expect(siteName('localhost')).toBe('localhost')
  })
})

describe('a twin', () => {
  const twin: Twin = {
    firstId: 'kept',
    spareId: 'old',
    firstName: 'a',
    spareName: 'b',
    rows: [
      { id: '1', what: { is: 'passkey', rpId: 'example.com', user: 'alice' }, onSpare: 'yes', how: 'site' },
      { id: '2', what: { is: 'passkey', rpId: 'example.com', user: 'Bob' }, onSpare: 'no', how: 'site' },
      { id: '3', what: { is: 'passkey', rpId: 'github.com' }, onSpare: 'unknown', how: 'site' },
    ],
  }
  it('is that of its first and of its spare', () => {
    expect(twinOfFirst([twin], state.plugged[0]!)).toBe(twin)
    expect(twinOfSpare([twin], seen)).toBe(twin)
    expect(twinOfFirst([twin], seen)).toBeUndefined()
  })
  it('says of each passkey whether the spare has it, accounts of one site apart', () => {
    expect(onSpare(twin, passkey('example.com', 'alice'))).toBe('yes')
    expect(onSpare(twin, passkey('example.com', 'Bob'))).toBe('no')
    expect(onSpare(twin, passkey('github.com', 'whoever'))).toBe('unknown')
    expect(onSpare(twin, passkey('elsewhere.example'))).toBeUndefined()
    expect(onSpare(undefined, passkey('example.com'))).toBeUndefined()
  })
  it('is counted', () => {
    expect(tallyOf(twin)).toEqual({ lacks: 1, unknown: 1, of: 3 })
  })
})

describe('what is told of an error', () => {
  it('is nothing where the person turned away before anything was done', () => {
    expect(toldError({ code: 'cancelled', detail: {} })).toBeUndefined()
    expect(toldError({ code: 'not-confirmed', detail: {} })).toBeUndefined()
    expect(toldError({ code: 'cancelled', detail: {}, changed: true })).toBeDefined()
    expect(toldError({ code: 'key-gone', detail: {} })).toBeDefined()
    expect(toldError(undefined)).toBeUndefined()
  })
})
