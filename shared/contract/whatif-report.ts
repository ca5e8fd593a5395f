/**
 * What the loss engine answers (shared/domain/loss), with the names a page shows beside the references it sends back. Codes and
 * facts alone: the words are the renderer's.
 */
import { z } from 'zod'
import { contactKind, DEVICE_TYPES, loss } from '../domain/device.ts'
import { accountRef, deviceRef, identityRef, losable, RANKS, THING_KINDS } from '../domain/loss/index.ts'
import { id, time } from './define.ts'

export const rank = z.enum(RANKS)
/** `unknown`: best and worst differ; a question would settle it. */
export const outcome = z.enum([...RANKS, 'unknown'])

/** As people know it: `at` is the account at the backend, the issuer, or the site. */
export const accountName = z.strictObject({
  kind: z.enum(['root', 'user', 'entry', 'site']),
  at: z.string(),
  who: z.string(),
})
export const account = z.strictObject({ ref: accountRef, name: accountName })
export type NamedAccount = z.infer<typeof account>

/** What kind of thing can be lost: the icon, and the words where it has no name of its own. */
export const LOSABLE_KINDS = [
  ...THING_KINDS,
  'key',
  ...DEVICE_TYPES,
  'entry',
  'passkey',
  'slot-passphrase',
  'slot-recovery-code',
  'slot-security-key',
  'slot-keychain',
  'backup',
  'email',
  'phone-number',
  'passphrase',
  'password',
] as const
export const losableKind = z.enum(LOSABLE_KINDS)
export type LosableKind = z.infer<typeof losableKind>

/** Something that can be lost, as it is shown. `name` is empty where the kind alone says it ("this computer"). */
export const named = z.strictObject({
  what: losable,
  kind: losableKind,
  name: z.string(),
  /** Whose device or password it is. */
  of: accountName.optional(),
})
export type Named = z.infer<typeof named>

export const WAY_STEPS = [
  'open-vault',
  'open-backup',
  'read-password',
  'password-alone',
  'code-from-vault',
  'code-from-backup',
  'code-from-thing',
  'touch-key',
  'use-device',
  'passkey',
  'recovery-code',
  'read-mail',
  'answer-phone',
  'alternative-factors',
  'phone-by-administrator',
  'administrator-deactivates',
  'support',
  'other-way',
] as const

/** One thing to do on the way in. */
export const wayStep = z.strictObject({
  step: z.enum(WAY_STEPS),
  /** Whose sign-in, or password, it is for; of `read-mail`, where the mail is read by signing in. */
  account: account.optional(),
  /** What it is done with: the key, the phone, the entry, the slot, the backup, the mailbox, the device. */
  uses: named.optional(),
  /** The MFA device as the backend names it, where `uses` is what that device is on. */
  deviceName: z.string().optional(),
  /** Nobody has said what the mailbox, or the number, hangs on. */
  isPresumed: z.boolean().optional(),
  administrator: z.string().optional(),
})
export type WayStep = z.infer<typeof wayStep>
export const way = z.strictObject({ rank, steps: z.array(wayStep) })

const deviceAsked = { device: deviceRef, name: z.string(), of: accountName }
/** What would settle what is not known. Answered by `whatif.say`; the key that opens a slot is told by the key itself. */
export const question = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('where-is-device'), ...deviceAsked }),
  z.strictObject({ ask: z.literal('which-key-is-device'), ...deviceAsked }),
  z.strictObject({ ask: z.literal('where-is-backup'), backup: id, name: z.string() }),
  z.strictObject({ ask: z.literal('which-key-opens-slot'), slot: id, name: z.string() }),
  z.strictObject({ ask: z.literal('other-ways'), account }),
  z.strictObject({ ask: z.literal('what-contact'), identity: identityRef, of: accountName, contact: contactKind }),
  z.strictObject({ ask: z.literal('who-administers'), identity: identityRef, of: accountName }),
  z.strictObject({ ask: z.literal('how-mailbox-opens'), address: z.string() }),
  z.strictObject({ ask: z.literal('where-number-rings'), number: z.string() }),
  z.strictObject({ ask: z.literal('what-else-opens-with-key'), key: id, name: z.string() }),
])
export type LossQuestion = z.infer<typeof question>

/** Something that went with what was lost: `account` of a sign-in, `what` of everything else but the vault. */
export const followed = z.strictObject({
  is: z.enum(['vault', 'slot', 'backup', 'mailbox', 'number', 'sign-in']),
  what: named.optional(),
  account: account.optional(),
})

/** Why something is closed, from the nearest cause down to what was lost. */
export const cause = z.discriminatedUnion('cause', [
  z.strictObject({ cause: z.literal('lost'), what: named, how: loss }),
  z.strictObject({ cause: z.literal('follows'), what: followed }),
  z.strictObject({ cause: z.literal('missing'), what: named }),
  z.strictObject({ cause: z.literal('not-known'), question }),
])
export type LossCause = z.infer<typeof cause>

export const contactFact = z.strictObject({
  contact: contactKind,
  value: z.string().optional(),
  state: z.enum(['missing', 'never-confirmed', 'old', 'current', 'not-told']),
  confirmedAt: time.optional(),
  reach: z.enum(['reached', 'presumed', 'closed', 'missing', 'not-told']),
})

export const lossRow = z.strictObject({
  account,
  outcome,
  atBest: rank,
  atWorst: rank,
  /** Without any loss. */
  before: outcome,
  /** Open for sure, best first. */
  ways: z.array(way),
  /** Open only if what is not known turns out well: what `atBest` stands for. */
  perhaps: way.optional(),
  closed: z.array(z.strictObject({ step: wayStep, because: z.array(cause) })),
  questions: z.array(question),
  /** Of an identity with alternative factors. */
  contacts: z.array(contactFact),
  /** Administrators who could help and can get in themselves. */
  helpers: z.array(z.string()),
  /** What a missing or stolen thing gives away: a new password follows once it opens again (rule 10). */
  exposed: z.enum(['none', 'factor', 'password', 'factor-and-password']),
})
export type LossRow = z.infer<typeof lossRow>

/** How many accounts have each outcome. */
export const tally = z.record(outcome, z.number().int())

export const report = z.strictObject({
  losses: z.array(z.strictObject({ what: named, how: loss })),
  /** Worst first; the part that was asked for. */
  rows: z.array(lossRow),
  /** Of all accounts, whatever part was asked for. */
  total: z.number().int(),
  tally,
  /** What went with what was lost; what fell first comes first. */
  follows: z.array(z.strictObject({ what: followed, because: z.array(cause) })),
  /** What no list shows: keys that are lost and may open more than they showed. */
  unseen: z.array(question),
  /** The same for the same answer and no other, whatever part was asked for. */
  digest: z.string(),
})
export type Report = z.infer<typeof report>
