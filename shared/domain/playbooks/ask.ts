/**
 * What the open step of a case asks of the person: one primary action or one question a step (product.md "What every flow
 * owes the person"). Words for titles, options and other ways are the renderer's.
 */
import { z } from 'zod'

const time = z.number().int()

/** Details for the renderer's words; never a code, PIN, password or seed. */
export const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export type Facts = z.infer<typeof facts>

/** Ways out of a step where its primary action can't be done; answered with `{ form: 'done', other }`. */
const others = z.array(z.string())
const name = z.strictObject({ initial: z.string(), maxLength: z.number().int() })

export const stepAsk = z.discriminatedUnion('form', [
  /** Pick one. An option that can't be had now says why. */
  z.strictObject({
    form: z.literal('choice'),
    options: z.array(
      z.strictObject({ option: z.string(), recommended: z.boolean().optional(), refused: z.string().optional() }),
    ),
  }),
  /** Codes read off the device, one after the other. `nextAt`: when a new one appears, where that is known. */
  z.strictObject({
    form: z.literal('codes'),
    count: z.union([z.literal(1), z.literal(2)]),
    digits: z.number().int(),
    nextAt: time.optional(),
    others,
  }),
  /** A line of text: a name, a serial number. */
  z.strictObject({ form: z.literal('text'), field: z.string(), initial: z.string(), maxLength: z.number().int() }),
  /** A password, typed twice by the page; never kept. */
  z.strictObject({
    form: z.literal('password'),
    needsCurrent: z.boolean(),
    minimumLength: z.number().int(),
    others,
  }),
  /** The program does it when told to; `name` may be changed first. */
  z.strictObject({ form: z.literal('run'), name: name.optional(), others }),
  /** Done by hand; the program checks by reading the backend. */
  z.strictObject({ form: z.literal('check'), others }),
  /** Done by hand and ticked. */
  z.strictObject({ form: z.literal('tick'), others }),
  /** A message to copy and send; its words are the renderer's, made from the step's facts. `next`: then checked or ticked. */
  z.strictObject({ form: z.literal('message'), next: z.enum(['check', 'tick']), others }),
  /**
   * Touch a FIDO authenticator: `page` through the browser's WebAuthn (asked during the call), `key` with one that is plugged
   * in here, which the program speaks with itself. The first way is the usual one.
   */
  z.strictObject({
    form: z.literal('touch'),
    ways: z.array(z.enum(['page', 'key'])).min(1),
    purpose: z.enum(['register', 'test']),
    name: name.optional(),
    others,
  }),
  /** Nothing but time is needed: the page goes on by itself at `until`. */
  z.strictObject({ form: z.literal('wait'), until: time, others }),
  /** Offers the backup dialog of Settings; may be put off (`later`). */
  z.strictObject({ form: z.literal('backup') }),
  /** The end: says what is so now. `others`: jobs that follow from it, opened by the page. */
  z.strictObject({ form: z.literal('end'), others }),
])
export type StepAsk = z.infer<typeof stepAsk>
