import { describe, expect, it } from 'vitest'
import { answerFields, mayClaim, readChallenge } from './keys.ts'

/** As privacyIDEA 3.14 answered. */
const WEBAUTHN = {
  transaction_id: '05117092665768318671',
  webAuthnRegisterRequest: {
    attestation: 'direct',
    authenticatorSelection: { userVerification: 'preferred' },
    displayName: '<alice.r@test>',
    message: 'Please confirm with your WebAuthn token',
    name: 'alice',
    nonce: '6ZjBUZ-tqyJSgkLTs1iiHj4KmGGtLtSrKOUUwJooj7U',
    pubKeyCredAlgorithms: [{ alg: -7, type: 'public-key' }],
    relyingParty: { id: 'localhost', name: 'Test' },
    serialNumber: 'LKW1',
    timeout: 60000,
    transaction_id: '05117092665768318671',
  },
}
const PASSKEY = {
  transaction_id: '08849850706424356100',
  passkey_registration: {
    attestation: 'none',
    authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
    challenge: 'zt4ZAxzZxkQS1ti2sAocLEOBe7W_OsS0udseW7lZGN8',
    excludeCredentials: [{ id: 'AAAA', type: 'public-key' }],
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    rp: { id: 'localhost', name: 'Test' },
    timeout: 12000,
    user: { displayName: 'alice', id: 'MmvfzBjpT_X4yxFNOXUbHg', name: 'alice' },
  },
}

describe('a challenge', () => {
  it('of a WebAuthn token is put as WebAuthn writes it', () => {
    expect(readChallenge('webauthn', WEBAUTHN)).toEqual({
      rpId: 'localhost',
      transactionId: '05117092665768318671',
      options: {
        rp: { id: 'localhost', name: 'Test' },
        user: { id: Buffer.from('LKW1').toString('base64url'), name: 'alice', displayName: '<alice.r@test>' },
        challenge: '6ZjBUZ-tqyJSgkLTs1iiHj4KmGGtLtSrKOUUwJooj7U',
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
        attestation: 'direct',
        authenticatorSelection: { userVerification: 'preferred' },
        timeout: 60000,
      },
    })
  })

  it('of a passkey is the letters the server sent, and leaves a person time', () => {
    const read = readChallenge('passkey', PASSKEY)
    expect(Buffer.from(String(read?.options['challenge']), 'base64url').toString()).toBe(
      PASSKEY.passkey_registration.challenge,
    )
    expect(read?.options).toMatchObject({ timeout: 60_000, excludeCredentials: [{ id: 'AAAA', type: 'public-key' }] })
  })

  it.each([
    ['nothing', {}],
    ['no transaction', { ...WEBAUTHN, transaction_id: '' }],
    ['another kind', PASSKEY],
    ['no algorithm', { ...WEBAUTHN, webAuthnRegisterRequest: { ...WEBAUTHN.webAuthnRegisterRequest, pubKeyCredAlgorithms: [] } }], // prettier-ignore
    ['no relying party', { ...WEBAUTHN, webAuthnRegisterRequest: { ...WEBAUTHN.webAuthnRegisterRequest, relyingParty: {} } }], // prettier-ignore
  ])('is not read from %s', (_, detail) => {
    expect(readChallenge('webauthn', detail)).toBeUndefined()
  })
})

describe('a relying party', () => {
  it.each([
    ['pi.example.com', 'pi.example.com', true],
    ['example.com', 'pi.example.com', true],
    ['com', 'pi.example.com', false],
    ['ample.com', 'pi.example.com', false],
    ['evil.com', 'pi.example.com', false],
    ['pi.example.com', 'example.com', false],
    ['localhost', 'localhost', true],
  ])('%s is spoken for by %s: %s', (rpId, host, wanted) => expect(mayClaim(rpId, host)).toBe(wanted))
})

describe('a key’s answer', () => {
  const response = { clientDataJSON: 'Y2Q', attestationObject: 'YW8' }
  const given = { id: 'aWQ', rawId: 'aWQ', type: 'public-key', authenticatorAttachment: 'cross-platform', response }

  it('is sent in the fields of its kind', () => {
    expect(answerFields('webauthn', given)).toEqual({ clientdata: 'Y2Q', regdata: 'YW8' })
    expect(answerFields('passkey', given)).toEqual({
      credential_id: 'aWQ',
      rawId: 'aWQ',
      authenticatorAttachment: 'cross-platform',
      ...response,
    })
  })

  it.each([[{}], [{ ...given, response: {} }], [{ ...given, id: 7 }]])('is none where it is %j', (bad) => {
    expect(answerFields('webauthn', bad)).toBeUndefined()
  })
})
