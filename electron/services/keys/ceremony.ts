/**
 * Registering and signing in with a key that this process reaches itself (WebAuthn §5.1.3, §5.1.4 over CTAP). Which key: the
 * only one, the one that has a credential asked for, or the one that is touched.
 */
import { z } from 'zod'
import { callError, type DeviceRef } from '../../../shared/contract/index.ts'
import { client } from '../../fido/index.ts'
import { fromKey, isKeyTrouble } from '../errors.ts'
import { certainly, defined, NAMELESS, remember, type Desk } from './desk.ts'
import type { Hand } from './hand.ts'
import { withPerson, type Choose } from './person.ts'
import { selectByTouch } from './plain-calls.ts'
import type { OpenKey } from './plugged.ts'
import { findWitness } from './recognise.ts'
import { checkVaultKey, keyHaving, type ForVault } from './vault-key.ts'
import { withCredential, type RememberedCredential, type RememberedKey } from './remembered.ts'

export interface CeremonyRequest extends Hand {
  readonly ceremony: 'create' | 'get'
  /** The JSON form of WebAuthn §5.1.9 and §5.1.10, as a server gave it. */
  readonly options: Readonly<Record<string, unknown>>
  /** Who asks. An id in the options has to be one that the origin may use. */
  readonly rp: { readonly origin: string; readonly rpId: string }
  /** Absent: of several accounts none is taken. */
  readonly choose?: Choose | undefined
  /** For a way into the vault: see vault-key.ts. */
  readonly forVault?: ForVault | undefined
}

export interface Performed {
  /** RegistrationResponseJSON or AuthenticationResponseJSON. */
  readonly response: Readonly<Record<string, unknown>>
  /** base64url. */
  readonly credentialId: string
  /** The plug-in of the key that was used. */
  readonly key: string
}

export interface Ceremonies {
  /** Waits for a key where none is plugged in. Throws a `CallError`, or the signal's reason. */
  perform(request: CeremonyRequest): Promise<Performed>
  /** That credential is this device, from now on: to be called once the backend has taken it. */
  linkDevice(credentialId: string, device: DeviceRef): Promise<void>
}

/** What is read of options here; the rest is the client's to read. Bytes are base64url, maybe with padding. */
const creation = z.looseObject({
  rp: z.looseObject({ id: z.string().optional(), name: z.string() }),
  user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.looseObject({ type: z.string(), alg: z.number() })),
})
const descriptors = z.array(z.looseObject({ id: z.string(), type: z.string() }))
const request = z.looseObject({
  challenge: z.string(),
  rpId: z.string().optional(),
  allowCredentials: descriptors.optional(),
})

export function createCeremonies(desk: Desk): Ceremonies {
  return {
    async perform(asked) {
      const letGo = desk.plugged.hold()
      try {
        await desk.plugged.sighted(asked.signal)
        return await (asked.ceremony === 'create' ? create(desk, asked) : get(desk, asked))
      } catch (error) {
        throw isKeyTrouble(error) ? fromKey(error) : error
      } finally {
        letGo()
        // What a key is known by is in the vault: the one that opens it is looked at anew.
        if (asked.forVault && !desk.store.isUnlocked) desk.plugged.restIfIdle()
      }
    },
    async linkDevice(credentialId, device) {
      const link = (key: RememberedKey): RememberedKey => {
        const known = key.credentials.find((one) => one.credentialId === credentialId)
        return known ? withCredential(key, { ...known, device }) : key
      }
      await desk.store.change((data) => ({ ...data, keys: data.keys.map(link) }))
    },
  }
}

async function create(desk: Desk, asked: CeremonyRequest): Promise<Performed> {
  const read = creation.safeParse(asked.options)
  if (!read.success) throw callError('answer-not-understood', {})
  const { rp, user } = read.data
  const rpId = rp.id ?? asked.rp.rpId
  const options = { ...read.data, rp: { ...rp, id: rpId } } as client.PublicKeyCredentialCreationOptionsJSON
  const open = await chosenKey(desk, asked, rpId, [])
  if (asked.forVault) checkVaultKey(open)
  const made = await perform(desk, open, asked, (key, parts, how) =>
    client.register(options, asked.rp.origin, key, parts, how),
  )
  const { publicKey, publicKeyAlgorithm: alg } = made.response
  const credential = { rpId, credentialId: made.id, userId: unpadded(user.id), alg, ...defined({ publicKey }) }
  await remember(desk, open, (remembered) => withCredential(remembered, credential))
  return { response: { ...made }, credentialId: made.id, key: open.key.id }
}

