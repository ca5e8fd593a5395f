/** What if?: what can be lost, what still opens then, the one step that helps most, and what the person adds that no program sees. */
import { z } from 'zod'
import { contactKind, deviceType } from '../domain/device.ts'
import { accountRef, identityRef, lossItem, MENDS, said, thing } from '../domain/loss/index.ts'
import { call, empty, id, time, topic } from './define.ts'
import { backendRow } from './devices.ts'
import { account, named, outcome, question, report } from './whatif-report.ts'

const { shape } = said
/** One of the lists of what the person added, and one thing to be added to it or taken from it. */
const saidLists = [
  z.strictObject({ list: z.literal('copies'), item: shape.copies.element }),
  z.strictObject({ list: z.literal('deviceKeys'), item: shape.deviceKeys.element }),
  z.strictObject({ list: z.literal('recoveryCodes'), item: shape.recoveryCodes.element }),
  z.strictObject({ list: z.literal('passwords'), item: shape.passwords.element }),
  z.strictObject({ list: z.literal('backupsAt'), item: shape.backupsAt.element }),
  z.strictObject({ list: z.literal('mailboxes'), item: shape.mailboxes.element }),
  z.strictObject({ list: z.literal('numbers'), item: shape.numbers.element }),
  z.strictObject({ list: z.literal('contacts'), item: shape.contacts.element }),
  z.strictObject({ list: z.literal('sameAccount'), item: shape.sameAccount.element }),
  z.strictObject({ list: z.literal('everyWayKnown'), item: shape.everyWayKnown.element }),
  z.strictObject({ list: z.literal('otherWay'), item: shape.otherWay.element }),
  z.strictObject({ list: z.literal('supportHelps'), item: shape.supportHelps.element }),
  z.strictObject({ list: z.literal('keysComplete'), item: shape.keysComplete.element }),
  /** "These are somebody else's devices, on none of the things listed here." */
  z.strictObject({ list: z.literal('othersIdentities'), item: identityRef }),
] as const

/** A thing without an id is a new one. */
export const saying = z.discriminatedUnion('list', [
  z.strictObject({ list: z.literal('things'), item: thing.partial({ id: true }) }),
  ...saidLists,
])
export type Saying = z.infer<typeof saying>
export const unsaying = z.discriminatedUnion('list', [
  z.strictObject({ list: z.literal('things'), item: thing.pick({ id: true }) }),
  ...saidLists,
])
export type Unsaying = z.infer<typeof unsaying>

/** Where a chip stands. `vault`: ways into the vault. `places`: phones, other computers, sheets, the safe. */
export const LOSABLE_GROUPS = ['computer', 'places', 'keys', 'vault', 'backups', 'devices', 'contacts'] as const
export const losableGroup = z.enum(LOSABLE_GROUPS)
export const losableRow = named.extend({ group: losableGroup })
export type LosableRow = z.infer<typeof losableRow>

/** A single point of failure: what the loss of this alone comes to. */
export const weakPointRow = z.strictObject({
  what: named,
  /** Of the account that fares worst. */
  outcome,
  /** Accounts that stand worse than they do without the loss. */
  accounts: z.number().int(),
  worst: account,
  /** It was not there at the last check, or costs more now; until `whatif.seen`. */
  isNew: z.boolean(),
})
export type WeakPointRow = z.infer<typeof weakPointRow>

export const whatifTopics = {
  whatif: topic({
    params: empty,
    state: z.strictObject({
      losables: z.array(losableRow),
      said: said.extend({ othersIdentities: z.array(identityRef) }),
      weakPoints: z.strictObject({
        isChecking: z.boolean(),
        checkedAt: time.optional(),
        /** Of the last check, and how many of them are new since the one before. */
        count: z.number().int(),
        newSince: z.number().int(),
        /** Those of the last check of this session, worst first; absent before it. */
        points: z.array(weakPointRow).optional(),
      }),
      /** What the backends said, and when: an answer is as old as the oldest of these. */
      backends: z.array(backendRow),
    }),
    unlocked: true,
  }),
} as const

/** How many accounts stand how badly. */
const standing = z.strictObject({
  locked: z.number().int(),
  support: z.number().int(),
  administrator: z.number().int(),
  alternativeFactors: z.number().int(),
})
const standings = z.strictObject({
  atWorst: standing,
  atBest: standing,
  /** Contacts that such accounts hang on and that are not current. */
  staleContacts: z.number().int(),
})

/** What does the step: a wizard, a dialog, an answer, or the person at the site. */
export const job = z.discriminatedUnion('job', [
  z.strictObject({ job: z.literal('register'), identity: identityRef, type: deviceType, key: id.optional() }),
  z.strictObject({ job: z.literal('back-up') }),
  z.strictObject({
    job: z.literal('add-slot'),
    kind: z.enum(['recovery-code', 'passphrase', 'security-key']),
    key: id.optional(),
  }),
  z.strictObject({ job: z.literal('set-contact'), identity: identityRef, contact: contactKind }),
  z.strictObject({ job: z.literal('confirm-contact'), identity: identityRef, contact: contactKind }),
  /** By hand at the site: another key registered, or its recovery codes printed. */
  z.strictObject({ job: z.literal('at-site'), account: accountRef, key: id.optional() }),
  z.strictObject({ job: z.literal('answer'), question }),
])
export type HelpJob = z.infer<typeof job>

export const helpStep = z.strictObject({
  mend: z.enum(MENDS),
  /** Whom it helps directly; absent where it is for the whole vault. */
  account: account.optional(),
  /** The key that is registered or opens the vault, or the mailbox or number that is confirmed. */
  uses: named.optional(),
  job,
  /** How things stand with the losses before it and after it. */
  before: standings,
  after: standings,
})
export type HelpStep = z.infer<typeof helpStep>

const losses = z.array(lossItem).max(500)

export const whatifCalls = {
  /** What still opens. `from` and `most`: the part of the rows wanted, the first 500 where not said. */
  'whatif.ask': call({
    request: z.strictObject({
      losses,
      from: z.number().int().min(0).optional(),
      most: z.number().int().min(0).max(1000).optional(),
    }),
    response: report,
  }),
  /** What would help most before these losses come, and what most after that: the best first, none where nothing helps. */
  'whatif.bestSteps': call({
    request: z.strictObject({ losses, most: z.number().int().min(1).max(4).optional() }),
    response: z.strictObject({ steps: z.array(helpStep) }),
    progress: z.strictObject({ step: helpStep }),
  }),
  /** Adds, or puts in the place of what was said of the same. The id is that of a thing. */
  'whatif.say': call({
    request: z.strictObject({ say: saying }),
    response: z.strictObject({ id: id.optional() }),
  }),
  /** Takes back. A thing goes with everything that was said to be on it. */
  'whatif.unsay': call({ request: z.strictObject({ unsay: unsaying }), response: empty }),
  /** Looks for single points of failure now, as is done by itself once a week. */
  'whatif.check': call({
    request: empty,
    response: z.strictObject({ points: z.array(weakPointRow), newSince: z.number().int() }),
    progress: z.strictObject({ done: z.number().int(), total: z.number().int() }),
  }),
  /** The new ones were shown. */
  'whatif.seen': call({ request: empty, response: empty }),
} as const
