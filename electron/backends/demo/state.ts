/**
 * Everything the demo world remembers, as it stands in its file: the server (accounts, identities, devices, sessions), the
 * things people hold (keys, tokens, phone, inbox) and the open sign-in page. Bytes are base64url.
 */
import { z } from 'zod'
import { deviceType, identityKind, loss } from '../../../shared/domain/device.ts'
import { SIGN_IN_FAULTS } from './bench-state.ts'

const id = z.string().min(1).max(256)
const time = z.number().int()
const bytes = z.string().regex(/^[A-Za-z0-9_-]*$/)
const counter = z.number().int().min(0)

/** Wrong codes or passwords in a row; `until` while no more are looked at. */
const tries = z.strictObject({ wrong: counter, until: time.optional() })

const contactState = z.strictObject({ value: z.string().max(320), confirmedAt: time.optional() })

const identityState = z.strictObject({
  id,
  kind: identityKind,
  name: z.string(),
  accountId: z.string(),
  isAdministrator: z.boolean(),
  password: z.strictObject({ salt: bytes, hash: bytes }),
  passwordTries: tries,
  /** WebAuthn user handle (§5.4.3): random, tells nothing of the person. */
  userHandle: bytes,
  contacts: z.strictObject({ email: contactState.optional(), phone: contactState.optional() }).optional(),
})
export type IdentityState = z.infer<typeof identityState>

const totpState = z.strictObject({
  secret: bytes,
  /** How far ahead of the world's time the device is known to be: expected step = true step + driftSteps. */
  driftSteps: z.number().int(),
  /** Steps whose codes were accepted, the latest last. */
  spent: z.array(counter),
  /** A refused code fitted the device at this drift: it runs off, though nobody has put it right yet. */
  suspectedDriftSteps: z.number().int().optional(),
  tries,
})
export type TotpState = z.infer<typeof totpState>

const fidoState = z.strictObject({
  credentialId: bytes,
  /** COSE_Key (RFC 9052 §7). */
  publicKey: bytes,
  signCount: counter,
  transports: z.array(z.string()),
  rpId: z.string(),
})
export type FidoState = z.infer<typeof fidoState>

const deviceState = z.strictObject({
  id,
  type: deviceType,
  name: z.string(),
  accountId: z.string(),
  /** Whose device it is; absent for a virtual entity that is not assigned. */
  holder: id.optional(),
  /** Who made it, or held it last. */
  madeFor: id,
  createdAt: time,
  enabledAt: time.optional(),
  lastUsedAt: time.optional(),
  outOfUse: z.strictObject({ loss, since: time }).optional(),
  /** Of a virtual device. */
  totp: totpState.optional(),
  fido: fidoState.optional(),
})
export type DeviceState = z.infer<typeof deviceState>

/** An MFA session. `page`: signed in at the sign-in page; `elevated`: a code or touch given to the API. */
const sessionState = z.strictObject({
  identityId: id,
  from: z.enum(['page', 'elevated']),
  via: z.enum(['password-alone', 'device', 'alternative-factors']),
  deviceId: id.optional(),
  at: time,
  endsAt: time,
})
export type SessionState = z.infer<typeof sessionState>

/** A WebAuthn challenge that was given out and not answered yet. */
const ceremonyState = z.strictObject({
  kind: z.enum(['create', 'get']),
  /** `page`: for the sign-in page. */
  use: z.enum(['api', 'page']),
  identityId: id,
  /** Of a registration: the id the device will have. */
  deviceId: id.optional(),
  challenge: bytes,
  origin: z.string(),
  rpId: z.string(),
  expiresAt: time,
})
export type CeremonyState = z.infer<typeof ceremonyState>

const thing = z.enum(['here', ...loss.options])

const keyState = z.strictObject({
  id,
  name: z.string(),
  state: thing,
  plugged: z.boolean(),
  /** A fingerprint sensor. */
  hasSensor: z.boolean(),
  /** Its PIN as somebody wrote it on a note, while that is still the one. */
  knownPin: z.string().optional(),
  memory: z.record(z.string(), z.json()),
})
export type KeyState = z.infer<typeof keyState>

const tokenState = z.strictObject({
  serial: id,
  name: z.string(),
  state: thing,
  secret: bytes,
  driftSteps: z.number().int(),
})
export type TokenState = z.infer<typeof tokenState>

