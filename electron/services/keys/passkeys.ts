/** The passkeys on a key: read in one go (CTAP 2.1 §6.8), kept with the remembered key, and what losing one would mean. */
import type { Passkey } from '../../../shared/contract/index.ts'
import type { Losable } from '../../../shared/domain/loss/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import { AnswerError, ctap2, type Transport } from '../../fido/index.ts'
import type { Effects } from '../confirm.ts'
import { byLooks, certainly, defined, remember, shown, type Desk } from './desk.ts'
import { deviceEffects, devicesOn, nameToType, type LinkedDevice } from './linked-devices.ts'
import type { OpenKey } from './plugged.ts'
import { withPasskeys, type RememberedCredential, type RememberedKey } from './remembered.ts'
import { infoOf } from './token.ts'

const { credentialManagement } = ctap2

/** The largest keys sold hold some hundreds; one that goes on listing would fill the memory, and the vault. */
const MAX_PASSKEYS = 1024

/** A passkey as the key listed it; with its large-blob key, so it is let go with the call. */
export interface Listed {
  readonly rpId: string
  readonly stored: ctap2.credentialManagement.StoredCredential
  readonly passkey: Passkey
  readonly credential: RememberedCredential
}

export interface Reading {
  readonly listed: readonly Listed[]
  readonly left: number
}

/** How the key manages passkeys, with the token of this turn. Throws where it does not. */
export function managementOf(
  open: OpenKey,
  transport: Transport,
  token: ctap2.PinUvAuthToken,
): ctap2.credentialManagement.Management {
  const support = credentialManagement.support(infoOf(open))
  if (!support) throw new TypeError('a key without credential management was let through')
  return { transport, support, token }
}

/** `tell` is told how many of how many have been read. */
export async function readPasskeys(
  management: ctap2.credentialManagement.Management,
  signal: AbortSignal,
  tell: (done: number, total: number) => void,
): Promise<Reading> {
  const meta = await credentialManagement.getCredsMetadata(management, { signal })
  const total = meta.existingResidentCredentialsCount
  tell(0, total)
  const listed: Listed[] = []
  if (total > 0) {
    for (const rp of await credentialManagement.enumerateRPs(management, { signal })) {
      for (const stored of await credentialManagement.enumerateCredentials(management, rp.rpIdHash, { signal })) {
        listed.push(listedOf(rp, stored))
      }
      if (listed.length > MAX_PASSKEYS) throw new AnswerError('member-value', 'totalCredentials')
      tell(listed.length, Math.max(total, listed.length))
    }
  }
  return { listed, left: meta.maxPossibleRemainingResidentCredentialsCount }
}

function listedOf(
  { id, name }: ctap2.credentialManagement.StoredRelyingParty,
  stored: ctap2.credentialManagement.StoredCredential,
): Listed {
  const { user, publicKey, credProtect, thirdPartyPayment, largeBlobKey } = stored
  const rpId = shownRpId(id)
  const credentialId = toBase64url(stored.credentialId)
  return {
    rpId,
    stored,
    passkey: {
      credentialId,
      rpId,
      ...defined({
        rpName: name === undefined ? undefined : shown(name),
        userName: user.name === undefined ? undefined : shown(user.name),
        displayName: user.displayName === undefined ? undefined : shown(user.displayName),
        credProtect,
        thirdPartyPayment,
        alg: publicKey?.alg,
      }),
      hasLargeBlob: largeBlobKey !== undefined,
    },
    credential: {
      rpId,
      credentialId,
      userId: toBase64url(user.id),
      ...defined({ alg: publicKey?.alg, publicKey: publicKey?.spki && toBase64url(publicKey.spki) }),
    },
  }
}

/** A host name has 253 letters at most; whatever else a key calls a site is shown as it may be. */
const shownRpId = (id: string) => shown(id.slice(0, 253))

/** Keeps what was read with the remembered key. Rejects as `remember` does. */
export async function keepPasskeys(desk: Desk, open: OpenKey, { listed, left }: Reading): Promise<void> {
  settleWhose(desk, open, listed)
  await remember(desk, open, (key) => withPasskeys(key, listed, desk.now(), left))
}

/**
 * Where a key only looked like one seen before, its list tells: it is that one if they share a passkey, or where that one
 * had nothing on it that could tell; else another.
 */
function settleWhose(desk: Desk, open: OpenKey, listed: readonly Listed[]): void {
  const plugged = desk.plugged.find(open.key.id)
  if (!plugged || certainly(desk, plugged.known)) return
  const alike = byLooks(desk, plugged)
  if (!alike) return
  const ids = new Set(alike.credentials.map(({ credentialId }) => credentialId))
  const isShared = listed.some(({ passkey }) => ids.has(passkey.credentialId))
  if (isShared) desk.plugged.know(open.key.id, { id: alike.id, by: 'credential' })
  else if (ids.size === 0) desk.plugged.know(open.key.id, { id: alike.id, by: 'now' })
}

/** Of a question: what goes with these passkeys, by what is known of them, of the devices they are and of the accounts they open. */
export interface PasskeysLost {
  readonly effects: Effects
  readonly typeName: string | undefined
}

export async function losingPasskeys(
  desk: Desk,
  key: RememberedKey | undefined,
  passkeys: readonly Passkey[],
  signal: AbortSignal,
): Promise<PasskeysLost> {
  const ids = new Set(passkeys.map(({ credentialId }) => credentialId))
  const linked = key ? devicesOn(desk, key).filter(({ credential }) => ids.has(credential.credentialId)) : []
  const devices = linked.map(({ ref }): Losable => ({ is: 'device', ...ref }))
  const accounts = await desk.losing([...devices, ...(key ? onSites(key, ids, linked) : [])], signal)
  return {
    effects: [...passkeys.map(passkeyLost), ...deviceEffects(linked), ...accounts.effects],
    typeName: nameToType(linked) ?? accounts.typeName,
  }
}

/** Those that are no device of an identity, as the loss engine calls them. */
function onSites(
  { id, credentials }: RememberedKey,
  ids: ReadonlySet<string>,
  linked: readonly LinkedDevice[],
): readonly Losable[] {
  const devices = new Set(linked.map(({ credential }) => credential.credentialId))
  return credentials.flatMap(({ credentialId, rpId, userId }): Losable[] =>
    ids.has(credentialId) && !devices.has(credentialId) && userId !== undefined
      ? [{ is: 'passkey', key: id, rpId, userId }]
      : [],
  )
}

export const passkeyLost = ({ rpId, userName, displayName }: Passkey): Effects[number] => ({
  effect: 'passkey-lost',
  facts: { rpId, user: userName ?? displayName ?? '' },
})
