import { describe, expect, it } from 'vitest'
import { deviceNameOf, deviceTypeOf, entityNameOf, readPrincipal } from './names.ts'
import { endpointsOf, partitionOfRegion } from './places.ts'
import { readProfiles } from './profiles.ts'
import { ServerClock } from './server-clock.ts'

describe('profiles of the shared files', () => {
  it('are told by name and by how each signs in, without their keys', () => {
    const config = `[default]
region = eu-central-1
# [profile commented]
[profile "with quotes"]
credential_process = /bin/secret-tool --token hunter2
[profile sso]
sso_session = corp
[sso-session corp]
sso_start_url = https://corp.example
[profile role]\r
role_arn = arn:aws:iam::123456789012:role/Admin\r
mfa_serial = arn:aws:iam::123456789012:mfa/alice\r
`
    const credentials = '[default]\naws_access_key_id = AKIAPLANTED\naws_secret_access_key = planted\n[ci]\n'
    const profiles = readProfiles(config, credentials)
    expect(profiles).toEqual([
      { name: 'default', signsInBy: 'keys', region: 'eu-central-1' },
      { name: 'with quotes', signsInBy: 'process' },
      { name: 'sso', signsInBy: 'sso' },
      { name: 'role', signsInBy: 'role', mfaSerial: 'arn:aws:iam::123456789012:mfa/alice' },
      { name: 'ci', signsInBy: 'other' },
    ])
    expect(JSON.stringify(profiles)).not.toMatch(/planted|hunter2/i)
  })

  it('are none where there are no files, or they are no such files', () => {
    expect(readProfiles(undefined, undefined)).toEqual([])
    expect(readProfiles('\0\0[', '=\n[]\n')).toEqual([])
    expect(readProfiles('[profile x]\n'.repeat(100_000), undefined)).toEqual([])
  })
})

describe('names', () => {
  it.each([
    ['arn:aws:iam::123456789012:user/path/to/alice', 'user', 'alice'],
    ['arn:aws-cn:iam::123456789012:root', 'root', 'root'],
    ['arn:aws-us-gov:sts::123456789012:assumed-role/Admin/alice@example.com', 'role', 'Admin/alice@example.com'],
  ])('%s is a %s', (arn, kind, name) => {
    expect(readPrincipal(arn)).toMatchObject({ kind, name, accountId: '123456789012' })
  })

  it.each(['alice', 'arn:aws:iam::12:user/x', 'arn:aws:iam::123456789012:group/x', 'arn:evil:iam::123456789012:root'])(
    '%s is nobody',
    (arn) => expect(readPrincipal(arn)).toBeUndefined(),
  )

  it('tell the type of a device', () => {
    expect(deviceTypeOf('arn:aws-cn:iam::123456789012:mfa/x')).toBe('virtual-totp')
    expect(deviceTypeOf('arn:aws:iam::123456789012:u2f/user/alice/key-ABC')).toBe('fido')
    expect(deviceTypeOf('arn:aws:iam::123456789012:sms-mfa/alice')).toBe('other')
    expect(deviceTypeOf('GALT00623358')).toBe('hardware-totp')
    expect(deviceNameOf('arn:aws:iam::123456789012:mfa/path/phone')).toBe('phone')
  })

  it('are made into ones that IAM takes', () => {
    expect(entityNameOf('Çağla’s phone #2')).toBe('Caglas-phone-2')
    expect(entityNameOf('전화 ☎')).toBe('')
    expect(entityNameOf('x'.repeat(200))).toHaveLength(128)
  })
})

it('each partition has endpoints of its own', () => {
  expect(endpointsOf('aws', 'eu-central-1')).toEqual({
    iam: { endpoint: 'https://iam.amazonaws.com', region: 'us-east-1' },
    sts: { endpoint: 'https://sts.eu-central-1.amazonaws.com', region: 'eu-central-1' },
  })
  expect(endpointsOf(partitionOfRegion('cn-northwest-1')).iam.endpoint).toContain('amazonaws.com.cn')
  expect(endpointsOf(partitionOfRegion('us-gov-east-1')).iam.region).toBe('us-gov-west-1')
})

describe('the server’s clock', () => {
  it('is known better with each answer, and anew when a clock was set', () => {
    const clock = new ServerClock()
    expect(clock.time).toBeUndefined()
    clock.hear(
      'Tue, 24 Nov 2026 12:00:00 GMT',
      Date.UTC(2026, 10, 24, 12, 0, 0, 100),
      Date.UTC(2026, 10, 24, 12, 0, 0, 300),
    )
    expect(clock.time).toEqual({ offsetMs: 300, uncertaintyMs: 600 })
    clock.hear(
      'Tue, 24 Nov 2026 12:00:01 GMT',
      Date.UTC(2026, 10, 24, 12, 0, 1, 800),
      Date.UTC(2026, 10, 24, 12, 0, 1, 900),
    )
    expect(clock.time).toEqual({ offsetMs: -50, uncertaintyMs: 250 })
    clock.hear('Tue, 24 Nov 2026 13:00:00 GMT', Date.UTC(2026, 10, 24, 12, 0, 2), Date.UTC(2026, 10, 24, 12, 0, 2))
    expect(clock.time).toEqual({ offsetMs: 3_598_500, uncertaintyMs: 500 })
    clock.hear('no date', 0, 0)
    clock.hear(undefined, 0, 0)
    expect(clock.time).toEqual({ offsetMs: 3_598_500, uncertaintyMs: 500 })
  })
})
