/**
 * Backends as they are configured: adding, testing, signing in again, renaming, removing. What each says of identities and
 * devices is in `devices.ts`. Configurations are kept in the vault, secrets and all, and no secret comes down.
 */
import { z } from 'zod'
import { backendKind } from '../domain/device.ts'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'

/** `with-mfa`: in an MFA session alone. `not-told`: it may not be asked, or the backend can't say. */
export const allowed = z.enum(['yes', 'with-mfa', 'no', 'not-told'])
export type Allowed = z.infer<typeof allowed>

/** What is asked of a backend, as codes with words in renderer/i18n. */
export const backendAction = z.enum([
  'see-others',
  'register-virtual',
  'register-hardware',
  'register-fido',
  'resync',
  'remove',
  'delete-entity',
  'rename',
  'mark-lost',
  'change-password',
  'change-others-password',
  'open-mfa-session',
])
export type BackendAction = z.infer<typeof backendAction>

/** Who is signed in and what that may do, as of the last time it was asked. */
export const standing = z.strictObject({
  who: z.strictObject({
    /** As the backend writes it. */
    name: z.string(),
    account: z.string(),
    accountId: z.string().optional(),
    /** `role`: acts on others and has no devices of its own. */
    is: z.enum(['user', 'administrator', 'root', 'role']),
    /** An ARN, or what else names it exactly. */
    exactly: z.string().optional(),
  }),
  may: z.array(z.strictObject({ action: backendAction, allowed, reason: z.string().optional() })),
  /** Whether the account's root user has any device; absent where that is not told. */
  rootHasMfa: z.boolean().optional(),
  asOf: time,
})
export type Standing = z.infer<typeof standing>

/** What was wrong at the last reading: a code of errors.ts, which says how it is mended. */
const trouble = z.strictObject({ code: z.string(), retryAt: time.optional(), certificate: z.string().optional() })

export const backendView = z.strictObject({
  id,
  kind: backendKind,
  name: z.string(),
  /** A server's address. */
  address: z.string().optional(),
  signsInBy: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('nothing') }),
    z.strictObject({ by: z.literal('profile'), profile: z.string() }),
    z.strictObject({ by: z.literal('environment') }),
    z.strictObject({ by: z.literal('keys'), accessKeyId: z.string() }),
    z.strictObject({
      by: z.literal('password'),
      user: z.string(),
      realm: z.string().optional(),
      isKept: z.boolean(),
    }),
    z.strictObject({ by: z.literal('api-key') }),
  ]),
  /** The ARN of a role that is assumed on top of it. */
  role: z.string().optional(),
  region: z.string().optional(),
  /** Only certificates of authorities of its own are taken. */
  hasOwnAuthorities: z.boolean(),
  state: z.enum(['loading', 'ready', 'offline', 'signed-out', 'throttled', 'failed']),
  trouble: trouble.optional(),
  asOf: time.optional(),
  standing: standing.optional(),
  /** Registrations, removals or resynchronisations that have not come to their end there. */
  openWork: z.number().int(),
  /** The demo's own is neither renamed nor removed. */
  isFixed: z.boolean(),
})
export type BackendView = z.infer<typeof backendView>

export const backendsTopics = {
  backends: topic({
    params: empty,
    state: z.strictObject({
      backends: z.array(backendView),
      /** Kinds that can be added here. */
      kinds: z.array(backendKind),
    }),
    unlocked: true,
  }),
} as const

const line = z.string().max(512)
const role = z.strictObject({
  roleArn: line,
  externalId: line.optional(),
  /** Of the device whose code the role asks for; the vault's entry for it makes that code. */
  mfaSerial: line.optional(),
})

/** How to sign in, as typed. What is malformed is refused by name (`bad-request`). */
export const backendSetup = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('aws-iam'),
    signIn: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('profile'), profile: line.min(1) }),
      z.strictObject({ by: z.literal('environment') }),
      z.strictObject({
        by: z.literal('keys'),
        accessKeyId: line,
        secretAccessKey: Secret,
        sessionToken: Secret.optional(),
      }),
    ]),
    region: line.optional(),
    role: role.optional(),
  }),
  z.strictObject({
    kind: z.literal('privacyidea'),
    url: line,
    signIn: z.discriminatedUnion('by', [
      z.strictObject({
        by: z.literal('password'),
        user: line.min(1),
        realm: line.optional(),
        password: Secret,
        /** In the vault; else it is asked for after each unlocking. */
        keep: z.boolean(),
      }),
      z.strictObject({ by: z.literal('api-key'), key: Secret }),
    ]),
    /** PEM of the authorities that alone are trusted for this server. */
    authorities: z
      .string()
      .max(256 * 1024)
      .optional(),
  }),
])
export type BackendSetup = z.infer<typeof backendSetup>

export const awsProfile = z.strictObject({
  name: z.string(),
  signsInBy: z.enum(['keys', 'sso', 'process', 'role', 'other']),
  region: z.string().optional(),
  mfaSerial: z.string().optional(),
})
export type AwsProfileView = z.infer<typeof awsProfile>

/** What a backend asks of the person at sign-in. */
export const signInAsks = {
  /** The password of `user`, where none is kept. */
  password: {
    ask: z.strictObject({ backend: z.string(), user: z.string() }),
    answer: z.strictObject({ password: Secret }),
  },
  /** A second factor: `types` as the server names them; `serial` of the device a role or profile asks a code of. */
  secondFactor: {
    ask: z.strictObject({ backend: z.string(), types: z.array(z.string()), serial: z.string().optional() }),
    answer: z.strictObject({ code: Secret }),
  },
} as const

/** A step of a test, in order; after the first that failed none was tried. */
export const check = z.strictObject({
  check: z.enum(['reached', 'trusted', 'signed-in', 'clock', 'listed']),
  result: z.enum(['ok', 'failed', 'not-tried']),
  /** Of `clock`: how far this computer is off, in seconds. Of `listed`: how many identities are seen. */
  value: z.number().optional(),
})
export type Check = z.infer<typeof check>

export const testResult = z.strictObject({
  checks: z.array(check),
  trouble: trouble.optional(),
  standing: standing.optional(),
})
export type TestResult = z.infer<typeof testResult>

export const backendsCalls = {
  /** Of AWS's shared files on this computer, keys passed over; and whether the environment holds keys. */
  'backends.profiles': call({
    request: empty,
    response: z.strictObject({ profiles: z.array(awsProfile), environment: z.boolean() }),
  }),
  /** Signs in and looks, writes nothing anywhere; of a saved one, or of one before it is added. */
  'backends.test': call({
    request: z.union([z.strictObject({ id }), z.strictObject({ name: z.string().max(128), setup: backendSetup })]),
    response: testResult,
    asks: signInAsks,
  }),
  /** Saved in the vault and opened; what was just tested stays signed in. Refuses `bad-request` what is malformed. */
  'backends.add': call({
    request: z.strictObject({ name: z.string().max(128), setup: backendSetup }),
    response: z.strictObject({ id }),
  }),
  'backends.rename': call({ request: z.strictObject({ id, name: z.string().max(128) }), response: empty }),
  /**
   * Forgets the configuration here; at the backend everything stays, and entries keep making their codes. Refused
   * (`backend-in-use`) while something begun there has not come to its end.
   */
  'backends.remove': call({ request: z.strictObject({ id }), response: empty, asks: { confirm: confirmAsk } }),
  /** Signs in anew with the person at hand: a refused or missing password is asked for, then a second factor. */
  'backends.signIn': call({ request: z.strictObject({ id }), response: empty, asks: signInAsks }),
} as const
