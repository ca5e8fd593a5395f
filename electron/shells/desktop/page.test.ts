import { describe, expect, it, vi } from 'vitest'
import type { PageFile } from '../page-files.ts'
import { answerPage, declareScheme, servePage } from './page.ts'
import { FakeSession, schemes } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

const files = new Map<string, PageFile>([
  ['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<style nonce="__NONCE__"></style>') }],
  ['/assets/main.js', { type: 'text/javascript; charset=utf-8', body: Buffer.from('go()') }],
])
let rolls = 0
const random = (length: number) => new Uint8Array(new ArrayBuffer(length)).fill(++rolls)
const get = (url: string, method = 'GET') => answerPage({ url, method }, files, random)

describe('the scheme (item 18)', () => {
  it('is standard, secure and same-origin, and passes by no policy', () => {
    declareScheme()
    expect(schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
    ])
  })

  it('is served in the session that it is given', async () => {
    const session = new FakeSession()
    servePage(session.asElectron.protocol, files, random)
    const answer = await session.served.get('app')!(new Request('app://bundle/assets/main.js'))
    expect(await answer.text()).toBe('go()')
  })
})

describe('the page’s answers', () => {
  it('carry a policy under which nothing but our own files runs, with a nonce of this answer alone (item 7)', async () => {
    const [first, second] = [get('app://bundle/'), get('app://bundle/')]
    const nonces = [first, second].map(
      (answer) => /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy')!)![1]!,
    )
    expect(nonces[0]).not.toBe(nonces[1])
    expect(await first.text()).toBe(`<style nonce="${nonces[0]}"></style>`)
    expect(first.headers.get('content-security-policy')).toBe(
      [
        `default-src 'none'`,
        `script-src 'self'`,
        `style-src 'self' 'nonce-${nonces[0]}'`,
        `img-src 'self' data: blob:`,
        `font-src 'self'`,
        `connect-src 'self'`,
        `worker-src 'self'`,
        `object-src 'none'`,
        `base-uri 'none'`,
        `form-action 'none'`,
        `frame-ancestors 'none'`,
        `require-trusted-types-for 'script'`,
        `trusted-types default`,
      ].join('; '),
    )
  })

  it('are typed, unsniffed, uncached, unembedded, and open to no other origin', () => {
    const { headers, status } = get('app://bundle/assets/main.js')
    expect(status).toBe(200)
    expect(Object.fromEntries([...headers].filter(([name]) => name !== 'content-security-policy'))).toEqual({
      'cache-control': 'no-store',
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'geolocation=(), hid=(), microphone=(), payment=(), serial=(), usb=()',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  it.each([
    ['app://bundle/index.html'],
    ['app://bundle/nothing'],
    ['app://bundle/assets/'],
    ['app://bundle/assets'],
    ['app://bundle/assets/main.js/'],
    ['app://bundle/assets/main.js.map'],
    ['app://bundle/?x'],
    ['app://bundle//'],
    ['app://bundle/../../etc/passwd'],
    ['app://bundle/assets/../../secret'],
    ['app://bundle/%2e%2e/%2e%2e/etc/passwd'],
    ['app://bundle/..%2f..%2fetc%2fpasswd'],
    ['app://bundle/assets%2fmain.js'],
    ['app://bundle/assets\\main.js'],
    ['app://bundle/assets/main.js%00.png'],
    ['app://bundle/C:/Windows/win.ini'],
    ['app://bundle/__proto__'],
    ['app://other/'],
    ['app://bundle.evil.example/'],
    ['app://bundle:1/'],
    ['app:///'],
    ['app://bundle/', 'POST'],
    ['app://bundle/', 'HEAD'],
    ['app://bundle/', 'PUT'],
    ['app://bundle/', 'OPTIONS'],
  ])('are 404 with nothing in it for %s %s', async (url, method = 'GET') => {
    const answer = get(url, method)
    expect([answer.status, await answer.text(), [...answer.headers]]).toEqual([404, '', []])
  })

  it('take dots that lead back to a file of ours for that file', async () => {
    expect(await get('app://bundle/x/../assets/main.js').text()).toBe('go()')
  })
})
