/** How an entry of the contract is written. Types are inferred from the schemas; nothing is written twice. */
import { z } from 'zod'

export interface CallEntry {
  readonly request: z.ZodType
  readonly response: z.ZodType
  readonly progress?: z.ZodType
  /** Questions the service may put to the person while the call runs: name to `{ ask, answer }`. */
  readonly asks?: Readonly<Record<string, { readonly ask: z.ZodType; readonly answer: z.ZodType }>>
}

export const call = <const E extends CallEntry>(entry: E): E => entry

export interface TopicEntry {
  /** What a watcher may say about the part it wants; `undefined` where there is only one. */
  readonly params: z.ZodType
  readonly state: z.ZodType
  /**
   * Set where the state is a record from id to value: after the first snapshot only changed and removed ids are sent.
   * The watcher still sees whole snapshots.
   */
  readonly keyed?: true
  /** Ends when the vault is locked, and can't be watched while it is. */
  readonly unlocked?: true
}

export const topic = <const E extends TopicEntry>(entry: E): E => entry

export const empty = z.strictObject({})
/** Milliseconds since 1970. */
export const time = z.number().int()
export const id = z.string().min(1).max(256)
/** Text that goes up only, never into a log, error or topic: a passphrase, a seed, a PIN, a password. Redacted wherever requests are printed. */
export const Secret = z
  .string()
  .max(64 * 1024)
  .meta({ secret: true })

/**
 * The question before anything that destroys. The service mints the nonce over operation, object and the digest of what
 * would be lost; the answer must quote it, and it is checked again at execution. `typeName` is set where the object is an
 * only way in: the person types that name.
 */
export const confirmAsk = {
  ask: z.strictObject({
    operation: z.string(),
    object: z.string(),
    typeName: z.string().optional(),
    /** What would be lost and who still has a way in, as codes with facts for the renderer's words. */
    effects: z.array(
      z.strictObject({
        effect: z.string(),
        facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
    nonce: z.string(),
  }),
  answer: z.strictObject({ confirmed: z.boolean(), nonce: z.string(), typedName: z.string().max(256).optional() }),
} as const