const callState = z.strictObject({
  /** Of the sign-in attempt that is calling. */
  attempt: z.string(),
  state: z.enum(['ringing', 'in-call', 'accepted', 'refused', 'missed']),
  typed: z.string(),
})

const phoneState = z.strictObject({
  name: z.string(),
  /** Its own number. Any other rings on the desk. */
  number: z.string(),
  state: thing,
  /** Its clock less the true time: phones are good to a second or so. */
  clockErrorMs: z.number().int(),
  accounts: z.array(z.strictObject({ id, deviceId: id, identityId: id, secret: bytes })),
  callsComeThrough: z.boolean(),
  call: callState.optional(),
})

const mailState = z.strictObject({
  id,
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  kind: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  at: time,
  spam: z.boolean(),
  read: z.boolean(),
  link: z.strictObject({ attempt: z.string(), goodUntil: time, used: z.boolean() }).optional(),
})
export type MailState = z.infer<typeof mailState>

const fault = z.enum(SIGN_IN_FAULTS).optional()
const atPage = { identityId: id, passwordAt: time, fault }
const pageState = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('start'), fault }),
  z.strictObject({ page: z.literal('password'), identityId: id, fault }),
  z.strictObject({ ...atPage, page: z.literal('choose-device') }),
  z.strictObject({ ...atPage, page: z.literal('code'), deviceId: id }),
  z.strictObject({ ...atPage, page: z.literal('touch'), deviceId: id }),
  z.strictObject({ ...atPage, page: z.literal('password-again') }),
  z.strictObject({ ...atPage, page: z.literal('troubleshoot') }),
  z.strictObject({
    ...atPage,
    page: z.literal('alternative-factors'),
    /** Ties mail and call to this very attempt. */
    attempt: z.string(),
    email: z.enum(['not-sent', 'sent', 'verified']),
    phone: z.enum(['waiting', 'calling', 'not-answered', 'verified']),
    digits: z.string().optional(),
    callEndsAt: time.optional(),
  }),
  z.strictObject({ page: z.literal('signed-in'), identityId: id, fault }),
])
export type PageState = z.infer<typeof pageState>
export type AlternativeFactorsState = Extract<PageState, { page: 'alternative-factors' }>

/** 2: keys are virtual keys, with a memory of their own. */
export const WORLD_FORMAT = 2

export const worldState = z.strictObject({
  format: z.literal(WORLD_FORMAT),
  movedMs: z.number().int(),
  computerErrorMs: z.number().int(),
  accounts: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  identities: z.array(identityState),
  devices: z.array(deviceState),
  /** Tokens whose seeds the vendor gave to the backend, by serial. */
  catalogue: z.array(z.strictObject({ serial: id, totp: totpState })),
  /** Tokens somebody asked for and has not proven yet, with the name they are to have. */
  claims: z.array(z.strictObject({ serial: id, identityId: id, name: z.string() })),
  sessions: z.array(sessionState),
  ceremonies: z.array(ceremonyState),
  page: pageState,
  /** What people know by heart; absent where they chose a password of their own. */
  knownPasswords: z.record(id, z.string()),
  keys: z.array(keyState),
  tokens: z.array(tokenState),
  phone: phoneState,
  /** Devices whose bearer gave them up (an account removed from the phone): nobody can use them any more. */
  goneDevices: z.array(id),
  inbox: z.array(mailState),
  mailGoesToSpam: z.boolean(),
})
export type WorldState = z.infer<typeof worldState>

export const identityById = (state: WorldState, identityId: string) =>
  state.identities.find((identity) => identity.id === identityId)

export const accountName = (state: WorldState, accountId: string) =>
  state.accounts.find((account) => account.id === accountId)?.name ?? accountId

/** The enabled devices of an identity, the first enabled first. */
export const devicesOf = (state: WorldState, identityId: string) =>
  state.devices.filter((device) => device.holder === identityId)

/**
 * What the backend knows of a device's codes. A token's is kept with its serial, so that a code stays spent when the token is
 * registered anew. FIDO keys have none.
 */
export const totpOf = (state: WorldState, device: DeviceState): TotpState | undefined =>
  device.type === 'hardware-totp' ? state.catalogue.find((token) => token.serial === device.id)?.totp : device.totp

/** Root users are all called alike, so their account goes with them. */
export const displayName = (state: WorldState, identity: IdentityState) =>
  identity.kind === 'root' ? `${identity.name}, ${accountName(state, identity.accountId)}` : identity.name
