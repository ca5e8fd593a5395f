/** Serves the page at `app://bundle/`: only files read at start, each page with a nonce of its own. */
import { protocol, type Protocol } from 'electron'
import { contentSecurityPolicy } from '../content-security-policy.ts'
import { pageWithNonce, type PageFile } from '../page-files.ts'
import type { Random } from '../../../shared/kit/index.ts'

type Files = ReadonlyMap<string, PageFile>

/**
 * To be called before the app is ready. Without `bypassCSP`; `corsEnabled` keeps other origins out of what `supportFetchAPI`
 * lets in (CVE-2026-70604), and no answer allows any.
 */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ])
}

/** In the window's own session, where nothing else is served. */
export function servePage(scheme: Protocol, files: Files, random: Random): void {
  scheme.handle('app', (request) => answerPage(request, files, random))
}

/** Exported for its test: everything but `GET app://bundle/<a file read at start>` is 404 with nothing in it. */
export function answerPage({ url, method }: Pick<Request, 'url' | 'method'>, files: Files, random: Random): Response {
  const { host, pathname, search } = new URL(url)
  const isAsked = method === 'GET' && host === 'bundle' && search === ''
  const file = isAsked ? files.get(pathname) : undefined
  if (!file) return new Response(null, { status: 404 })
  const { body, nonce } = pageWithNonce(file, random)
  return new Response(new Uint8Array(body), {
    headers: {
      'Content-Type': file.type,
      'Content-Security-Policy': contentSecurityPolicy(nonce === undefined ? {} : { nonce }),
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Permissions-Policy': 'geolocation=(), hid=(), microphone=(), payment=(), serial=(), usb=()',
      'Cache-Control': 'no-store',
    },
  })
}
