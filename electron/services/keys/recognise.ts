/**
 * Whether a key that was plugged in is one that was seen before: by its serial on USB, or by a credential that it answers to
 * without a touch or a PIN (CTAP 2.1 §6.2, `up: false`; U2F §5.1, check-only). What only looks the same is never certain.
 */
import { fromBase64url, utf8, type Random } from '../../../shared/kit/index.ts'
import { ctap2, KeyStatusError, u2f, type PluggedKey, type Transport } from '../../fido/index.ts'
import { createHash } from 'node:crypto'
import { aaguidText } from './model.ts'
import type { RememberedCredential, RememberedKey } from './remembered.ts'

/** `now`: remembered since it was plugged in, so that there is nothing to recognise. */
export interface Known {
  readonly id: string
  readonly by: 'serial' | 'enc-identifier' | 'credential' | 'now'
}

/** Some sites are enough: each is one message to the key, which a person waits for. */
const MAX_PROBES = 8

export interface Probing {
  readonly transport: Transport
  /** Absent for a key that speaks U2F alone. */
  readonly info: ctap2.Info | undefined
  readonly random: Random
  readonly signal: AbortSignal
}

/** Could it be this one, by what can be seen from outside? */
export function looksLike(key: PluggedKey, aaguid: string | undefined, remembered: RememberedKey): boolean {
  return (
    remembered.kind === key.kind &&
    remembered.aaguid === aaguid &&
    remembered.vendorId === key.vendorId &&
    remembered.productId === key.productId &&
    remembered.product === key.product &&
    (remembered.serial === undefined || key.serialNumber === undefined || remembered.serial === key.serialNumber)
  )
}

export const aaguidOf = (info: ctap2.Info | undefined): string | undefined =>
  info === undefined ? undefined : aaguidText(info.aaguid)

/**
 * The remembered key this is for certain, or `undefined`. `others` are the keys plugged in besides: makers who give all
 * their keys one serial number would make twins of them.
 */
export async function recognise(
  key: PluggedKey,
  candidates: readonly RememberedKey[],
  others: readonly PluggedKey[],
  probing: Probing,
): Promise<Known | undefined> {
  const alike = candidates.filter((candidate) => looksLike(key, aaguidOf(probing.info), candidate))
  const bySerial = alike.filter(({ serial }) => serial !== undefined && serial === key.serialNumber)
  const isShared = others.some((other) => isSameSerial(other, key))
  if (bySerial.length === 1 && !isShared) return { id: bySerial[0]!.id, by: 'serial' }
  for (const candidate of alike) {
    if (await findWitness(candidate.credentials, probing)) return { id: candidate.id, by: 'credential' }
  }
  return undefined
}

type Numbered = Pick<PluggedKey, 'serialNumber' | 'vendorId' | 'productId'>

export const isSameSerial = (a: Numbered, b: Numbered): boolean =>
  a.serialNumber !== undefined &&
  a.serialNumber === b.serialNumber &&
  a.vendorId === b.vendorId &&
  a.productId === b.productId

/** One of `credentials` that the key answers to, or `undefined` where it answers to none of some of them. */
export async function findWitness(
  credentials: readonly RememberedCredential[],
  probing: Probing,
): Promise<RememberedCredential | undefined> {
  for (const [rpId, list] of [...byRelyingParty(credentials)].slice(0, MAX_PROBES)) {
    const found = await probe(rpId, list, probing)
    if (found === 'stop') return undefined
    if (found) return found
  }
  return undefined
}

/** Whether the key has one of `credentials`; `unknown` where it does not say without its person. */
export async function holds(
  credentials: readonly RememberedCredential[],
  probing: Probing,
): Promise<'yes' | 'no' | 'unknown'> {
  for (const credential of credentials) {
    const found = await probe(credential.rpId, [credential], probing)
    if (found === 'stop') return 'unknown'
    if (found) return 'yes'
  }
  return 'no'
}

function byRelyingParty(credentials: readonly RememberedCredential[]): Map<string, RememberedCredential[]> {
  const groups = new Map<string, RememberedCredential[]>()
  for (const credential of credentials.toReversed()) {
    const group = groups.get(credential.rpId)
    if (group) group.push(credential)
    else groups.set(credential.rpId, [credential])
  }
  return groups
}

async function probe(
  rpId: string,
  list: readonly RememberedCredential[],
  { transport, info, random, signal }: Probing,
): Promise<RememberedCredential | 'stop' | undefined> {
  const some = list
    .map((credential) => ({ credential, id: fromBase64url(credential.credentialId) ?? new Uint8Array() }))
    .filter(({ id }) => id.length > 0 && id.length <= (info ? (info.maxCredentialIdLength ?? 1023) : 255))
    .slice(0, info ? Math.max(1, info.maxCredentialCountInList ?? 1) : 1)
  if (some.length === 0) return undefined
  if (!info) {
    const [only] = some
    return (await u2f.isKnown(transport, sha256(rpId), only!.id, { signal })) ? only!.credential : undefined
  }
  const request = { rpId, clientDataHash: random(32), allowList: some, options: { up: false } }
  try {
    const { credential } = await ctap2.getAssertion(transport, request, { signal })
    // A key may leave it out where the list had one (§6.2.1).
    const answered = credential ?? (some.length === 1 ? some[0] : undefined)
    return some.find(({ id }) => answered !== undefined && Buffer.from(answered.id).equals(id))?.credential
  } catch (error) {
    if (!(error instanceof KeyStatusError)) throw error
    // Anything else is said of every credential: a key that always wants verification answers to none without.
    return ABSENT.has(error.status) ? undefined : 'stop'
  }
}

const ABSENT: ReadonlySet<number> = new Set([ctap2.STATUS.noCredentials, ctap2.STATUS.invalidCredential])

const sha256 = (text: string) => new Uint8Array(createHash('sha256').update(utf8(text)).digest())
