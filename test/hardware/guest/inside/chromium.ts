/** Headless Chromium registers and signs in with Latchkey's virtual key at a real /dev/hidraw. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { spawn } from 'node:child_process'
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
  '--user-data-dir=/tmp/profile',
]
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
  const told = new Promise<Said>((resolve) => (heard = resolve))
  const server = createServer((request, response) => {
    if (request.url !== '/said') return void response.setHeader('content-type', 'text/html').end(PAGE)
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
  // Inherited: with its output at /dev/null it never got as far as the page in the guest; and a failure shows what it said.
  const browser = spawn(path, [...FLAGS, `${origin}/`], { stdio: 'inherit' })

  const { made, signed } = await step('Chromium registers and signs in with it', async () => {
    const said = await told
    if (said.error !== undefined) throw new Error(said.error)
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
  browser.kill('SIGKILL')
  server.close()
  child.kill()
}
