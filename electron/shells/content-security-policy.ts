/**
 * The one Content-Security-Policy of both page-serving shells (security.md §1.1 item 7 and its Decisions).
 * Nothing inline runs: scripts and workers are files of our own origin, style elements carry this answer's nonce,
 * and strings reach the DOM only through the page's default Trusted Types policy.
 */
export interface PolicyParts {
  /** Base64 or base64url letters, fresh for every answer; absent for answers that are not the page. */
  readonly nonce?: string
  /** Origins the page may connect to besides its own, such as `ws://latchkey.localhost:41234`. */
  readonly connect?: readonly string[]
}

export function contentSecurityPolicy({ nonce, connect = [] }: PolicyParts): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    nonce === undefined ? `style-src 'self'` : `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data: blob:`,
    `font-src 'self'`,
    ['connect-src', `'self'`, ...connect].join(' '),
    `worker-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types default`,
  ].join('; ')
}
