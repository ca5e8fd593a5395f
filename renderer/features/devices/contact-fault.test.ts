import { describe, expect, it } from 'vitest'
import { contactFault } from './contact-fault.ts'

describe('a typed contact', () => {
  it.each(['mfa-root@northwind.example', 'a.b+c@x', 'ÿ@münchen.example'])('%s can be an email address', (typed) => {
    expect(contactFault('email', typed, '')).toBeUndefined()
  })
  it.each(['northwind.example', '@northwind.example', 'mfa-root@', 'two words@x', 'a@b@c'])(
    '%s can’t be an email address',
    (typed) => {
      expect(contactFault('email', typed, '')).toBe('malformed')
    },
  )
  it.each(['+31 20 555 0148', '020-5550148', '(020) 555.0148', '112'])('%s can be a phone number', (typed) => {
    expect(contactFault('phone', typed, '')).toBeUndefined()
  })
  it.each(['+31 20 555 abc', '12', '++31 20 555', '31+20555'])('%s can’t be a phone number', (typed) => {
    expect(contactFault('phone', typed, '')).toBe('malformed')
  })
  it('is not saved where nothing is typed, or nothing changes', () => {
    expect(contactFault('email', '', 'a@b')).toBe('empty')
    expect(contactFault('phone', '+31 20', '+31 20')).toBe('same')
  })
})
