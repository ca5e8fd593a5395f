import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answerWebAuthn } from './webauthn-ask.ts'

// The library takes the browser's own functions from the page; here they are the test's.
const create = vi.fn()
beforeEach(() => {
  vi.stubGlobal('PublicKeyCredential', Object)
  vi.stubGlobal('navigator', { credentials: { create } })
})
afterEach(() => {
  vi.unstubAllGlobals()
  create.mockReset()
})

const ASK = {
  ceremony: 'create',
  options: {
    challenge: 'AAAA',
    rp: { id: 'latchkey.localhost', name: 'Latchkey' },
    user: { id: 'AAAA', name: 'me', displayName: 'me' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  },
} as const
const run = (signal = new AbortController().signal) =>
  answerWebAuthn({ ...ASK, options: { ...ASK.options } }, { signal })

const cases: [name: string, code: string, detail: object][] = [
  ['NotAllowedError', 'cancelled', {}],
  ['AbortError', 'cancelled', {}],
  ['InvalidStateError', 'key-refused', { reason: 'duplicate' }],
  ['SecurityError', 'key-refused', { reason: 'origin' }],
  ['NotSupportedError', 'not-supported', { reason: 'webauthn' }],
  ['ConstraintError', 'not-supported', { reason: 'webauthn' }],
]
for (const [name, code, detail] of cases) {
  test(`a ceremony that the browser ends with ${name} is told as ${code}`, async () => {
    vi.stubGlobal('location', { hostname: 'latchkey.localhost' })
    vi.stubGlobal('window', { location: { hostname: 'latchkey.localhost' } })
    create.mockRejectedValue(new DOMException('', name))
    await expect(run()).rejects.toMatchObject({ error: { code, detail } })
  })
}

test('what the authenticator made is answered as JSON', async () => {
  const bytes = new Uint8Array([1, 2, 3]).buffer
  create.mockResolvedValue({
    id: 'AQID',
    rawId: bytes,
    type: 'public-key',
    authenticatorAttachment: 'platform',
    getClientExtensionResults: () => ({}),
    response: { attestationObject: bytes, clientDataJSON: bytes, getTransports: () => ['internal'] },
  })
  const { response } = await run()
  expect(JSON.parse(JSON.stringify(response))).toMatchObject({
    id: 'AQID',
    rawId: 'AQID',
    type: 'public-key',
    response: { attestationObject: 'AQID', clientDataJSON: 'AQID', transports: ['internal'] },
  })
})

test('a question that is withdrawn ends the ceremony, and one withdrawn before begins none', async () => {
  const controller = new AbortController()
  create.mockImplementation(({ signal }: { signal: AbortSignal }) => {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
  })
  const running = run(controller.signal)
  controller.abort()
  await expect(running).rejects.toMatchObject({ error: { code: 'cancelled' } })
  await expect(run(controller.signal)).rejects.toBeDefined()
  expect(create).toHaveBeenCalledTimes(1)
})
