/**
 * Security keys as ways into the vault: one is asked by raw CTAP where it is plugged in, or by the page's WebAuthn, and both
 * come to the same 64 bytes (WebAuthn Level 3 §10.1.4 `prf`; CTAP 2.1 §12.5 `hmac-secret`, the person verified).
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { callError, type KeyProgress, type KeyThrough, type Progress } from '../../shared/contract/index.ts'
import {
  equalBytes,
  fromBase64url,
  toBase64url,
  unreachable,
  utf8,
  type Random,
  type Result,
} from '../../shared/kit/index.ts'
import {
  wipeOutputs,
  type AddKeyFault,
  type KeySlot,
  type NotReadable,
  type Prf,
  type PrfCredential,
  type PrfInputs,
  type PrfOutputs,
} from '../vault/index.ts'
import { fromVault } from './errors.ts'
import type { CallContext, Handlers } from './handlers.ts'
import type { Ceremonies, CeremonyRequest } from './keys/index.ts'
import type { Log } from './ports.ts'
import type { VaultService } from './vault.ts'

/** The relying party of every way in, whatever the shell and its port. */
export const VAULT_RP_ID = 'latchkey.localhost'
/** As which a key is asked that is plugged in; only the id goes into what it answers. */
const RP = { rpId: VAULT_RP_ID, origin: `http://${VAULT_RP_ID}` } as const

const CHALLENGE_BYTES = 32
const USER_ID_BYTES = 16
/** Of authenticatorData (WebAuthn Level 3 §6.1): the rp id's hash, then the flags. */
const FLAGS_AT = 32
const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
/** ES256 and EdDSA; the key pair is never used. */
const ALGORITHMS = [-7, -8].map((alg) => ({ type: 'public-key', alg }))

export interface VaultKeysOptions {
  readonly vault: VaultService
  readonly keySlots: () => Promise<Result<KeySlot[], NotReadable>>
  readonly ceremonies: Ceremonies
  /** What this shell can do; none of it where it reaches no keys. */
  readonly keyThrough: readonly KeyThrough[]
  readonly random: Random
  readonly log: Log
}

type AddKeyStep = Progress<'vault.addKey'>['step']
type KeyCall = 'vault.unlockWithKey' | 'vault.addKey'
type KeyHandlers = Pick<Handlers, KeyCall>

export function createVaultKeyHandlers(options: VaultKeysOptions): {
  /** Works while the vault is locked. */
  readonly unlocking: Pick<KeyHandlers, 'vault.unlockWithKey'>
  readonly adding: Pick<KeyHandlers, 'vault.addKey'>
} {
  const { vault, keySlots, log } = options
  return {
    unlocking: {
      async 'vault.unlockWithKey'({ through }, context) {
        const otherKey = (keyName: string) => context.progress({ doing: 'other-key', keyName })
        const asker = askerOf(options, through, {
          ...personOf(context),
          progress: (key) => context.progress(key),
          otherKey,
        })
        const read = await keySlots()
        if (!read.ok) throw fromVault(read.error)
        // Another relying party's credential is none that this program made.
        const slots = read.value.filter(({ credential }) => credential.rpId === VAULT_RP_ID)
        if (slots.length === 0) throw callError('not-found', { what: 'slot' })
        const { slot, outputs } = await asker.get(slots)
        try {
          await vault.unlock({ securityKey: { slot, outputs } })
        } finally {
          wipeOutputs(outputs)
        }
        return {}
      },
    },
    adding: {
      async 'vault.addKey'({ passphrase, name, through }, context) {
        let step: AddKeyStep = 'making'
        const tell = (next: AddKeyStep) => {
          step = next
          context.progress({ step })
        }
        const person = {
          ...withOnePin(personOf(context)),
          progress: (key: KeyProgress) => context.progress({ step, key }),
          otherKey: () => {},
        }
        const asker = askerOf(options, through, person)
        await vault.reauthenticate(passphrase)
        const session = vault.session()
        const taken = session.slots().find(({ kind, label }) => kind === 'security-key' && isSameName(label, name))
        if (taken) throw callError('name-taken', { name: taken.label })
        tell('making')
        const credential = await asker.create(name, session.keyCredentials())
        let times = 0
        const prf: Prf = async (inputs) => {
          tell(times++ === 0 ? 'asking' : 'comparing')
          const { outputs } = await asker.get([{ id: '', credential, inputs }])
          if (times > 1) tell('saving')
          return outputs
        }
        const added = await session.addSecurityKey({ label: name, credential, prf })
        if (!added.ok) throw fromAdding(added.error)
        for (const warning of added.value.warnings) log.error('vault.saved-but', { warning })
        vault.changed()
        return { slot: added.value.slot }
      },
    },
  }
}

