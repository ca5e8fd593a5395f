/**
 * A vault opened and locked by a security key, over and over (security.md figure 25): it opens each time, and never by another
 * key, another salt, an unverified person or a question put in the other PIN protocol.
 * `FUZZ=10000 npx vitest run test/fuzz/vault-key.test.ts` opens and locks that many times.
 */
import { createHash } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { authenticate, register } from '../../electron/fido/client/index.ts'
import { clientPin, extensions, getAssertion, type PinProtocolVersion } from '../../electron/fido/ctap2/index.ts'
import { KeyStatusError } from '../../electron/fido/errors.ts'
import type { KeySlot, Prf, PrfInputs } from '../../electron/vault/index.ts'
import { must, newVault, storeIn, temporaryFolder } from '../../electron/vault/testing/vaults.ts'
import { concat, fromBase64url, toBase64url, utf8 } from '../../shared/kit/index.ts'
import { virtualBench, willing, type VirtualBench } from '../support/fido-client.ts'

const rounds = Number(process.env['FUZZ'] ?? 8)
const PIN = '1234-abcd'
const RP_ID = 'latchkey.localhost'
const ORIGIN = `http://${RP_ID}`
const base = { challenge: toBase64url(new Uint8Array(32)), userVerification: 'required' }
const person = {
  ...willing,
  pin: async () => PIN,
  touch: () => {},
  verify: () => {},
  choose: async () => 0,
}

async function keyWithPin(seed: string): Promise<VirtualBench> {
  const bench = await virtualBench({ hasFingerprintSensor: false }, willing, seed)
  await bench.run(clientPin.setPIN({ transport: bench.transport, version: 2, random: bench.parts.random }, PIN))
  return bench
}

async function makeCredential(bench: VirtualBench): Promise<Uint8Array> {
  const options = {
    ...base,
    rp: { id: RP_ID, name: 'Latchkey' },
    user: { id: toBase64url(utf8('u')), name: 'u', displayName: 'u' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { userVerification: 'required' },
    extensions: { prf: {} },
  }
  const made = await bench.run(register(options, ORIGIN, { transport: bench.transport, person }, bench.parts))
  return fromBase64url(made.id)!
}

/** By the client, as the program asks. */
const prfOf =
  (bench: VirtualBench, id: Uint8Array): Prf =>
  async ({ first, second }) => {
    const options = {
      ...base,
      rpId: RP_ID,
      allowCredentials: [{ type: 'public-key', id: toBase64url(id) }],
      extensions: { prf: { eval: { first: toBase64url(first), second: toBase64url(second) } } },
    }
    const signed = await bench.run(authenticate(options, ORIGIN, { transport: bench.transport, person }, bench.parts))
    const results = signed.clientExtensionResults.prf!.results!
    return { first: fromBase64url(results.first)!, second: fromBase64url(results.second!)! }
  }

const salted = (input: Uint8Array) =>
  new Uint8Array(
    createHash('sha256')
      .update(concat(utf8('WebAuthn PRF\0'), input))
      .digest(),
  )

/** By CTAP alone: a touch and nobody verified, or the salts sent in one PIN protocol and called the other. */
async function rawly(bench: VirtualBench, id: Uint8Array, { first, second }: PrfInputs, how: 'no-uv' | 'swapped') {
  const { transport } = bench
  const version: PinProtocolVersion = 2
  const agreed = await bench.run(clientPin.agree({ transport, version, random: bench.parts.random }))
  const salts = [salted(first), salted(second)] as const
  const input = extensions.assertExtensions({ hmacSecret: { shared: agreed, salts } })
  const hmac = input.get('hmac-secret') as Map<number, unknown>
  if (how === 'swapped') hmac.set(0x04, 1)
  const assertion = await bench.run(
    getAssertion(transport, {
      rpId: RP_ID,
      clientDataHash: new Uint8Array(32),
      allowList: [{ id }],
      extensions: input,
    }),
  )
  const outputs = extensions.readHmacSecret(assertion.authData, 'hmac-secret', agreed, salts)
  return { first: outputs![0], second: outputs![1]! }
}

it(
  'a vault opens by its key each time, and by nothing that is nearly it',
  { timeout: 60_000 + rounds * 100 },
  async () => {
    const folder = await temporaryFolder()
    onTestFinished(folder.remove)
    const [key, other] = [await keyWithPin('the key'), await keyWithPin('another')]
    const [id, otherId] = [await makeCredential(key), await makeCredential(other)]
    const session = await newVault(folder.path, ['kept'])
    const credential = { id, rpId: RP_ID, transports: ['usb'] }
    must(await session.addSecurityKey({ label: 'Blue', credential, prf: prfOf(key, id) }))
    await session.lock()

    let opened = 0
    let refused = 0
    for (let round = 0; round < rounds; round++) {
      const store = storeIn(folder.path)
      const [slot] = must(await store.keySlots()) as [KeySlot]
      const { inputs } = slot
      const unlock = async (outputs: Awaited<ReturnType<Prf>>) =>
        store.unlock({ securityKey: { slot: slot.id, outputs } })
      const wrong = [
        () => prfOf(other, otherId)(inputs),
        () => prfOf(key, id)({ first: inputs.first, second: concat(inputs.second, Uint8Array.of(0)) }),
        () => rawly(key, id, inputs, 'no-uv'),
      ][round % 3]!
      if ((await unlock(await wrong())).ok) throw new Error(`round ${round}: opened by what is wrong`)
      refused += 1
      const swapped = await rawly(key, id, inputs, 'swapped').catch((error: unknown) => error)
      expect(swapped).toBeInstanceOf(KeyStatusError)
      const { session } = must(await unlock(await prfOf(key, id)(inputs)))
      expect(session.data().notes).toEqual(['kept'])
      await session.lock()
      expect(() => session.data()).toThrow('locked')
      opened += 1
    }
    expect([opened, refused]).toEqual([rounds, rounds])
  },
)
