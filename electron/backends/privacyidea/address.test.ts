import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { readAddress } from './address.ts'
import { openPrivacyIdea } from './open.ts'

describe('a server’s address', () => {
  it.each([
    ['https://pi.example.com', { host: 'pi.example.com', port: 443, prefix: '', origin: 'https://pi.example.com' }],
    [' pi.example.com ', { isSecure: true, host: 'pi.example.com', origin: 'https://pi.example.com' }],
    ['https://PI.example.com:8443/mfa/', { port: 8443, prefix: '/mfa', origin: 'https://pi.example.com:8443' }],
    ['https://[2001:db8::1]/', { host: '2001:db8::1', origin: 'https://[2001:db8::1]' }],
    ['http://127.0.0.1:5000', { isSecure: false, port: 5000 }],
    ['http://[::1]:5000', { isSecure: false, host: '::1' }],
    ['http://localhost', { isSecure: false, port: 80 }],
  ])('is read from %s', (typed, wanted) => {
    expect(readAddress(typed)).toMatchObject({ ok: true, value: wanted })
  })

  it.each([
    ['', 'malformed'],
    ['https://', 'malformed'],
    ['pi example.com', 'malformed'],
    [`https://${'a'.repeat(600)}.example`, 'malformed'],
    ['http://pi.example.com', 'not-https'],
    ['http://127.0.0.1.example.com', 'not-https'],
    ['http://localhost.example.com', 'not-https'],
    ['http://10.0.0.1', 'not-https'],
    ['ftp://pi.example.com', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['https://alice:secret@pi.example.com', 'has-credentials'],
    ['https://pi.example.com/?next=elsewhere', 'has-query'],
    ['https://pi.example.com/#there', 'has-query'],
  ])('is not read from %j: %s', (typed, fault) => {
    expect(readAddress(typed)).toEqual({ ok: false, error: fault })
  })

  it('comes with authorities that are certificates, or none', () => {
    const options = {
      id: 'pi',
      name: 'privacyIDEA',
      url: 'https://pi.example.com',
      credentials: { by: 'api-key', key: async () => undefined },
      clock: new FakeClock(),
      random: seededRandom('address'),
    } as const
    for (const ca of ['', 'no PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])
      expect(openPrivacyIdea({ ...options, ca })).toEqual({ ok: false, error: 'malformed-ca' })
    expect(openPrivacyIdea(options)).toMatchObject({ ok: true })
  })
})
