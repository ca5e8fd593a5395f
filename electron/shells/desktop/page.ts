/** Serves the page at `app://bundle/`: only files read at start, each page with a nonce of its own. */
import { protocol } from 'electron'
import { contentSecurityPolicy } from '../content-security-policy.ts'
import { pageWithNonce, type PageFile } from '../page-files.ts'
import type { Random } from '../../../shared/kit/index.ts'

/** Before the app is ready. No `bypassCSP`; `corsEnabled` keeps other origins out of `supportFetchAPI` (CVE-2026-70604), and no answer allows any. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true } },
  ])
}

export function servePage(files: ReadonlyMap<string, PageFile>, random: Random): void {
  protocol.handle('app', (request) => answerPage(new URL(request.url), request.method, files, random))
}

/** Exported for its test: everything but `GET app://bundle/<a file read at start>` is 404 with nothing in it. */
export function answerPage(url: URL, method: string, files: ReadonlyMap<string, PageFile>, random: Random): Response {
  const file = url.host === 'bundle' && method === 'GET' ? files.get(url.pathname) : undefined
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
      'Cache-Control': 'no-store',
    },
  })
}
