/** A virtual key's memory made and read without switching it on: how the first one of a rehearsal comes to hold anything. */
import { createHash } from 'node:crypto'
import { fromBase64url, toBase64url, type Random } from '../../../shared/kit/index.ts'
import { encode } from '../cbor/index.ts'
import { makeAttestation } from './certificate.ts'
import { newCredential, openCredential } from './credential-id.ts'
import { rpHash } from './key.ts'
import { ALGORITHM, DEFAULT_OPTIONS } from './options.ts'
import { factoryState, type KeyState } from './state.ts'

export interface MemoryPlan {
  /** In NFC, 4 to 63 bytes. */
  readonly pin?: string | undefined
  readonly fingerprints?: readonly string[] | undefined
  /** Oldest first. */
  readonly passkeys?:
    | readonly {
        readonly rpId: string
        readonly rpName: string
        readonly userName: string
        readonly displayName: string
      }[]
    | undefined
  /** 16 bytes; the usual virtual key's without. */
  readonly aaguid?: Uint8Array | undefined
}

/** PIN as the key keeps it: LEFT(SHA-256(pin), 16) (CTAP 2.1 §6.5.1). */
const pinHash = (pin: string) => toBase64url(createHash('sha256').update(pin, 'utf8').digest().subarray(0, 16))

/** The memory of a key that was used before `now`. */
export function makeMemory(plan: MemoryPlan, now: number, random: Random): KeyState {
  const state = factoryState(makeAttestation(random, plan.aaguid ?? DEFAULT_OPTIONS.aaguid, now), random)
  const master = fromBase64url(state.master)!
  const passkey = ({ rpId, rpName, userName, displayName }: NonNullable<MemoryPlan['passkeys']>[number]) => ({
    id: toBase64url(newCredential(master, random, rpHash(rpId), { ...TRAITS, isDiscoverable: true }).id),
    rpId,
    rpName,
    user: { id: toBase64url(random(16)), name: userName, displayName },
    credProtect: 1 as const,
    largeBlobKey: toBase64url(random(32)),
  })
  return {
    ...state,
    pin: plan.pin === undefined ? null : { hash: pinHash(plan.pin), codePoints: [...plan.pin].length },
    fingerprints: (plan.fingerprints ?? []).map((name) => ({ id: toBase64url(random(8)), name })),
    credentials: (plan.passkeys ?? []).map(passkey),
  }
}

const TRAITS = { algorithm: ALGORITHM.es256, credProtect: 1, isDiscoverable: false, isU2f: false } as const

/** A credential that takes no room on the key: its id is all there is of it. `publicKey` is a COSE_Key. */
export function makeCredentialOf(
  { master }: KeyState,
  rpId: string,
  random: Random,
): { readonly credentialId: Uint8Array; readonly publicKey: Uint8Array } {
  const { id, publicKey } = newCredential(fromBase64url(master)!, random, rpHash(rpId), TRAITS)
  return { credentialId: id, publicKey: encode(publicKey()) }
}

/** Did the key with this memory make that credential, and does it still know it? */
export function knowsCredential({ master, credentials }: KeyState, credentialId: Uint8Array, rpId: string): boolean {
  const found = openCredential(fromBase64url(master)!, credentialId, rpHash(rpId))
  if (found === undefined) return false
  return !found.isDiscoverable || credentials.some(({ id }) => id === toBase64url(credentialId))
}

export const pinMatches = ({ pin }: KeyState, typed: string): boolean => pin !== null && pin.hash === pinHash(typed)
