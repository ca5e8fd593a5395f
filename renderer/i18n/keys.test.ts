import { describe, expect, it } from 'vitest'
import type { KeyInfo, KeyRow } from '../../shared/contract/index.ts'
import { finding } from '../../shared/contract/keys.ts'
import { confirmWords, effectWords, shownEffects } from './confirm.ts'
import { findingWords } from './doctor.ts'
import { keyCannotWords } from './errors.ts'
import { fingers, keyState, summary } from './keys.ts'
import { optionWords } from './keys-advanced.ts'
import { sampleStatus } from '../../shared/contract/keys.ts'

const NOW = Date.UTC(2026, 10, 25, 12)
const pin: KeyInfo['pin'] = {
  isSupported: true,
  isSet: true,
  retries: 8,
  needsPowerCycle: false,
  mustChange: false,
  minLength: 4,
}
const row = (more: Partial<KeyRow> = {}, own: Partial<KeyInfo['pin']> = {}): KeyRow => ({
  id: 'k',
  kind: 'usb',
  state: 'ready',
  devices: [],
  info: { speaks: 'ctap2', pin: { ...pin, ...own }, can: { passkeys: { can: true } }, passkeysLeft: 1 } as KeyInfo,
  ...more,
})
const list = (count: number) =>
  Array.from({ length: count }, () => ({ credentialId: 'c', rpId: 'a.example', alg: -7, hasLargeBlob: false }))
const device = (identityId: string): KeyRow['devices'][number] => ({
  ref: { backendId: 'b', identityId, deviceId: identityId },
  identity: identityId,
  account: 'x',
  name: 'k',
})

describe('what a person should know of a key', () => {
  it('is its PIN, its passkeys and what it opens', () => {
    const passkeys = { list: list(12), left: 13, asOf: NOW }
    expect(summary(row({ passkeys, devices: ['a', 'b', 'a'].map(device) }), NOW)).toBe(
      'PIN set, 8 tries left. 12 of 25 passkeys. Opens 2 identities.',
    )
    expect(summary(row({ passkeys: { list: list(1), asOf: NOW } }, { retries: 1 }), NOW)).toBe(
      'PIN set, 1 try left. 1 passkey.',
    )
  })
  it('is what stands in its way', () => {
    expect(summary(row({}, { retries: 0 }), NOW)).toContain('PIN blocked; only a reset helps.')
    expect(summary(row({}, { needsPowerCycle: true }), NOW)).toContain('unplug it before the next try')
    expect(summary(row({}, { isSet: false }), NOW)).toBe('No PIN set. Room for 1 more passkey.')
  })
  it('says how old it is what is known of one that is not plugged in', () => {
    const { info: _, ...bare } = row({ state: 'unplugged' })
    expect(summary({ ...bare, passkeys: { list: list(2), asOf: NOW - 2 * 86_400_000 } }, NOW)).toBe(
      '2 passkeys, read Monday.',
    )
    expect(summary(bare, NOW)).toBe('It was not read yet. Plug it in to see what is on it.')
  })
  it('is in the list what it waits for', () => {
    expect(keyState(row({ waitsFor: 'finger' }), NOW)).toBe('Waits for a finger')
    expect(keyState(row({ state: 'unplugged', lastSeenAt: NOW - 40 * 86_400_000 }), NOW)).toBe('Unplugged 16 Oct')
    expect(keyState(row({}, { retries: 0 }), NOW)).toBe('PIN blocked')
  })
})

describe('words of keys', () => {
  it('are there for every reason why a key can’t, and a sentence for one that nobody foresaw', () => {
    const fallback = keyCannotWords('no-such-reason')
    const reasons = [
      'u2f-only',
      'not-offered',
      'no-pin-set',
      'pin-set-already',
      'pin-blocked',
      'needs-power-cycle',
      'preview-cannot-rename',
      'no-reader',
      'already-on',
      'not-over-usb',
      'same-key',
    ]
    expect(reasons.filter((reason) => keyCannotWords(reason) === fallback)).toEqual([])
  })
  it('are there for every finding of the doctor and every sample of a finger', () => {
    for (const each of finding.shape.finding.options)
      expect(findingWords({ finding: each, facts: {} }).title).not.toContain('undefined')
    expect(Object.keys(fingers.status).toSorted()).toEqual([...sampleStatus.options].toSorted())
  })
  it('are there for every question and effect that the keys service has', () => {
    const operations = [
      'deletePasskeys',
      'setPin',
      'changePin',
      'pinTry',
      'removeFingerprint',
      'configure',
      'writeBlob',
      'reset',
      'forget',
    ]
    for (const name of operations) expect(confirmWords(`keys.${name}`, 'Blue').title).not.toContain('keys.')
    const effects = [
      'passkey-lost',
      'device-lost',
      'only-way-in',
      'everything-lost',
      'passkeys-unknown',
      'pin-set',
      'pin-changed',
      'pin-tries-left',
      'fingerprint-lost',
      'last-fingerprint',
      'blob-lost',
      'blob-written',
      'blobs-broken',
      'setting',
      'only-reset-undoes',
      'record-lost',
    ]
    const facts = { rpId: 'a.example', identity: 'alice', account: 'x', name: 'Blue', retries: 2 }
    for (const effect of effects) {
      const { outcome, name } = effectWords({ effect, facts })
      expect(outcome, effect).not.toBe(effect)
      expect(String(name), effect).not.toBe('')
    }
  })
  it('leave out what only binds a question to its key', () => {
    expect(shownEffects([{ effect: 'on-key' }, { effect: 'pin-lost' }])).toEqual([{ effect: 'pin-lost' }])
  })
  it('say of a setting what becomes of it', () => {
    const words = (facts: Record<string, string | number | boolean>) =>
      effectWords({ effect: 'setting', facts }).outcome
    expect(words({ setting: 'always-uv', on: false })).toBe('Turned off')
    expect(words({ setting: 'min-pin-length', length: 8, forceChange: true, rpIds: 'a.example' })).toBe(
      'At least 8 characters; Told to a.example; The PIN must be changed at once',
    )
  })
  it('say an option on and off, and leave alone one without words', () => {
    expect(optionWords('rk', true)).not.toBe(optionWords('rk', false))
    expect(optionWords('x-vendor', true)).toBeUndefined()
  })
})
