import type { ServerResponse } from 'node:http'
import { contentSecurityPolicy, type PolicyParts } from '../content-security-policy.ts'

/**
 * Headers of every answer (security.md §3.1 rule 8). There is no CORS header on purpose, and no cookie.
 * Files are `no-store` as well as the page: each launch has a port, so an origin, of its own, and a cache never hits.
 */
export const answerHeaders = (policy: PolicyParts = {}) => ({
  'Content-Security-Policy': contentSecurityPolicy(policy),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'geolocation=(), hid=(), microphone=(), payment=(), serial=(), usb=()',
  'Cache-Control': 'no-store',
})

/** Answers without a body and ends the connection, so that nothing sent behind the refused head is read. */
export function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { ...answerHeaders(), 'Content-Length': 0, Connection: 'close' })
  response.end()
}
