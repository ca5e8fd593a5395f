/** How an answer is shown: pure functions of what the service tells. */
import type {
  HelpStep,
  LosableKind,
  LosableRow,
  LossRow,
  Named,
  Report,
  State,
  WayStep,
} from '../../../shared/contract/index.ts'
import type { Loss } from '../../../shared/domain/device.ts'
import {
  accountKey,
  losableKey,
  type AccountRef,
  type Losable,
  type LossItem,
  type Outcome,
  type Rank,
} from '../../../shared/domain/loss/index.ts'
import type { IconName, Tone } from '../../ui/index.ts'

export type WhatIf = State<'whatif'>

export const kindIcons: Readonly<Record<LosableKind, IconName>> = {
  computer: 'laptop',
  phone: 'phone',
  sheet: 'file',
  other: 'tag',
  key: 'key',
  'virtual-totp': 'phone',
  'hardware-totp': 'token',
  fido: 'key',
  entry: 'codes',
  passkey: 'key',
  'slot-passphrase': 'type',
  'slot-recovery-code': 'print',
  'slot-security-key': 'key',
  'slot-keychain': 'laptop',
  backup: 'save',
  email: 'mail',
  'phone-number': 'call',
  passphrase: 'type',
  password: 'type',
}

interface OutcomeLook {
  readonly icon: IconName
  readonly tone: Exclude<Tone, 'plain'> | 'plain'
  /** Of the line above its number, and of its dots. */
  readonly colour: string
}
export const outcomeLooks: Readonly<Record<Outcome, OutcomeLook>> = {
  locked: { icon: 'locked', tone: 'danger', colour: 'var(--lk-danger-mark)' },
  unknown: { icon: 'help', tone: 'plain', colour: 'var(--lk-control-line)' },
  support: { icon: 'alert', tone: 'warn', colour: 'var(--lk-warn-mark)' },
  administrator: { icon: 'admin', tone: 'warn', colour: 'var(--lk-warn-mark)' },
  'alternative-factors': { icon: 'mail', tone: 'warn', colour: 'var(--lk-amber-4)' },
  opens: { icon: 'ok', tone: 'ok', colour: 'var(--lk-ok-mark)' },
}
export const WORST_FIRST: readonly Outcome[] = [
  'locked',
  'unknown',
  'support',
  'administrator',
  'alternative-factors',
  'opens',
]

// What is chosen as lost

/** Chosen where it was not, and the other way round. */
export const toggled = (losses: readonly LossItem[], what: Losable): readonly LossItem[] =>
  howOf(losses, what) === undefined
    ? [...losses, { what, how: 'lost' }]
    : losses.filter((loss) => losableKey(loss.what) !== losableKey(what))

export const changed = (losses: readonly LossItem[], what: Losable, how: Loss): readonly LossItem[] =>
  losses.map((loss) => (losableKey(loss.what) === losableKey(what) ? { ...loss, how } : loss))

export const howOf = (losses: readonly LossItem[], what: Losable): Loss | undefined =>
  losses.find((loss) => losableKey(loss.what) === losableKey(what))?.how

/** Without what is not listed any more. */
export function present(losses: readonly LossItem[], losables: readonly LosableRow[]): readonly LossItem[] {
  const keys = new Set(losables.map(({ what }) => losableKey(what)))
  const kept = losses.filter(({ what }) => keys.has(losableKey(what)))
  return kept.length === losses.length ? losses : kept
}

/** Things a thief can have, or a fall can break. What is only known, or is an address, is just gone. */
const WITH_HOW: ReadonlySet<LosableRow['group']> = new Set(['computer', 'places', 'keys', 'devices', 'backups'])
export const canDiffer = ({ group }: LosableRow): boolean => WITH_HOW.has(group)

/** Chips that fit beside one another without becoming a page of their own. */
const MOST_CHIPS = 10
const GROUP_ORDER: Readonly<Record<LosableRow['group'], number>> = {
  computer: 0,
  places: 1,
  keys: 2,
  contacts: 4,
  devices: 5,
  vault: 6,
  backups: 7,
}
/** What is in a hand or a drawer first: a single device is often on one of these. A token is a thing of its own. */
const chipOrder = ({ group, kind }: LosableRow): number => (kind === 'hardware-totp' ? 3 : GROUP_ORDER[group])

