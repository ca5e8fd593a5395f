import { describe, expect, test } from 'vitest'
import { hrefOf, readRoute } from './routes.ts'

describe('routes', () => {
  test('every room comes back from its own address', () => {
    for (const route of [
      { room: 'codes' },
      { room: 'devices' },
      { room: 'settings' },
      { room: 'whatif' },
      { room: 'recovery', caseId: 'a/b c' },
      { room: 'keys' },
      { room: 'keys', keyId: 'a/b#1' },
      { room: 'keys', keyId: 'a', tab: 'pin' },
      { room: 'keys', tab: 'advanced' },
    ] as const)
      expect(readRoute(hrefOf(route))).toEqual(route)
  })
  test('an address of no room opens Codes', () => {
    for (const hash of ['', '#', '#/nowhere', '#abc', '#/recovery2/x'])
      expect(readRoute(hash)).toEqual({ room: 'codes' })
  })
  test('a key’s address with an unknown part, or what is no encoded text, still opens the room', () => {
    expect(readRoute('#/keys/a/elsewhere')).toEqual({ room: 'keys', keyId: 'a' })
    expect(readRoute('#/keys/%E0%A4%A')).toEqual({ room: 'keys' })
    expect(readRoute('#/recovery/%')).toEqual({ room: 'recovery' })
  })
})