async function get(desk: Desk, asked: CeremonyRequest): Promise<Performed> {
  const read = request.safeParse(asked.options)
  if (!read.success) throw callError('answer-not-understood', {})
  const rpId = read.data.rpId ?? asked.rp.rpId
  const options = { ...read.data, rpId } as client.PublicKeyCredentialRequestOptionsJSON
  const allowed = (read.data.allowCredentials ?? []).map(({ id }) => ({ rpId, credentialId: unpadded(id) }))
  const open = asked.forVault
    ? await keyHaving(desk, asked, asked.forVault, allowed)
    : await chosenKey(desk, asked, rpId, allowed)
  const signed = await perform(desk, open, asked, (key, parts, how) =>
    client.authenticate(options, asked.rp.origin, key, parts, how),
  )
  // A key that is remembered is recognised by this too.
  if (certainly(desk, desk.plugged.find(open.key.id)?.known)) {
    await remember(desk, open, (remembered) => withCredential(remembered, { rpId, credentialId: signed.id }))
  }
  return { response: { ...signed }, credentialId: signed.id, key: open.key.id }
}

const unpadded = (text: string) => text.replace(/=+$/, '')

type Run<T> = (
  key: Parameters<typeof client.register>[2],
  parts: client.ClientParts,
  how: { readonly signal: AbortSignal },
) => Promise<T>

async function perform<T>(desk: Desk, open: OpenKey, asked: CeremonyRequest, run: Run<T>): Promise<T> {
  const { clock, random } = desk
  try {
    return await withPerson(desk, open, asked, asked.choose, (person) =>
      open.session.run((transport, signal) => run({ transport, person }, { clock, random }, { signal }), asked),
    )
  } finally {
    // The key ended whatever token there was when it gave another.
    open.session.token.forget()
    await desk.plugged.refresh(open)
  }
}

async function chosenKey(
  desk: Desk,
  { signal, progress }: CeremonyRequest,
  rpId: string,
  allowed: readonly RememberedCredential[],
): Promise<OpenKey> {
  const { plugged } = desk
  const ready = () => {
    const all = plugged.all.filter(({ state }) => state === 'ready')
    return all.length > 0 && plugged.all.every(({ state }) => state !== 'reading') ? all : undefined
  }
  await plugged.until(signal, () => plugged.all.every(({ state }) => state !== 'reading') || undefined)
  if (!ready()) progress({ doing: 'waiting-for-key', keyName: expectedName(desk, rpId, allowed) })
  const keys = await plugged.until(signal, ready)
  const [only] = keys
  if (keys.length === 1) return plugged.open(only!.key.id, signal)
  const having: OpenKey[] = []
  for (const { key } of allowed.length > 0 ? keys : []) {
    const open = await plugged.open(key.id, signal)
    const probing = { info: open.facts.info, random: desk.random }
    const found = await open.session.run(
      (transport, signal) => findWitness(allowed, { ...probing, transport, signal }),
      { signal },
    )
    if (found) having.push(open)
  }
  if (having.length === 1) return having[0]!
  return plugged.open(await selectByTouch(desk, signal, progress), signal)
}

/** The key that has one of them, as it is remembered; empty where any will do. */
function expectedName(desk: Desk, rpId: string, allowed: readonly RememberedCredential[]): string {
  const ids = new Set(allowed.map(({ credentialId }) => credentialId))
  const key = desk.store
    .data()
    .keys.find(({ credentials }) => credentials.some((one) => one.rpId === rpId && ids.has(one.credentialId)))
  return key ? (key.name ?? NAMELESS) : ''
}
