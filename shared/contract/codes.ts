/** Authenticator entries and the codes they yield. Secrets come down by `entries.reveal` alone. */
import { z } from 'zod'
import { ALGORITHMS, ENTRY_KINDS, entryMeta } from '../domain/entry.ts'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'

export const entryKind = z.enum(ENTRY_KINDS)
export const algorithm = z.enum(ALGORITHMS)

/** An entry without its secret. */
export const entryRow = entryMeta
export type EntryRow = z.infer<typeof entryRow>

/** What a source says of an entry that is not kept yet. */
const previewed = z.strictObject({
  kind: entryKind,
  issuer: z.string(),
  account: z.string(),
  algorithm,
  digits: z.number().int(),
  periodSeconds: z.number().int().optional(),
  counter: z.number().int().optional(),
})

/** A code with the time it is good for, in the time of topic `clock`. HOTP entries have none until `codes.next`. */
export const shownCode = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('code'), code: z.string(), next: z.string(), validFrom: time, validUntil: time }),
  z.strictObject({ is: z.literal('counter'), counter: z.number().int() }),
  z.strictObject({ is: z.literal('faulty') }),
])
export type ShownCode = z.infer<typeof shownCode>

const clockSource = z.strictObject({
  from: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('backend'), name: z.string() }),
    z.strictObject({ kind: z.literal('phone-code') }),
  ]),
  /** How far this computer's clock is ahead (positive) of that source. */
  offsetMs: z.number(),
  uncertaintyMs: z.number(),
  measuredAt: time,
})

/** Where an entry comes from: a link, typed fields, or the text of a QR picture. */
export const entrySource = z.union([
  z.strictObject({ uri: Secret }),
  z.strictObject({
    fields: z.strictObject({
      kind: entryKind,
      issuer: z.string().max(1024),
      account: z.string().max(1024),
      secret: Secret,
      algorithm: algorithm.optional(),
      digits: z.number().optional(),
      periodSeconds: z.number().optional(),
      counter: z.number().optional(),
    }),
  }),
])

const duplicateOf = z.strictObject({ id, issuer: z.string(), account: z.string(), sameSecret: z.boolean() })

export const codesTopics = {
  entries: topic({ params: empty, state: z.record(id, entryRow), keyed: true, unlocked: true }),
  /** Codes of the ids on screen: one message a period, not one a second. */
  codes: topic({
    params: z.strictObject({ ids: z.array(id).max(500) }),
    state: z.record(id, shownCode),
    keyed: true,
    unlocked: true,
  }),
  /** The time codes are made for. `at` is that time at sending, so a page finds its own distance from it. */
  clock: topic({
    params: empty,
    state: z.strictObject({
      at: time,
      /** What is added to this computer's clock for codes; 0 while nothing better is known. */
      correctionMs: z.number(),
      sources: z.array(clockSource),
      agree: z.boolean().optional(),
    }),
    unlocked: true,
  }),
} as const

export const codesCalls = {
  /** Reads a source without keeping it: what would be added, and whether it is there already. */
  'codes.preview': call({
    request: z.strictObject({ source: entrySource }),
    response: z.strictObject({ entry: previewed, duplicate: duplicateOf.optional() }),
  }),
  /** Fails with `entry-duplicate` unless `keepBoth`; nothing is ever overwritten. */
  'codes.add': call({
    request: z.strictObject({
      source: entrySource,
      keepBoth: z.boolean().optional(),
      tags: z.array(z.string().max(64)).max(20).optional(),
    }),
    response: z.strictObject({ id }),
  }),
  'codes.update': call({
    request: z.strictObject({
      id,
      issuer: z.string().max(1024).optional(),
      account: z.string().max(1024).optional(),
      tags: z.array(z.string().max(64)).max(20).optional(),
      note: z.string().max(4096).optional(),
      favourite: z.boolean().optional(),
      hidden: z.boolean().optional(),
    }),
    response: empty,
  }),
  /** Into the bin, from which `codes.putBack` takes it. */
  'codes.remove': call({ request: z.strictObject({ id }), response: empty }),
  'codes.putBack': call({ request: z.strictObject({ id }), response: empty }),
  'codes.deleteForGood': call({
    request: z.strictObject({ ids: z.array(id).min(1).max(10_000) }),
    response: empty,
    asks: { confirm: confirmAsk },
  }),
  /** Moves an HOTP counter on, durably before the code is answered. */
  'codes.next': call({
    request: z.strictObject({ id }),
    response: z.strictObject({ code: z.string(), counter: z.number().int() }),
  }),
  /**
   * Copies where the shell can (`host`, cleared after so many seconds if still ours); else hands the code to the page.
   * An HOTP entry copies the code last made by `codes.next`, which the page passes as `code`.
   */
  'codes.copy': call({
    request: z.strictObject({ id, which: z.enum(['current', 'next']), code: z.string().max(10).optional() }),
    response: z.discriminatedUnion('where', [
      z.strictObject({ where: z.literal('host'), clearsAfterSeconds: z.number().int() }),
      z.strictObject({ where: z.literal('page'), code: z.string() }),
    ]),
  }),
  'entries.reveal': call({
    request: z.strictObject({ id, passphrase: Secret }),
    response: z.strictObject({ secret: z.string(), uri: z.string() }),
  }),
  /** "The code my phone shows": finds how far this computer's clock is off, from one entry that is on both. */
  'clock.compareWithCode': call({
    request: z.strictObject({ id, code: z.string().max(16) }),
    response: z.strictObject({ offsetMs: z.number(), uncertaintyMs: z.number() }),
  }),
  'clock.forget': call({ request: empty, response: empty }),
} as const
