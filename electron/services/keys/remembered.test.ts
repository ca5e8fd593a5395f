import { describe, expect, test } from 'vitest'
import { readVault, writeVault } from '../vault-data.ts'
import {
  changeKey,
  isSameName,
  MAX_CREDENTIALS,
  putKey,
  withCredential,
  withoutKey,
  withPasskeys,
  type RememberedKey,
} from './remembered.ts'

const key = (id: string, more: Partial<RememberedKey> = {}): RememberedKey => ({
  id,
  kind: 'usb',
  credentials: [],
  firstSeenAt: 1,
  lastSeenAt: 1,
  twins: [],
  ...more,
})
const credential = (credentialId: string) => ({ rpId: 'example.com', credentialId })
const passkey = (credentialId: string) => ({
  passkey: { credentialId, rpId: 'example.com', alg: -7, hasLargeBlob: false },
  credential: credential(credentialId),
})
const device = { backendId: 'b', identityId: 'i', deviceId: 'd' }

describe('remembered keys', () => {
  test('come back from the vault, with those of a later version kept as they are', async () => {
    const later = { ...key('two'), colour: 'blue' }
    const { data, unread } = await readVault({ keys: [key('one', { name: 'Blue' }), later, 7] })
    expect(data.keys).toEqual([key('one', { name: 'Blue' })])
    const changed = changeKey(data, 'one', (one) => ({ ...one, name: 'Red' }))
    expect(writeVault(changed, unread)['keys']).toEqual([key('one', { name: 'Red' }), later, 7])
  })

  test('are forgotten with the twins they were a spare of', () => {
    const twins = [{ spareId: 'two', ticked: [], drilled: [] }]
    const data = { keys: [key('one', { twins }), key('two')] }
    expect(withoutKey(data, 'two').keys).toEqual([key('one')])
    expect(changeKey(data, 'three', () => key('three'))).toBe(data)
    expect(putKey(data, key('three')).keys.map(({ id }) => id)).toEqual(['one', 'two', 'three'])
  })

  test('keep the newest credentials, and the devices they are', () => {
    let full = key('one')
    for (let i = 0; i <= MAX_CREDENTIALS; i++) full = withCredential(full, credential(`c${i}`))
    expect(full.credentials).toHaveLength(MAX_CREDENTIALS)
    expect(full.credentials.some(({ credentialId }) => credentialId === 'c0')).toBe(false)
    const linked = withCredential(withCredential(key('one'), { ...credential('a'), device }), credential('a'))
    expect(linked.credentials).toEqual([{ ...credential('a'), device }])
  })

  test('keep a public key that a list leaves out', () => {
    const registered = withCredential(key('one'), { ...credential('a'), publicKey: 'AAAA', alg: -7 })
    const once = withPasskeys(registered, [passkey('a')], 5, 10)
    const twice = withPasskeys(once, [passkey('a')], 6, 10)
    expect(twice.credentials).toEqual([{ ...credential('a'), publicKey: 'AAAA', alg: -7 }])
  })

  test('follow the list of the key, and keep what no list shows', () => {
    const hidden = withCredential(key('one'), { ...credential('hidden'), device })
    const before = withPasskeys(hidden, [passkey('a'), passkey('b')], 5, 10)
    const linked = withCredential(before, { ...credential('a'), device })
    const after = withPasskeys(linked, [passkey('a')], 6, undefined)
    expect(after.credentials.map(({ credentialId }) => credentialId)).toEqual(['hidden', 'a'])
    expect(after.credentials.at(-1)?.device).toEqual(device)
    expect(after.passkeys).toEqual({ list: [passkey('a').passkey], asOf: 6 })
  })

  test('have names that are told apart as people read them', () => {
    expect(isSameName('Blue', 'BLUE')).toBe(true)
    expect(isSameName('Blue', 'Blue 2')).toBe(false)
  })
})