/** Those on the screen, and how many are behind "more": whatever is chosen is on the screen. */
export function chipsShown(
  losables: readonly LosableRow[],
  losses: readonly LossItem[],
): { readonly shown: readonly LosableRow[]; readonly hidden: number } {
  const inOrder = losables.toSorted((a, b) => chipOrder(a) - chipOrder(b))
  if (inOrder.length <= MOST_CHIPS) return { shown: inOrder, hidden: 0 }
  const shown = inOrder.filter((row, at) => at < MOST_CHIPS || howOf(losses, row.what) !== undefined)
  return { shown, hidden: inOrder.length - shown.length }
}

/** Those that have every word of `query` in their names. */
export function findLosables(losables: readonly LosableRow[], query: string): readonly LosableRow[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return losables.filter(({ name, of, kind }) => {
    const text = fold([name, of?.who ?? '', of?.at ?? '', kind.replaceAll('-', ' ')].join(' '))
    return words.every((word) => text.includes(word))
  })
}
const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

// The table

export type TableItem =
  | {
      readonly is: 'head'
      readonly key: string
      readonly outcome: Outcome
      readonly atWorst: Rank
      /** Of its accounts; absent while not all of them have been read. */
      readonly count?: number
    }
  | { readonly is: 'row'; readonly key: string; readonly row: LossRow }
  | {
      readonly is: 'fold'
      readonly key: string
      readonly group: string
      readonly count: number
      readonly isOpen: boolean
    }
  | { readonly is: 'rest'; readonly key: string; readonly count: number }

/** Rows of a group before "Show all": of what still opens a few will do. */
const FEW: Readonly<Record<Outcome, number>> = {
  locked: 12,
  unknown: 6,
  support: 8,
  administrator: 8,
  'alternative-factors': 8,
  opens: 3,
}

const groupOf = ({ outcome, atWorst }: LossRow) => (outcome === 'unknown' ? `unknown ${atWorst}` : outcome)

/** Heads, rows and folds in the order of the report, which is worst first: accounts of one outcome stand together. */
export function tableItems(
  rows: readonly LossRow[],
  { tally, total }: Pick<Report, 'tally' | 'total'>,
  unfolded: ReadonlySet<string>,
): readonly TableItem[] {
  const items: TableItem[] = []
  const isAll = rows.length >= total
  for (let from = 0; from < rows.length;) {
    const { outcome, atWorst } = rows[from]!
    const group = groupOf(rows[from]!)
    let to = from + 1
    while (to < rows.length && groupOf(rows[to]!) === group) to++
    const isWhole = isAll || to < rows.length
    // What is not known has several groups, and the tally one number.
    const count = isWhole ? to - from : outcome === 'unknown' ? undefined : tally[outcome]
    items.push({ is: 'head', key: `head ${group}`, outcome, atWorst, ...(count === undefined ? {} : { count }) })
    const few = FEW[outcome]
    const length = count ?? to - from
    const isFolded = length > few + 1 && !unfolded.has(group)
    for (const row of rows.slice(from, isFolded ? from + few : to)) {
      items.push({ is: 'row', key: accountKey(row.account.ref), row })
    }
    if (length > few + 1) {
      items.push({ is: 'fold', key: `fold ${group}`, group, count: length, isOpen: !isFolded })
      // Under what is folded there is nothing to read on for.
      if (!isWhole && isFolded) return items
    }
    from = to
  }
  if (!isAll) items.push({ is: 'rest', key: 'rest', count: total - rows.length })
  return items
}

export const tileName = ({ account: { name } }: LossRow): string =>
  name.kind === 'entry' || name.kind === 'site' ? name.at || name.who : ''
export const tileIcon = ({ account: { name } }: LossRow): IconName | undefined =>
  name.kind === 'root' ? 'root' : name.kind === 'user' ? 'user' : undefined

// The ways into one account, as small drawings

export interface WayMark {
  readonly step: WayStep
  readonly icon: IconName
  readonly state: 'gone' | 'open' | 'perhaps'
}
const MOST_MARKS = 5

