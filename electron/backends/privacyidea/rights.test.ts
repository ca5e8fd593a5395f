import { describe, expect, it } from 'vitest'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { capabilitiesOf, keyTokenOf } from './capabilities.ts'
import { createRights } from './rights.ts'

const DEVICE: MfaDevice = { id: 'A', type: 'virtual-totp', name: 'Phone', health: { state: 'in-sync' } }
const facts = (listed: readonly string[] | undefined, devices = [DEVICE]) =>
  capabilitiesOf({ rights: createRights('user', listed), devices, canTouch: true })

describe('rights', () => {
  it('are told from a list of everything, which has actions without their values', () => {
    const everything = createRights('user', ['enrollTOTP', 'totp_hashlib', 'totp_force_server_generate'])
    expect(everything.isSet('totp_force_server_generate')).toBe(false)
    const policy = createRights('user', ['enrollTOTP', 'totp_hashlib', 'totp_hashlib=sha256', 'totp_force_server_generate']) // prettier-ignore
    expect(policy.isSet('totp_force_server_generate')).toBe(true)
    expect(policy.valueOf('totp_hashlib')).toBe('sha256')
  })

  it('that nobody listed are left to the server', () => {
    expect(createRights('admin', undefined).may('delete')).toBe(true)
    expect(createRights('admin', []).may('delete')).toBe(false)
    // Stands in no user's list, and is refused to none.
    expect(createRights('user', []).may('tokenlist')).toBe(true)
    expect(createRights('admin', []).may('tokenlist')).toBe(false)
  })

  it('decide what is offered, each no with its reason', () => {
    const denied = { can: false, reason: 'policy' }
    expect(facts([])).toMatchObject({ resync: denied, remove: denied, rename: denied, markLost: denied })
    expect(facts(['unassign']).remove).toEqual({ can: true })
    expect(facts(['resync'], []).resync).toEqual({ can: false, reason: 'nothing-registered' })
    expect(
      facts(
        ['enrollTOTP'],
        Array.from({ length: 8 }, () => DEVICE),
      ).register['virtual-totp'],
    ).toEqual({
      can: false,
      reason: 'eight-devices',
    })
    expect(facts(['enrollTOTP', 'totp_2step', 'totp_2step=force']).seedFrom).toEqual(['backend'])
    expect(facts(['enrollTOTP', 'totp_2step', 'totp_2step=allow']).seedFrom).toEqual(['person'])
  })

  it('choose what a key is enrolled as', () => {
    const both = createRights('user', ['enrollWEBAUTHN', 'enrollPASSKEY'])
    expect([keyTokenOf(both, false), keyTokenOf(both, true)]).toEqual(['webauthn', 'passkey'])
    expect(keyTokenOf(createRights('user', ['enrollPASSKEY']), false)).toBe('passkey')
    expect(keyTokenOf(createRights('user', ['enrollWEBAUTHN']), true)).toBeUndefined()
  })
})
