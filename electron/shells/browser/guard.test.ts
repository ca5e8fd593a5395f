import { describe, expect, it } from 'vitest'
import { guard, sameSecret, type RequestHead, type Verdict } from './guard.ts'

const host = 'latchkey.localhost:41234'
const token = 'bXk2f-_0'.padEnd(43, 'Q')
const launch = { host, token, files: new Set(['/', '/assets/app.js']) }
const origin = `http://${host}`

const head = (method: string, url: string, fields: Record<string, string>, httpVersion = '1.1'): RequestHead => ({
  method,
  url,
  httpVersion,
  rawHeaders: Object.entries({ host, ...fields }).flat(),
})
const json = { origin, 'content-type': 'application/json', 'content-length': '56' }
const handshake = {
  origin,
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': `latchkey, ${token}`,
}
const rule = (verdict: Verdict) => (verdict.to === 'nobody' ? `${verdict.status} ${verdict.rule}` : verdict.to)

describe('the guard', () => {
  it('lets in what a browser sends for the page, its files, the ticket and the wire', () => {
    expect(guard(launch, head('GET', '/', {}), 'request')).toEqual({ to: 'file', path: '/' })
    expect(guard(launch, head('HEAD', '/assets/app.js', { origin }), 'request')).toEqual({
      to: 'file',
      path: '/assets/app.js',
    })
    expect(guard(launch, head('POST', '/ticket', json), 'request')).toEqual({ to: 'ticket' })
    expect(guard(launch, head('GET', '/wire', handshake), 'upgrade')).toEqual({ to: 'wire' })
  })

  it('lets a page in by the address bar, with cookies of other servers, and by a client without Fetch metadata', () => {
    const cookies = { cookie: 'other=1', 'sec-fetch-site': 'none' }
    expect(rule(guard(launch, head('GET', '/', cookies), 'request'))).toBe('file')
  })

  it('takes the protocol with and without the space that only some clients put, and any case of websocket', () => {
    const tight = { ...handshake, 'sec-websocket-protocol': `latchkey,${token}`, upgrade: 'WebSocket' }
    expect(rule(guard(launch, head('GET', '/wire', tight), 'upgrade'))).toBe('wire')
  })

  it.each<[string, RequestHead, 'request' | 'upgrade']>([
    ['505 version', head('GET', '/', {}, '1.0'), 'request'],
    ['403 host', head('GET', '/', { host: 'localhost:41234' }), 'request'],
    ['400 target', head('GET', `http://${host}/`, {}), 'request'],
    ['400 target', { httpVersion: '1.1', rawHeaders: ['host', host] }, 'request'],
    ['403 method', head('OPTIONS', '/', {}), 'request'],
    ['403 site', head('GET', '/', { 'sec-fetch-site': 'cross-site' }), 'request'],
    ['403 origin', head('GET', '/', { origin: 'null' }), 'request'],
    ['403 origin', head('POST', '/ticket', { ...json, origin: 'http://evil.com' }), 'request'],
    ['400 body', head('POST', '/ticket', { ...json, 'transfer-encoding': 'chunked' }), 'request'],
    ['400 body', head('GET', '/', { 'content-length': '0' }), 'request'],
    ['400 handshake', head('GET', '/', { upgrade: 'websocket' }), 'request'],
    ['404 path', head('GET', '/other', {}), 'request'],
    ['404 path', head('POST', '/', json), 'request'],
    ['415 body', head('POST', '/ticket', { ...json, 'content-type': 'text/plain' }), 'request'],
    ['411 body', head('POST', '/ticket', { origin, 'content-type': 'application/json' }), 'request'],
    ['413 body', head('POST', '/ticket', { ...json, 'content-length': '1025' }), 'request'],
    ['403 method', head('HEAD', '/wire', handshake), 'upgrade'],
    ['404 path', head('GET', '/', handshake), 'upgrade'],
    ['400 handshake', head('GET', '/wire', { ...handshake, 'sec-websocket-version': '8' }), 'upgrade'],
    ['401 token', head('GET', '/wire', { ...handshake, 'sec-websocket-protocol': 'latchkey' }), 'upgrade'],
    [
      '401 token',
      head('GET', '/wire', { ...handshake, 'sec-websocket-protocol': `latchkey, ${'A'.repeat(43)}` }),
      'upgrade',
    ],
  ])('names the rule of a refusal: %s', (expected, request, event) => {
    expect(rule(guard(launch, request, event))).toBe(expected)
  })

  it('never lets an upgrade pass for a file, or a plain request for the wire', () => {
    expect(rule(guard(launch, head('GET', '/wire', { origin }), 'request'))).toBe('404 path')
    expect(rule(guard(launch, head('GET', '/', handshake), 'upgrade'))).toBe('404 path')
  })

  it('reads the body cap as a number of at most 1024', () => {
    const of = (length: string) =>
      rule(guard(launch, head('POST', '/ticket', { ...json, 'content-length': length }), 'request'))
    expect([of('1'), of('1024'), of('1025'), of('0'), of('01')]).toEqual([
      'ticket',
      'ticket',
      '413 body',
      '411 body',
      '411 body',
    ])
  })
})

describe('sameSecret', () => {
  it('is true for equal texts only', () => {
    expect(sameSecret(token, token)).toBe(true)
    expect(sameSecret(token, `${token}A`)).toBe(false)
    expect(sameSecret('', token)).toBe(false)
    expect(sameSecret(`A${token.slice(1)}`, token)).toBe(false)
  })
})
