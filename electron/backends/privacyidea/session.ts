/**
 * Signing in at privacyIDEA and the session that comes of it: a JWT, kept in memory alone. A password that was refused is not
 * sent a second time by itself, for wrong ones lock accounts; nor is a second factor asked for without the person at hand.
 */
import { z } from 'zod'
import { fromBase64url, fromUtf8 } from '../../../shared/kit/index.ts'
import { BackendFault, type BackendError } from '../backend.ts'
import { asRecord, type Answered } from './envelope.ts'
import { refusal } from './refusals.ts'
import { createRights, type Rights, type Role } from './rights.ts'
import type { WireRequest } from './transport.ts'

/** Asked of the person when the server wants more than the password. Codes typed are never kept. */
export interface SecondFactor {
  /** `undefined`: not now. */
  (question: { readonly types: readonly string[] }, signal: AbortSignal): Promise<string | undefined>
}

export type Credentials =
  | {
      readonly by: 'password'
      readonly user: string
      /** Absent: the server's default realm, or a local administrator. */
      readonly realm?: string | undefined
      /** Fetched when it is needed. `undefined`: the person gives none now. */
      readonly password: () => Promise<string | undefined>
    }
  /** A JWT that an administrator of the server made. */
  | { readonly by: 'api-key'; readonly key: () => Promise<string | undefined> }

export interface Session {
  readonly jwt: string
  readonly user: string
  /** '' for local administrators, who are in no realm. */
  readonly realm: string
  readonly rights: Rights
}

export interface Sessions {
  /** The present session, or a new one. Throws `BackendFault`, or the signal's reason. */
  open(signal: AbortSignal): Promise<Session>
  /** The server no longer takes this one. */
  drop(session: Session): void
  /** Tries again what was refused before: the person is there. Rejects as `open` does. */
  signIn(signal: AbortSignal, second?: SecondFactor): Promise<Session>
}

export interface SessionOptions {
  readonly credentials: Credentials
  /** Sends one request outside of any session. Throws `BackendFault`. */
  readonly ask: (request: WireRequest, signal: AbortSignal) => Promise<Answered>
}

const signedIn = z.object({
  token: z.string().min(1),
  role: z.enum(['user', 'admin']),
  username: z.string().min(1),
  realm: z.string().nullish(),
  rights: z.array(z.string()).optional(),
})
const challenged = z.object({
  transaction_id: z.string().min(1),
  multi_challenge: z.array(z.object({ type: z.string().optional(), client_mode: z.string().optional() })).min(1),
})
/** RFC 7519 §4, with privacyIDEA's own claims. */
const claims = z.object({
  username: z.string().min(1),
  realm: z.string().nullish(),
  role: z.enum(['user', 'admin']),
  /** A key that `pi-manage` made has the text "TODO" here. */
  rights: z.array(z.string()).optional().catch(undefined),
})

export function createSessions({ credentials, ask }: SessionOptions): Sessions {
  let present: Session | undefined
  let opening: Promise<Session> | undefined
  /** Why signing in failed last, until the person tries again. */
  let refused: BackendError | undefined

  const begin = (signal: AbortSignal, second: SecondFactor | undefined): Promise<Session> => {
    opening ??= (credentials.by === 'api-key' ? byKey(credentials) : byPassword(credentials, signal, second))
      .then((session) => {
        refused = undefined
        return (present = session)
      })
      .catch((error: unknown) => {
        if (error instanceof BackendFault && isLasting(error.error)) refused = error.error
        throw error
      })
      .finally(() => (opening = undefined))
    return opening
  }

  async function byPassword(
    { user, realm, password }: Extract<Credentials, { by: 'password' }>,
    signal: AbortSignal,
    second: SecondFactor | undefined,
  ): Promise<Session> {
    const secret = await password()
    if (secret === undefined) throw new BackendFault({ code: 'sign-in-expired' })
    const who = { username: user, ...(realm === undefined ? {} : { realm }) }
    const first = await ask({ method: 'POST', path: '/auth', body: { ...who, password: secret } }, signal)
    const challenge = first.is === 'value' && first.value === false ? challenged.safeParse(first.detail) : undefined
    if (!challenge?.success) return fromAnswer(first)
    const { multi_challenge: all, transaction_id } = challenge.data
    const typed = all.filter(({ client_mode }) => client_mode === undefined || client_mode === 'interactive')
    if (typed.length === 0) throw new BackendFault({ code: 'not-supported', reason: 'sign-in-without-code' })
    const types = [...new Set(typed.flatMap(({ type }) => (type === undefined ? [] : [type])))]
    const answer = await second?.({ types }, signal)
    if (answer === undefined) throw new BackendFault({ code: 'sign-in-expired' })
    const body = { ...who, password: answer, transaction_id }
    return fromAnswer(await ask({ method: 'POST', path: '/auth', body }, signal))
  }

  return {
    async open(signal) {
      signal.throwIfAborted()
      if (present) return present
      if (refused) throw new BackendFault(refused)
      // Others may wait for the same: it ends by the transport's deadline, not with whoever asked first.
      return until(begin(NEVER, undefined), signal)
    },
    drop(session) {
      if (present === session) present = undefined
      // A key can't be renewed from here.
      if (credentials.by === 'api-key') refused = { code: 'sign-in-expired' }
    },
    signIn(signal, second) {
      present = undefined
      refused = undefined
      return begin(signal, second)
    },
  }
}

const NEVER = new AbortController().signal

/** The promise's outcome, or the signal's reason as soon as that is there. */
function until<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}

const isLasting = ({ code }: BackendError) =>
  code === 'sign-in-failed' || code === 'sign-in-expired' || code === 'not-permitted' || code === 'not-supported'

function fromAnswer(answered: Answered): Session {
  if (answered.is === 'error') throw new BackendFault(refusal(answered.code, { action: 'auth' }))
  if (answered.value === false) throw new BackendFault({ code: 'sign-in-failed' })
  const read = signedIn.safeParse(answered.value)
  if (!read.success) throw new BackendFault({ code: 'answer-not-understood' })
  const { token: jwt, role, username: user, realm, rights } = read.data
  if (!isHeaderValue(jwt)) throw new BackendFault({ code: 'answer-not-understood' })
  return { jwt, user, realm: realm ?? '', rights: createRights(role, rights) }
}

/** Whom a key speaks for stands in it; whether it is genuine is the server's to say. */
async function byKey({ key }: Extract<Credentials, { by: 'api-key' }>): Promise<Session> {
  const jwt = (await key())?.trim()
  if (jwt === undefined) throw new BackendFault({ code: 'sign-in-expired' })
  const payload = fromBase64url(jwt.split('.')[1] ?? '')
  const read = claims.safeParse(parsed(payload))
  if (!read.success || !isHeaderValue(jwt)) throw new BackendFault({ code: 'sign-in-failed' })
  const { username: user, realm, role, rights } = read.data
  return { jwt, user, realm: realm ?? '', rights: createRights(role satisfies Role, rights) }
}

function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return asRecord(JSON.parse((bytes && fromUtf8(bytes)) ?? ''))
  } catch {
    return undefined
  }
}

/** Three parts of base64url (RFC 7515 §7.1): nothing that could end a header. */
const isHeaderValue = (jwt: string) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)
