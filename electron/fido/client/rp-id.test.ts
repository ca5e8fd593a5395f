import { describe, expect, it } from 'vitest'
import { checkRpId, isAppIdAllowed } from './rp-id.ts'

describe('an origin may use', () => {
  it.each([
    ['https://example.com', undefined, 'example.com'],
    ['https://example.com', 'example.com', 'example.com'],
    ['https://login.example.com:8443', 'example.com', 'example.com'],
    ['https://a.b.example.com', 'b.example.com', 'b.example.com'],
    ['https://www.bbc.co.uk', 'bbc.co.uk', 'bbc.co.uk'],
    ['http://localhost:3000', 'localhost', 'localhost'],
    ['http://latchkey.localhost:4711', 'latchkey.localhost', 'latchkey.localhost'],
    ['https://intranet', 'intranet', 'intranet'],
  ])('%s with %s: %s', (origin, rpId, expected) => {
    expect(checkRpId(rpId, origin)).toBe(expected)
  })

  it.each([
    ['https://example.com', 'com'],
    ['https://example.com', ''],
    ['https://example.com', '.com'],
    ['https://example.com', 'ample.com'],
    ['https://example.com', 'example.org'],
    ['https://example.com', 'login.example.com'],
    ['https://example.com', 'EXAMPLE.com'],
    ['https://example.com', 'example.com.'],
    ['https://example.com.', 'example.com'],
    ['https://www.bbc.co.uk', 'co.uk'],
    ['http://example.com', 'example.com'],
    ['http://latchkey.localhost', 'localhost'],
    ['https://192.0.2.1', '192.0.2.1'],
    ['https://192.0.2.1', '2.1'],
    ['https://[::1]', '[::1]'],
    ['https://example.com/', 'example.com'],
    ['https://EXAMPLE.com', 'example.com'],
    ['https://user@example.com', 'example.com'],
    ['https://example.com:443', 'example.com'],
    ['file:///etc', 'etc'],
    ['null', 'null'],
    ['example.com', 'example.com'],
  ])('never %s with %s', (origin, rpId) => {
    expect(() => checkRpId(rpId, origin)).toThrow(expect.objectContaining({ fault: 'rp-id' }))
  })
})

it('an appid is an https address of the origin or a parent of it', () => {
  expect(isAppIdAllowed('https://example.com/app-id.json', 'https://www.example.com')).toBe(true)
  expect(isAppIdAllowed('http://example.com/app-id.json', 'https://www.example.com')).toBe(false)
  expect(isAppIdAllowed('https://example.org/app-id.json', 'https://www.example.com')).toBe(false)
  expect(isAppIdAllowed('example.com', 'https://www.example.com')).toBe(false)
})
