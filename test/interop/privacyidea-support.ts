/** What the suite against a real privacyIDEA has at hand: clients, seeds, codes, and a virtual key with its own client. */
import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import {
  openPrivacyIdea,
  type Actor,
  type OpenedPrivacyIdea,
  type Outcome,
  type Pending,
  type PrivacyIdeaCredentials,
  type RegisterRequest,
} from '../../electron/backends/index.ts'
import {
  authenticate,
  register,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '../../electron/fido/client/index.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { virtualBench } from '../support/fido-client.ts'
import { codeOfStep } from '../support/rfc6238.ts'
import { PASSWORD, REALM, type PrivacyIdeaServer } from './privacyidea-server.ts'

export const NEVER = new AbortController().signal
export const SELF: Actor = { as: 'self' }
export const idOf = (user: string) => `${user}@${REALM}`
export const SIX_DIGITS = { algorithm: 'SHA1', digits: 6 } as const

export const byPassword = (user: string, password = PASSWORD): PrivacyIdeaCredentials => ({
  by: 'password',
  user,
  password: async () => password,
})

export function open(server: PrivacyIdeaServer, credentials: PrivacyIdeaCredentials, key?: Key): OpenedPrivacyIdea {
  const opened = openPrivacyIdea({
    id: 'pi',
    name: 'privacyIDEA',
    url: server.url,
    credentials,
    clock: systemClock,
    random: systemRandom,
    canTouch: key !== undefined,
  })
  if (!opened.ok) throw new Error(opened.error)
  return opened.value
}

export const newNonce = () => randomBytes(16).toString('base64url')
export const newSeed = () => new Uint8Array(randomBytes(20))
export const virtual = (name: string, seed?: Uint8Array): Extract<RegisterRequest, { type: 'virtual-totp' }> => ({
  type: 'virtual-totp',
  nonce: newNonce(),
  name,
  ...(seed ? { seed } : {}),
})
export type Virtual = Extract<Pending, { type: 'virtual-totp' }>

/** The step of now. A test that must not see it change gives codes that hold for either. */
export const stepNow = (periodSeconds = 30) => Math.floor(Date.now() / 1000 / periodSeconds)
export const pairAt = (seed: Uint8Array, first: number, params: Parameters<typeof codeOfStep>[1] = SIX_DIGITS) =>
  [codeOfStep(seed, params, first), codeOfStep(seed, params, first + 1)] as const

export function done<T>(outcome: Outcome<T>): T {
  expect(outcome).toMatchObject({ is: 'done' })
  return (outcome as Extract<Outcome<T>, { is: 'done' }>).value
}
export function expectRefused(outcome: Outcome<unknown>, error: string | Readonly<Record<string, unknown>>): void {
  expect(outcome).toMatchObject({ is: 'refused', error: typeof error === 'string' ? { code: error } : error })
}

/** A key in the hand of somebody who answers the server of this origin. */
export type Key = (
  origin: string,
) => Record<
  'register' | 'authenticate',
  (options: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>
>

type Creation = PublicKeyCredentialCreationOptionsJSON

/** A virtual key, touched at once, behind the raw client of this project. */
export async function keyInHand(): Promise<Key> {
  const bench = await virtualBench({}, undefined, newNonce())
  const person = { pin: async () => undefined, touch() {}, verify() {}, choose: async () => 0 }
  return (origin) => ({
    register: async (options) => {
      const made = register(options as unknown as Creation, origin, { transport: bench.transport, person }, bench.parts)
      return { ...(await bench.run(made)) }
    },
    authenticate: async (options) => {
      const wanted = options as unknown as PublicKeyCredentialRequestOptionsJSON
      const given = authenticate(wanted, origin, { transport: bench.transport, person }, bench.parts)
      return { ...(await bench.run(given)) }
    },
  })
}
