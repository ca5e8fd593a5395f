import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy } from './content-security-policy.ts'

const directives = (policy: string) =>
  Object.fromEntries(
    policy.split('; ').map((directive) => {
      const [name, ...sources] = directive.split(' ')
      return [name, sources.join(' ')]
    }),
  )

describe('contentSecurityPolicy', () => {
  it('is the policy of security.md, whole, with the nonce for styles only', () => {
    expect(directives(contentSecurityPolicy({ nonce: 'abc', connect: ['ws://latchkey.localhost:1'] }))).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self' 'nonce-abc'",
      'img-src': "'self' data: blob:",
      'font-src': "'self'",
      'connect-src': "'self' ws://latchkey.localhost:1",
      'worker-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'default',
    })
  })

  it('lets no inline style in where there is no nonce, and no other origin where none is named', () => {
    const bare = directives(contentSecurityPolicy({}))
    expect(bare['style-src']).toBe("'self'")
    expect(bare['connect-src']).toBe("'self'")
  })
})
