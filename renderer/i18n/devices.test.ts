import { describe, expect, it } from 'vitest'
import { REFUSALS } from '../../shared/domain/playbooks/index.ts'
import { accountLine, backends, healthWords, inFours, reasonWords, warnings } from './devices.ts'

const NOW = Date.UTC(2026, 10, 25, 12)

describe('words of Devices', () => {
  it('has words of its own for every refusal of the playbooks and every reason of the backends', () => {
    const fallback = reasonWords('no-such-reason')
    const demo = [
      'eight-devices',
      'administrator-needed',
      'alternative-factors-needed',
      'nothing-registered',
      'root-only',
      'fido-never-drifts',
      'out-of-use',
    ]
    const others = [
      'not-permitted',
      'fido-by-console',
      'root-by-console',
      'no-rename',
      'deactivate-instead',
      'policy',
      'no-key-here',
      'managed-elsewhere',
      'administrator-only',
    ]
    expect([...REFUSALS, ...demo, ...others].filter((reason) => reasonWords(reason) === fallback)).toEqual([])
  })

  it('reads long numbers in fours, and leaves alone what is divided already', () => {
    expect(inFours('GALT00477190')).toBe('GALT 0047 7190')
    expect(inFours('5502118709')).toBe('5502 1187 09')
    expect(inFours('NK3 1C 44 0E')).toBe('NK3 1C 44 0E')
    expect(inFours('0042')).toBe('0042')
  })

  it('says in which account, as what, and at what kind of backend', () => {
    expect(accountLine({ account: 'Northwind', accountId: '447109823316', kind: 'root' }, 'demo')).toBe(
      'Northwind · account 4471 0982 3316 · root · demo',
    )
    expect(accountLine({ account: 'Payroll realm', kind: 'user' }, 'privacyidea')).toBe(
      'Payroll realm · user · privacyIDEA',
    )
  })

  it('says how far a device is out where that is told, and not where it is not', () => {
    expect(healthWords({ state: 'drifted', drift: { steps: -1, seconds: -30 } }, NOW)).toBe('Drifted 1 step')
    expect(healthWords({ state: 'drifted' }, NOW)).toBe('Drifted')
    expect(warnings.drifted('Desk token', { seconds: -90 })).toContain('90 s slow')
    expect(warnings.drifted('Desk token', undefined)).toContain('does not tell')
  })

  it('dates what is out of use', () => {
    expect(healthWords({ state: 'out-of-use', loss: 'stolen', since: NOW - 3 * 86_400_000 }, NOW)).toBe(
      'Stolen, 22 Nov',
    )
  })

  it('tells the age of what could not be read again', () => {
    expect(backends.asOf(NOW - 2 * 86_400_000, NOW)).toBe('What is shown was read 2 days ago.')
    expect(backends.asOf(NOW - 5_000, NOW)).toBe('What is shown was read just now.')
  })
})