function fromAdding(fault: AddKeyFault) {
  switch (fault.code) {
    case 'key-untrustworthy':
      return callError(fault.code, { fault: fault.fault })
    case 'too-many-slots':
      return callError('not-supported', { reason: 'too-many-slots' })
    case 'locked':
    case 'held':
    case 'too-large':
    case 'not-written':
      return fromVault(fault)
    default:
      return unreachable(fault)
  }
}

const isSameName = (a: string, b: string) => folded(a) === folded(b)
const folded = (name: string) => name.normalize('NFKC').toLocaleLowerCase('en')

/** What is used of a call here; both calls have it. */
interface Person extends Pick<CeremonyRequest, 'signal' | 'pin' | 'confirm'> {
  progress(progress: KeyProgress): void
  prf(ask: { ceremony: 'create' | 'get'; options: Record<string, unknown> }): Promise<PageAnswer>
  otherKey(keyName: string): void
}
interface PageAnswer {
  readonly response: Readonly<Record<string, unknown>>
  readonly outputs?: { readonly first: string; readonly second: string } | undefined
}

interface Asker {
  create(name: string, without: readonly PrfCredential[]): Promise<PrfCredential>
  /** The caller wipes the outputs. */
  get(slots: readonly KeySlot[]): Promise<{ readonly slot: string; readonly outputs: PrfOutputs }>
}

/** The two calls differ in their name and in their progress. */
function personOf(
  context: CallContext<'vault.unlockWithKey'> | CallContext<'vault.addKey'>,
): Pick<Person, 'signal' | 'pin' | 'confirm' | 'prf'> {
  const { signal, ask } = context as CallContext<'vault.unlockWithKey'>
  return {
    signal,
    pin: (question) => ask('pin', question),
    confirm: { ask: (name, question) => ask(name, question) },
    prf: (question) => ask('prf', question),
  }
}

/**
 * A PIN that the key has just taken is sent again for the same person's next touch, instead of being asked three times in a
 * minute. One that it refused is never sent again: the key's own count then asks the person.
 */
function withOnePin<P extends Pick<Person, 'pin'>>(person: P): P {
  let taken: string | undefined
  return {
    ...person,
    async pin(question: Parameters<Person['pin']>[0]) {
      const again = question.wasWrong ? undefined : taken
      taken = undefined
      const answer = again === undefined ? await person.pin(question) : { pin: again }
      taken = answer.pin
      return answer
    },
  }
}

