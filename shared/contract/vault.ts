/** The encrypted file of entries and recovery records: making, opening, locking, its ways in, and its backup. */
import { z } from 'zod'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'
import { keyProgress, pinAsk } from './keys.ts'

export const slotKind = z.enum(['passphrase', 'recovery-code', 'security-key'])
export type SlotKind = z.infer<typeof slotKind>
/** `label` is what the person calls a security key; empty of the other kinds. */
const slot = z.strictObject({ id, kind: slotKind, label: z.string(), createdAt: time })

/**
 * How a security key is reached: `key`, plugged in and asked by this program itself; `page`, through the browser's own dialog.
 * The same slot opens either way.
 */
export const keyThrough = z.enum(['key', 'page'])
export type KeyThrough = z.infer<typeof keyThrough>

export const vaultState = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('absent') }),
  z.strictObject({ state: z.literal('locked'), ways: z.array(slotKind), keyThrough: z.array(keyThrough) }),
  /** Named apart, so that an empty vault is never shown where one should be. */
  z.strictObject({ state: z.literal('damaged'), file: z.string() }),
  z.strictObject({ state: z.literal('missing'), file: z.string() }),
  z.strictObject({ state: z.literal('newer'), format: z.number().int() }),
  z.strictObject({
    state: z.literal('unlocked'),
    slots: z.array(slot),
    /** Empty where this shell reaches no security key. */
    keyThrough: z.array(keyThrough),
    generation: z.number().int(),
    /** Another process writes this vault; this one may only read. */
    heldBy: z.string().optional(),
    /** The vault was opened from an older file: never silent. */
    fellBack: z.strictObject({ from: z.string(), savedAt: time.optional(), generation: z.number().int() }).optional(),
    rolledBack: z.strictObject({ expected: z.number().int(), found: z.number().int() }).optional(),
    lastBackupAt: time.optional(),
    /** Entries added or changed since the last backup. */
    unsavedToBackup: z.number().int(),
  }),
])

const snapshot = z.strictObject({ id, savedAt: time })

/** One entry of a backup about to be restored, with what would happen to it. */
const verdict = z.strictObject({
  issuer: z.string(),
  account: z.string(),
  verdict: z.enum(['new', 'duplicate', 'faulty']),
})

/**
 * WebAuthn's `prf` by the page (Level 3 §10.1.4). The options are the JSON forms of §5.1.9 and §5.1.10, their inputs base64url.
 * What the key answered comes back apart from the rest, for it is as secret as a key; absent where it was not asked.
 */
const prfAsk = {
  ask: z.strictObject({ ceremony: z.enum(['create', 'get']), options: z.record(z.string(), z.unknown()) }),
  answer: z.strictObject({
    response: z.record(z.string(), z.unknown()),
    outputs: z.strictObject({ first: Secret, second: Secret }).optional(),
  }),
} as const
const asksKey = { pin: pinAsk, confirm: confirmAsk, prf: prfAsk } as const

export const vaultTopics = { vault: topic({ params: empty, state: vaultState }) } as const

export const vaultCalls = {
  'vault.create': call({ request: z.strictObject({ passphrase: Secret }), response: empty }),
  'vault.unlock': call({
    request: z.union([z.strictObject({ passphrase: Secret }), z.strictObject({ recoveryCode: Secret })]),
    response: empty,
  }),
  /** Takes the key that has a slot; one that has none is passed over, and another waited for until the call is cancelled. */
  'vault.unlockWithKey': call({
    request: z.strictObject({ through: keyThrough }),
    response: empty,
    progress: z.union([keyProgress, z.strictObject({ doing: z.literal('other-key'), keyName: z.string() })]),
    asks: asksKey,
  }),
  'vault.lock': call({ request: empty, response: empty }),
  /** The only authenticated activity sign besides calls: a person moved or typed; restarts the idle time. */
  'vault.active': call({ request: empty, response: empty }),
  'vault.changePassphrase': call({
    request: z.strictObject({ current: Secret, next: Secret }),
    response: z.strictObject({ snapshots: z.array(snapshot) }),
  }),
  /** A fresh recovery code, to be printed. It opens nothing until it was typed back. Comes down once, after re-authentication. */
  'vault.recoveryCode': call({
    request: z.strictObject({ passphrase: Secret }),
    response: z.strictObject({ code: z.string() }),
  }),
  'vault.confirmRecoveryCode': call({ request: z.strictObject({ code: Secret }), response: empty }),
  /**
   * Makes a credential on a security key and a slot for it: three touches, the second and third to see that the key answers
   * the same again. A key without a PIN or a fingerprint is refused, and so is one that has a slot.
   */
  'vault.addKey': call({
    request: z.strictObject({ passphrase: Secret, name: z.string().trim().min(1).max(64), through: keyThrough }),
    response: z.strictObject({ slot: id }),
    progress: z.strictObject({
      step: z.enum(['making', 'asking', 'comparing', 'saving']),
      /** What the key waits for within the step. */
      key: keyProgress.optional(),
    }),
    asks: asksKey,
  }),
  'vault.removeSlot': call({
    request: z.strictObject({ id, passphrase: Secret }),
    response: z.strictObject({ snapshots: z.array(snapshot) }),
    asks: { confirm: confirmAsk },
  }),
  /** Deletes old snapshots that a removed or changed slot still opens. */
  'vault.deleteSnapshots': call({
    request: z.strictObject({ ids: z.array(id).max(100) }),
    response: empty,
    asks: { confirm: confirmAsk },
  }),

  /** One age file, reopened and compared before it is handed over. Re-authenticates; `backupPassphrase` where it should differ. */
  'backup.make': call({
    request: z.strictObject({ passphrase: Secret, backupPassphrase: Secret.optional() }),
    response: z.strictObject({ fileName: z.string(), file: z.string(), entries: z.number().int(), at: time }),
    progress: z.strictObject({ stage: z.enum(['deriving', 'sealing', 'comparing']) }),
  }),
  /** The person has it: the page saved the file. Moves `lastBackupAt`. */
  'backup.kept': call({ request: z.strictObject({ at: time }), response: empty }),
  'backup.preview': call({
    request: z.strictObject({ file: z.string(), passphrase: Secret }),
    response: z.strictObject({ createdAt: time, entries: z.array(verdict) }),
    progress: z.strictObject({ stage: z.enum(['deriving', 'reading']) }),
  }),
  /** Adds what is new in the backup; nothing already here is changed. */
  'backup.restore': call({
    request: z.strictObject({ file: z.string(), passphrase: Secret }),
    response: z.strictObject({ added: z.number().int(), skipped: z.number().int() }),
    progress: z.strictObject({ stage: z.enum(['deriving', 'reading', 'saving']) }),
  }),
} as const
