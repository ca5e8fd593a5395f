/**
 * The drill that ends a twin: the first key is out of every port, and the spare signs for what it can. Each signature is
 * checked against the public key that is remembered, so that it is the spare that proved it and nothing else.
 */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { callError, type Response } from '../../../shared/contract/index.ts'
import { concat, fromBase64url, toBase64url } from '../../../shared/kit/index.ts'
import { client, ctap2 } from '../../fido/index.ts'
import { fromKey, isKeyTrouble } from '../errors.ts'
import type { CallContext } from '../handlers.ts'
import { byLooks, certainly, type Desk } from './desk.ts'
import type { Hand } from './hand.ts'
import { withPerson } from './person.ts'
import type { OpenKey, Plugged } from './plugged.ts'
import { changeKey, keyById, type RememberedCredential, type RememberedTwin } from './remembered.ts'
import { sideOf, twinRows } from './twins.ts'

const CHALLENGE_BYTES = 32
/** credProtect: userVerificationRequired (CTAP 2.1 §12.1). */
const VERIFIED_ONLY = 3

type Context = CallContext<'keys.drill'>
type Drilled = Response<'keys.drill'>

interface Provable {
  readonly id: string
  readonly credential: RememberedCredential & { readonly publicKey: string }
  readonly needsVerification: boolean
}

/** While held. Throws a `CallError`, or the signal's reason; what was proved before is kept. */
export async function drill(desk: Desk, firstId: string, spareId: string, context: Context): Promise<Drilled> {
  const rows = provable(desk, firstId, spareId)
  const failed: string[] = []
  let proved = 0
  for (const row of rows) {
    const done = proved + failed.length
    if (await proves(desk, firstId, spareId, row, { context, done, of: rows.length })) {
      proved += 1
      await noteTwin(desk, firstId, spareId, (twin) => ({
        ...twin,
        drilled: [...twin.drilled.filter((other) => other.row !== row.id), { row: row.id, at: desk.now() }],
      }))
    } else failed.push(row.id)
  }
  const drill = { at: desk.now(), proved, of: rows.length }
  if (rows.length > 0) await noteTwin(desk, firstId, spareId, (twin) => ({ ...twin, drill }))
  return { proved, of: rows.length, failed }
}

/** Throws `not-found`. */
export function findTwin({ store }: Desk, firstId: string, spareId: string) {
  const data = store.data()
  const first = keyById(data, firstId)
  const spare = keyById(data, spareId)
  const twin = first?.twins.find((one) => one.spareId === spareId)
  if (!first || !spare || !twin) throw callError('not-found', { what: 'twin' })
  return { first, spare, twin }
}

/** What is on the spare with a public key that signatures can be checked with. */
function provable(desk: Desk, firstId: string, spareId: string): Provable[] {
  const { first, spare, twin } = findTwin(desk, firstId, spareId)
  return twinRows(sideOf(desk, first), sideOf(desk, spare), twin).flatMap(({ row, credential }) => {
    const { publicKey } = credential ?? {}
    if (!credential || publicKey === undefined) return []
    const listed = spare.passkeys?.list.find(({ credentialId }) => credentialId === credential.credentialId)
    return [
      {
        id: row.id,
        credential: { ...credential, publicKey },
        needsVerification: listed?.credProtect === VERIFIED_ONLY,
      },
    ]
  })
}

const noteTwin = ({ store }: Desk, firstId: string, spareId: string, note: (twin: RememberedTwin) => RememberedTwin) =>
  store.change((data) =>
    changeKey(data, firstId, (key) => ({
      ...key,
      twins: key.twins.map((twin) => (twin.spareId === spareId ? note(twin) : twin)),
    })),
  )

interface Turn {
  readonly context: Context
  readonly done: number
  readonly of: number
}

/** One touch. Begun anew where the spare was pulled out, or the first put in, before it was over. */
async function proves(desk: Desk, firstId: string, spareId: string, row: Provable, turn: Turn): Promise<boolean> {
  for (;;) {
    const open = await spareAlone(desk, firstId, spareId, turn.context)
    try {
      const isSigned = await signs(desk, open, row, turn)
      if (!isHere(desk, firstId)) return isSigned
    } catch (error) {
      turn.context.signal.throwIfAborted()
      if (!isKeyTrouble(error)) throw error
      const { code } = fromKey(error).error
      if (code !== 'key-gone') {
        // A PIN that is blocked, or a reader, proves nothing any more for any row.
        if (ENDS_IT.has(code)) throw error
        return false
      }
    }
  }
}

const ENDS_IT: ReadonlySet<string> = new Set(['pin-blocked', 'pin-needs-power-cycle', 'pin-not-set', 'pin-must-change'])

/** The spare, once the first is out of every port and it is in one. */
async function spareAlone(
  desk: Desk,
  firstId: string,
  spareId: string,
  { progress, signal }: Context,
): Promise<OpenKey> {
  const { plugged } = desk
  if (isHere(desk, firstId)) progress({ doing: 'unplug-first' })
  await plugged.until(signal, () => !isHere(desk, firstId) || undefined)
  const spare = () => plugged.all.find((one) => one.state === 'ready' && isKey(desk, one, spareId))?.key.id
  if (spare() === undefined) progress({ doing: 'plug-spare' })
  return plugged.open(await plugged.until(signal, spare), signal)
}

const isHere = (desk: Desk, id: string) => desk.plugged.all.some((one) => isKey(desk, one, id))

/** Also one that only looks like it: the signature tells, and a first that may be there must be taken out. */
const isKey = (desk: Desk, one: Plugged, id: string) => (certainly(desk, one.known) ?? byLooks(desk, one))?.id === id

async function signs(desk: Desk, open: OpenKey, row: Provable, { context, done, of }: Turn): Promise<boolean> {
  const { rpId, credentialId } = row.credential
  const { clock, random } = desk
  const hand: Hand = {
    signal: context.signal,
    pin: (ask) => context.ask('pin', ask),
    confirm: { ask: (name, ask) => context.ask(name, ask) },
    progress: ({ doing }) => {
      if (doing === 'touch' || doing === 'finger') context.progress({ doing, row: row.id, done, of })
    },
  }
  const options = {
    challenge: toBase64url(random(CHALLENGE_BYTES)),
    rpId,
    allowCredentials: [{ id: credentialId, type: 'public-key' }],
    userVerification: row.needsVerification ? 'required' : 'discouraged',
  }
  try {
    const { response } = await withPerson(desk, open, hand, undefined, (person) =>
      open.session.run(
        (transport, signal) =>
          client.authenticate(options, `https://${rpId}`, { transport, person }, { clock, random }, { signal }),
        context,
      ),
    )
    return isSignature(row.credential, response)
  } finally {
    open.session.token.forget()
    await desk.plugged.refresh(open)
  }
}

/** Over authenticator data and the hash of the client data (WebAuthn §6.3.3), by the remembered public key. */
function isSignature(
  { publicKey, alg }: Provable['credential'],
  response: client.AuthenticationResponseJSON['response'],
): boolean {
  const [key, authData, clientData, signature] = [
    publicKey,
    response.authenticatorData,
    response.clientDataJSON,
    response.signature,
  ].map(fromBase64url)
  if (!key || !authData || !clientData || !signature) return false
  const hash = createHash('sha256').update(clientData).digest()
  try {
    const spki = createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' })
    const digest = alg === ctap2.COSE_ALGORITHM.EdDSA ? null : 'sha256'
    return verify(digest, concat(authData, hash), spki, signature)
  } catch {
    // No key of a kind that we know.
    return false
  }
}