/** Throws `not-here` where this shell can't. */
function askerOf({ ceremonies, keyThrough, random }: VaultKeysOptions, through: KeyThrough, person: Person): Asker {
  if (!keyThrough.includes(through)) throw callError('not-here', { reason: 'browser-only' })
  const perform = async (ceremony: 'create' | 'get', options: Record<string, unknown>): Promise<Answer> => {
    const asked = { ...options, challenge: toBase64url(random(CHALLENGE_BYTES)) }
    if (through === 'page') {
      const { response, outputs } = await person.prf({ ceremony, options: asked })
      return readAnswer(response, outputs)
    }
    const { response } = await ceremonies.perform({
      ceremony,
      options: asked,
      rp: RP,
      forVault: { otherKey: (keyName) => person.otherKey(keyName) },
      signal: person.signal,
      pin: (question) => person.pin(question),
      confirm: person.confirm,
      progress: (value) => person.progress(value),
    })
    return readAnswer(response, undefined)
  }
  return {
    async create(name, without) {
      const { id, transports, isPrfEnabled } = await perform('create', {
        rp: { id: VAULT_RP_ID, name: 'Latchkey' },
        user: { id: toBase64url(random(USER_ID_BYTES)), name, displayName: name },
        pubKeyCredParams: ALGORITHMS,
        // Nothing is stored on the key: it finds its secret again by the credential id.
        authenticatorSelection: { residentKey: 'discouraged', requireResidentKey: false, userVerification: 'required' },
        attestation: 'none',
        excludeCredentials: without.map(descriptor),
        extensions: { prf: {} },
      })
      if (!isPrfEnabled) throw callError('key-cannot', { reason: 'no-hmac-secret' })
      return { id, rpId: VAULT_RP_ID, transports }
    },
    async get(slots) {
      const { id, outputs } = await perform('get', {
        rpId: VAULT_RP_ID,
        allowCredentials: slots.map(({ credential }) => descriptor(credential)),
        userVerification: 'required',
        extensions: { prf: { evalByCredential: Object.fromEntries(slots.map(evaluation)) } },
      })
      const slot = slots.find(({ credential }) => equalBytes(credential.id, id))
      if (!slot) throw callError('key-answer', { fault: 'mismatch', member: 'credential' })
      if (!outputs) throw callError('key-cannot', { reason: 'no-hmac-secret' })
      return { slot: slot.id, outputs }
    },
  }
}

const descriptor = ({ id, transports }: PrfCredential) => ({
  type: 'public-key',
  id: toBase64url(id),
  transports: [...transports],
})

const evaluation = ({ credential, inputs }: Pick<KeySlot, 'credential' | 'inputs'>) =>
  [toBase64url(credential.id), valuesOf(inputs)] as const
const valuesOf = ({ first, second }: PrfInputs) => ({ first: toBase64url(first), second: toBase64url(second) })

interface Answer {
  readonly id: Uint8Array
  readonly transports: readonly string[]
  readonly isPrfEnabled: boolean
  readonly outputs: PrfOutputs | undefined
}

/** RegistrationResponseJSON and AuthenticationResponseJSON (WebAuthn Level 3 §5.1.7), as far as they are used. */
const answered = z.looseObject({
  id: z.string().max(2048),
  response: z.looseObject({
    authenticatorData: z.string().max(64 * 1024),
    transports: z.array(z.string().max(64)).max(16).optional(),
  }),
  clientExtensionResults: z.looseObject({
    prf: z
      .looseObject({
        enabled: z.boolean().optional(),
        results: z.looseObject({ first: z.string(), second: z.string() }).optional(),
      })
      .optional(),
  }),
})

/** Throws `key-answer` for what is no answer, is another relying party's, or comes of a person who was not verified. */
function readAnswer(response: Readonly<Record<string, unknown>>, apart: PageAnswer['outputs']): Answer {
  const read = answered.safeParse(response)
  const id = read.success ? fromBase64url(read.data.id) : undefined
  const data = read.success ? fromBase64url(read.data.response.authenticatorData) : undefined
  if (!read.success || !id || id.length === 0 || !data) throw callError('key-answer', { fault: 'malformed' })
  if (!equalBytes(data.subarray(0, FLAGS_AT), sha256(utf8(VAULT_RP_ID))))
    throw callError('key-answer', { fault: 'mismatch', member: 'rpIdHash' })
  const needed = USER_PRESENT | USER_VERIFIED
  if (((data[FLAGS_AT] ?? 0) & needed) !== needed) throw callError('key-answer', { fault: 'mismatch', member: 'flags' })
  const { prf } = read.data.clientExtensionResults
  return {
    id,
    transports: read.data.response.transports ?? [],
    isPrfEnabled: prf?.enabled === true,
    outputs: outputsOf(apart ?? prf?.results),
  }
}

function outputsOf(texts: { readonly first: string; readonly second: string } | undefined): PrfOutputs | undefined {
  const first = texts && fromBase64url(texts.first)
  const second = texts && fromBase64url(texts.second)
  return first && second ? { first, second } : undefined
}

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
