/** The engine's answers as the contract has them: codes with references, and the names that go with them. */
import type { LossCause, LossQuestion, LossRow, Report, WayStep } from '../../../shared/contract/index.ts'
import {
  accountKey,
  type AccessWorld,
  type AccountRef,
  type Cause,
  type Followed,
  type LossReport,
  type Outcome,
  type Question,
  type Row,
  type Step,
  type Way,
} from '../../../shared/domain/loss/index.ts'
import { namesOf, type Names } from './names.ts'

export interface Part {
  readonly from: number
  readonly most: number
}

/** Of the report, the rows of this part; `without` says how each account stands without any loss. */
export function reportOf(
  world: AccessWorld,
  told: LossReport,
  without: LossReport,
  { from, most }: Part,
): Omit<Report, 'digest'> {
  const names = namesOf(world)
  const before = new Map(without.rows.map((row) => [accountKey(row.account), row.outcome]))
  const tally = { opens: 0, 'alternative-factors': 0, administrator: 0, support: 0, locked: 0, unknown: 0 }
  for (const { outcome } of told.rows) tally[outcome]++
  return {
    losses: told.losses.map(({ what, how }) => ({ what: names.losable(what), how })),
    rows: told.rows
      .slice(from, from + most)
      .map((row) => rowOf(names, row, before.get(accountKey(row.account)) ?? row.outcome)),
    total: told.rows.length,
    tally,
    follows: told.follows.map(({ what, because }) => ({
      what: followedOf(names, what),
      because: because.map((cause) => causeOf(names, cause)),
    })),
    unseen: told.unseen.map((question) => questionOf(names, question)),
  }
}

const rowOf = (names: Names, row: Row, before: Outcome): LossRow => ({
  account: names.account(row.account),
  outcome: row.outcome,
  atBest: row.atBest,
  atWorst: row.atWorst,
  before,
  ways: row.ways.map((way) => wayOf(names, way)),
  ...(row.perhaps ? { perhaps: wayOf(names, row.perhaps) } : {}),
  closed: row.closed.map(({ step, because }) => ({
    step: stepOf(names, step),
    because: because.map((cause) => causeOf(names, cause)),
  })),
  questions: row.questions.map((question) => questionOf(names, question)),
  contacts: row.contacts.map((contact) => ({ ...contact })),
  helpers: row.helpers.map(({ name }) => name),
  exposed: row.exposed,
})

const wayOf = (names: Names, { rank, steps }: Way) => ({ rank, steps: steps.map((step) => stepOf(names, step)) })

function stepOf(names: Names, told: Step): WayStep {
  const { step } = told
  switch (told.step) {
    case 'open-vault':
      return { step, uses: names.losable({ is: 'slot', slot: told.slot }) }
    case 'open-backup':
      return { step, uses: names.losable({ is: 'backup', backup: told.backup }) }
    case 'read-password':
      return { step, account: names.account(told.of), uses: names.losable({ is: 'thing', thing: told.on }) }
    case 'code-from-vault':
      return { step, ...at(names, told), uses: names.losable({ is: 'entry', entryId: told.entryId }) }
    case 'code-from-backup':
      return { step, ...at(names, told), uses: names.losable({ is: 'backup', backup: told.backup }) }
    case 'code-from-thing':
    case 'recovery-code':
      return { step, ...at(names, told), uses: names.losable({ is: 'thing', thing: told.thing }) }
    case 'touch-key':
    case 'passkey':
      return { step, ...at(names, told), uses: names.losable({ is: 'key', key: told.key }) }
    case 'use-device':
      return { step, account: names.account(told.account), ...usesDevice(names, told) }
    case 'read-mail': {
      const { address, isPresumed, account } = told
      const uses = names.losable({ is: 'contact', contact: 'email', value: address })
      return { step, uses, isPresumed, ...(account ? { account: names.account(account) } : {}) }
    }
    case 'answer-phone': {
      const { number, isPresumed, thing } = told
      const on = { is: 'contact', contact: 'phone', value: number } as const
      return { step, uses: names.losable(thing === undefined ? on : { is: 'thing', thing }), isPresumed }
    }
    case 'phone-by-administrator':
    case 'administrator-deactivates': {
      const administrator = told.administrator?.name
      return { step, account: names.account(told.account), ...(administrator === undefined ? {} : { administrator }) }
    }
    case 'password-alone':
    case 'alternative-factors':
    case 'support':
    case 'other-way':
      return { step, account: names.account(told.account) }
  }
}

/** Whose it is, and the device at the backend that it is done for. */
function at(names: Names, { account, device }: { readonly account: AccountRef; readonly device?: string }) {
  const name = device !== undefined && account.is === 'identity' ? deviceName(names, account, device) : ''
  return { account: names.account(account), ...(name === '' ? {} : { deviceName: name }) }
}

type IdentityAccount = Extract<AccountRef, { is: 'identity' }>
const deviceOf = ({ backendId, identityId }: IdentityAccount, deviceId: string) => ({ backendId, identityId, deviceId })
const deviceName = (names: Names, account: IdentityAccount, device: string) => names.device(deviceOf(account, device))

const usesDevice = (names: Names, { account, device }: { readonly account: AccountRef; readonly device: string }) =>
  account.is === 'identity' ? { uses: names.losable({ is: 'device', ...deviceOf(account, device) }) } : {}

function causeOf(names: Names, cause: Cause): LossCause {
  switch (cause.cause) {
    case 'lost':
      return { cause: 'lost', what: names.losable(cause.loss.what), how: cause.loss.how }
    case 'follows':
      return { cause: 'follows', what: followedOf(names, cause.what) }
    case 'missing':
      return { cause: 'missing', what: names.losable(cause.what) }
    case 'not-known':
      return { cause: 'not-known', question: questionOf(names, cause.question) }
  }
}

function followedOf(names: Names, what: Followed): Report['follows'][number]['what'] {
  switch (what.is) {
    case 'vault':
      return { is: 'vault' }
    case 'slot':
    case 'backup':
      return { is: what.is, what: names.losable(what) }
    case 'mailbox':
      return { is: 'mailbox', what: names.losable({ is: 'contact', contact: 'email', value: what.address }) }
    case 'number':
      return { is: 'number', what: names.losable({ is: 'contact', contact: 'phone', value: what.number }) }
    case 'sign-in':
      return { is: 'sign-in', account: names.account(what.account) }
  }
}

export function questionOf(names: Names, question: Question): LossQuestion {
  switch (question.ask) {
    case 'where-is-device':
    case 'which-key-is-device':
      return { ...question, name: names.device(question.device), of: names.of(question.device) }
    case 'where-is-backup':
      return { ...question, name: names.losable({ is: 'backup', backup: question.backup }).name }
    case 'which-key-opens-slot':
      return { ...question, name: names.losable({ is: 'slot', slot: question.slot }).name }
    case 'other-ways':
      return { ask: 'other-ways', account: names.account(question.account) }
    case 'what-contact':
    case 'who-administers':
      return { ...question, of: names.of(question.identity) }
    case 'how-mailbox-opens':
    case 'where-number-rings':
      return question
    case 'what-else-opens-with-key':
      return { ...question, name: names.losable({ is: 'key', key: question.key }).name }
  }
}
