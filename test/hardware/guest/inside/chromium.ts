/** Headless Chromium registers and signs in with Latchkey's virtual key at a real /dev/hidraw. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:http'
import { toBase64url } from '../../../../shared/kit/index.ts'
import { startKey } from './key.ts'
import { step } from './steps.ts'

const CHALLENGE = toBase64url(new Uint8Array(32).fill(7))
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // A part of it that is not called back within 15 seconds ends itself, which an emulated machine may not manage; the page
  // is then waited for for ever.
  '--ipc-connection-timeout=600',
]
/** On an idle computer it takes 15 seconds. */
const PAGE_DEADLINE_MS = 120_000
const STARTS = 2
const PAGE = `<!doctype html><title>key</title><script type="module">
const options = {
  challenge: '${CHALLENGE}', timeout: 90000, attestation: 'direct', rp: { id: 'localhost', name: 'Example' },
  user: { id: 'dXNlciAx', name: 'ada', displayName: 'Ada' }, pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { authenticatorAttachment: 'cross-platform', userVerification: 'discouraged' },
}
const tell = (said) => fetch('/said', { method: 'POST', body: JSON.stringify(said) })
try {
  const made = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
  const asked = PublicKeyCredential.parseRequestOptionsFromJSON({
    challenge: options.challenge, timeout: 90000, rpId: 'localhost', userVerification: 'discouraged',
    allowCredentials: [{ type: 'public-key', id: made.id, transports: ['usb'] }],
  })
  const signed = await navigator.credentials.get({ publicKey: asked })
  await tell({ made: made.toJSON(), signed: signed.toJSON() })
} catch (error) {
  await tell({ error: String(error) })
}
</script>`

interface Said {
  readonly made?: { readonly response: { readonly transports: readonly string[] } }
  readonly signed?: unknown
  readonly error?: string
}

export async function chromium(path: string): Promise<void> {
  const child = await startKey('virtual', 'uhid')
  let heard: (said: Said) => void
  let asked: () => void
  const told = new Promise<Said>((resolve) => (heard = resolve))
  const page = new Promise<void>((resolve) => (asked = resolve))
  const server = createServer((request, response) => {
    if (request.url !== '/said') {
      asked()
      return void response.setHeader('content-type', 'text/html').end(PAGE)
    }
    let body = ''
    request.on('data', (data) => (body += String(data)))
    request.on('end', () => {
      response.end()
      heard(JSON.parse(body) as Said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const origin = `http://localhost:${typeof address === 'object' ? address!.port : 0}`

  const browser = await started(path, `${origin}/`, page)
  const { made, signed } = await step('Chromium registers and signs in with it', async () => {
    const said = await Promise.race([told, browser.ended])
    if (said.error !== undefined) throw new Error(`${said.error}: ${browser.words()}`)
    return said
  })
  const expected = { expectedChallenge: CHALLENGE, expectedOrigin: origin, expectedRPID: 'localhost' }
  const credential = await step('its registration is right', async () => {
    const verdict = await verifyRegistrationResponse({
      ...expected,
      response: made as never,
      requireUserVerification: false,
    })
    if (!verdict.verified) throw new Error('not verified')
    return verdict.registrationInfo.credential
  })
  await step('its assertion is right', async () => {
    const verdict = await verifyAuthenticationResponse({
      ...expected,
      response: signed as never,
      credential,
      requireUserVerification: false,
    })
    if (!verdict.verified) throw new Error('not verified')
  })
  browser.kill()
  server.close()
  child.kill()
}

interface Browser {
  /** Rejects when it ends by itself. */
  readonly ended: Promise<never>
  /** What it said last. */
  words(): string
  kill(): void
}

/** The browser once it has asked for the page. One that does not is started anew, and that is told. */
async function started(path: string, url: string, page: Promise<void>): Promise<Browser> {
  for (let start = 1; ; start++) {
    const browser = begun(spawn(path, [...FLAGS, `--user-data-dir=/tmp/profile-${start}`, url], { stdio: 'pipe' }))
    try {
      await Promise.race([page, browser.ended, late()])
      return browser
    } catch (error) {
      browser.kill()
      const why = `${String(error)}: ${browser.words()}`
      if (start === STARTS) throw new Error(why, { cause: error })
      process.stdout.write(`again: ${why.replaceAll('\n', ' ')}\n`)
    }
  }
}

function begun(child: ChildProcess): Browser {
  let words = ''
  for (const output of [child.stdout, child.stderr]) {
    output?.on('data', (data) => (words = (words + String(data)).slice(-2000)))
  }
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)))
  })
  // It is killed in the end, when nobody listens any more.
  ended.catch(() => undefined)
  return { ended, words: () => words, kill: () => void child.kill('SIGKILL') }
}

const late = () =>
  new Promise<never>((_, reject) => {
    const why = new Error(`the page was not asked for within ${PAGE_DEADLINE_MS} ms`)
    setTimeout(() => reject(why), PAGE_DEADLINE_MS).unref()
  })
