/**
 * Keys as the vault remembers them: the name a person gave, what tells one from another, what was on it when it was last
 * read, and the twins begun with it. No PIN, token, seed or large-blob key is ever among it.
 */
import { z } from 'zod'
import { credentialId, deviceRef, id, passkey, time, type Passkey } from '../../../shared/contract/index.ts'

/** Beyond that the oldest is forgotten: the largest keys sold hold some hundreds. */
export const MAX_CREDENTIALS = 512

/** A credential that is known to be on the key; discoverable or not. */
export const rememberedCredential = z.strictObject({
  rpId: z.string(),
  credentialId,
  /** base64url of the user handle, where the key or the registration told it. */
  userId: z.string().optional(),
  /** base64url of SubjectPublicKeyInfo, and the COSE algorithm; what a drill checks signatures with. */
  publicKey: z.string().optional(),
  alg: z.number().int().optional(),
  device: deviceRef.optional(),
})
export type RememberedCredential = z.infer<typeof rememberedCredential>

export const rememberedTwin = z.strictObject({
  spareId: id,
  /** Ids of rows that the person did by hand. */
  ticked: z.array(z.string()),
  drilled: z.array(z.strictObject({ row: z.string(), at: time })),
  drill: z.strictObject({ at: time, proved: z.number().int(), of: z.number().int() }).optional(),
})
export type RememberedTwin = z.infer<typeof rememberedTwin>

export const rememberedKey = z.strictObject({
  id,
  name: z.string().optional(),
  /** As a UUID; absent for a key that speaks U2F alone. */
  aaguid: z.string().optional(),
  serial: z.string().optional(),
  vendorId: z.number().int().optional(),
  productId: z.number().int().optional(),
  product: z.string().optional(),
  kind: z.enum(['usb', 'socket', 'virtual']),
  credentials: z.array(rememberedCredential),
  passkeys: z.strictObject({ list: z.array(passkey), asOf: time, left: z.number().int().optional() }).optional(),
  firstSeenAt: time,
  lastSeenAt: time,
  /** Begun with this key as the first. */
  twins: z.array(rememberedTwin),
})
export type RememberedKey = z.infer<typeof rememberedKey>

/** The part of the vault's data that this is about. */
interface Data {
  readonly keys: readonly RememberedKey[]
}

export const keyById = (data: Data, keyId: string): RememberedKey | undefined =>
  data.keys.find((key) => key.id === keyId)

/** The vault with that key put in the place of the one it was, or added. */
export const putKey = <D extends Data>(data: D, key: RememberedKey): D => ({
  ...data,
  keys: keyById(data, key.id) ? data.keys.map((other) => (other.id === key.id ? key : other)) : [...data.keys, key],
})

/** The vault with one key changed; as it was where that key has been forgotten. */
export const changeKey = <D extends Data>(data: D, keyId: string, change: (key: RememberedKey) => RememberedKey): D => {
  const key = keyById(data, keyId)
  return key ? putKey(data, change(key)) : data
}

/** Without the key, and without twins it was the spare of. */
export const withoutKey = <D extends Data>(data: D, keyId: string): D => ({
  ...data,
  keys: data.keys
    .filter(({ id }) => id !== keyId)
    .map((key) =>
      key.twins.some(({ spareId }) => spareId === keyId)
        ? { ...key, twins: key.twins.filter(({ spareId }) => spareId !== keyId) }
        : key,
    ),
})

/** Names are told apart as people read them: by letters, not by their case or how they are composed. */
export const isSameName = (a: string, b: string): boolean => folded(a) === folded(b)
const folded = (name: string) => name.normalize('NFKC').toLocaleLowerCase('en')

/** With a credential put in the place of what was known of it; its device stays where the new one names none. */
export function withCredential(key: RememberedKey, credential: RememberedCredential): RememberedKey {
  const known = key.credentials.find((other) => other.credentialId === credential.credentialId)
  const others = key.credentials.filter((other) => other !== known)
  return { ...key, credentials: [...others, { ...known, ...credential }].slice(-MAX_CREDENTIALS) }
}

/** What the key itself listed: what is not there any more is forgotten, but for credentials that no list shows. */
export function withPasskeys(
  key: RememberedKey,
  listed: readonly { readonly passkey: Passkey; readonly credential: RememberedCredential }[],
  asOf: number,
  left: number | undefined,
): RememberedKey {
  const before = new Set(key.passkeys?.list.map((one) => one.credentialId))
  const kept = key.credentials.filter((one) => !before.has(one.credentialId))
  const list = listed.map(({ passkey }) => passkey)
  const passkeys = { list, asOf, ...(left === undefined ? {} : { left }) }
  return listed.reduce<RememberedKey>(
    (all, { credential }) => withCredential(all, { ...knownOf(key, credential), ...credential }),
    { ...key, credentials: kept, passkeys },
  )
}

/** Its device, and its public key from when it was registered: no list tells the one, nor every key the other. */
const knownOf = ({ credentials }: RememberedKey, { credentialId }: RememberedCredential) =>
  credentials.find((one) => one.credentialId === credentialId)

/** Without a credential that was deleted. */
export const withoutCredential = (key: RememberedKey, credentialId: string, asOf: number): RememberedKey => ({
  ...key,
  credentials: key.credentials.filter((one) => one.credentialId !== credentialId),
  ...(key.passkeys
    ? {
        passkeys: {
          ...key.passkeys,
          list: key.passkeys.list.filter((one) => one.credentialId !== credentialId),
          asOf,
          ...(key.passkeys.left === undefined ? {} : { left: key.passkeys.left + 1 }),
        },
      }
    : {}),
})

/** As a reset leaves it: the key, its name and its spares, and nothing on it. */
export const emptied = (key: RememberedKey, asOf: number): RememberedKey => ({
  ...key,
  credentials: [],
  passkeys: { list: [], asOf },
})