/** Lost ways first, hollow; then those that are open. */
export function wayMarks(row: LossRow): readonly WayMark[] {
  // What is only not known is no loss: it is drawn once, as what may be.
  const closed = row.closed.flatMap(({ step, because }): WayMark[] =>
    because.some(({ cause }) => cause !== 'not-known') ? [{ step, icon: wayIcon(step), state: 'gone' }] : [],
  )
  const open = row.ways.flatMap(({ steps }): WayMark[] => {
    const last = steps.at(-1)
    return last ? [{ step: last, icon: wayIcon(last), state: 'open' }] : []
  })
  const last = row.perhaps?.steps.at(-1)
  const perhaps: WayMark[] = last ? [{ step: last, icon: wayIcon(last), state: 'perhaps' }] : []
  const stays = [...open, ...perhaps]
  // What is open says more than what is closed.
  return [...closed.slice(0, Math.max(1, MOST_MARKS - stays.length)), ...stays].slice(0, MOST_MARKS)
}

export function wayIcon({ step, uses }: WayStep): IconName {
  switch (step) {
    case 'code-from-vault':
    case 'open-vault':
      return 'laptop'
    case 'code-from-backup':
    case 'open-backup':
      return 'save'
    case 'touch-key':
    case 'passkey':
      return 'key'
    case 'code-from-thing':
    case 'use-device':
      return uses ? kindIcons[uses.kind] : 'phone'
    case 'recovery-code':
      return 'file'
    case 'password-alone':
    case 'read-password':
      return 'type'
    case 'alternative-factors':
    case 'read-mail':
      return 'mail'
    case 'answer-phone':
      return 'call'
    case 'phone-by-administrator':
    case 'administrator-deactivates':
      return 'admin'
    case 'support':
      return 'user'
    case 'other-way':
      return 'help'
  }
}

// What would mend one account

export type RowMend =
  | { readonly is: 'step'; readonly step: HelpStep }
  | { readonly is: 'answer'; readonly question: LossRow['questions'][number] }
  | { readonly is: 'confirm'; readonly contact: 'email' | 'phone'; readonly ref: IdentityRef }
  | { readonly is: 'register'; readonly ref: IdentityRef }
  | { readonly is: 'back-up' }
  | { readonly is: 'print-codes'; readonly account: LossRow['account'] }
type IdentityRef = { readonly backendId: string; readonly identityId: string }

/** One of the steps that help most where it is for this account; else the plain thing to do about it. None where it opens. */
export function rowMend(row: LossRow, steps: readonly HelpStep[]): RowMend | undefined {
  if (row.outcome === 'opens') return undefined
  const key = accountKey(row.account.ref)
  const step = steps.find(({ account }) => account && accountKey(account.ref) === key)
  if (step) return { is: 'step', step }
  const { ref } = row.account
  const [question] = row.questions
  if (row.outcome === 'unknown' && question) return { is: 'answer', question }
  if (ref.is === 'identity') {
    const identity = { backendId: ref.backendId, identityId: ref.identityId }
    const stale = row.contacts.find(({ state }) => state === 'old' || state === 'never-confirmed')
    if (row.outcome === 'alternative-factors' && stale) {
      return { is: 'confirm', contact: stale.contact, ref: identity }
    }
    return { is: 'register', ref: identity }
  }
  const hangsOnVault = row.closed.some(({ step: { step: last } }) => last === 'code-from-vault')
  return hangsOnVault ? { is: 'back-up' } : { is: 'print-codes', account: row.account }
}

// How much the step that helps most changes

type Standing = HelpStep['before']['atWorst']
const DOT_OUTCOMES = [
  ['locked', 'locked'],
  ['support', 'support'],
  ['administrator', 'administrator'],
  ['alternativeFactors', 'alternative-factors'],
] as const
const MOST_DOTS = 10

/** A dot an account that does not open, worst first; after the step those it opens are green. */
export function dots(
  before: Standing,
  after: Standing,
): { readonly now: readonly Outcome[]; readonly after: readonly Outcome[] } {
  const now = dotsOf(before)
  const left = dotsOf(after)
  const later = [...Array.from({ length: Math.max(0, now.length - left.length) }, () => 'opens' as const), ...left]
  return { now: now.slice(0, MOST_DOTS), after: later.slice(0, MOST_DOTS) }
}
const dotsOf = (standing: Standing): Outcome[] =>
  DOT_OUTCOMES.flatMap(([level, outcome]) =>
    Array.from({ length: Math.min(standing[level], MOST_DOTS) }, (): Outcome => outcome),
  )

export const sameAccount = (a: AccountRef, b: AccountRef): boolean => accountKey(a) === accountKey(b)
export const namedKey = ({ what }: Named): string => losableKey(what)
