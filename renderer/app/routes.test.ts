import { describe, expect, test } from 'vitest'
import { hrefOf, readRoute } from './routes.ts'

describe('routes', () => {
  test('every room comes back from its own address', () => {
    for (const route of [
      { room: 'codes' },
      { room: 'devices' },
      { room: 'settings' },
      { room: 'recovery', caseId: 'a/b c' },
    ] as const)
      expect(readRoute(hrefOf(route))).toEqual(route)
  })
  test('an address of no room opens Codes', () => {
    for (const hash of ['', '#', '#/nowhere', '#abc', '#/recovery2/x'])
      expect(readRoute(hash)).toEqual({ room: 'codes' })
  })
})
