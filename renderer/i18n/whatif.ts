/** Words of What if? around the engine's own (whatif-chain.ts, whatif-questions.ts): the screen, outcomes, the sheet. */
import type { HelpStep, LosableRow, LossRow, Report, WeakPointRow } from '../../shared/contract/index.ts'
import type { Loss } from '../../shared/domain/device.ts'
import type { Outcome, Rank } from '../../shared/domain/loss/index.ts'
import { onDay, plural, span } from './format.ts'
import { wayName } from './whatif-chain.ts'
import { accountWords, capital, listed, namedWords } from './whatif-names.ts'
import { questionWords } from './whatif-questions.ts'

export const whatif = {
  title: 'What if?',
  checked: (accounts: number) => `${plural(accounts, 'account')} checked`,
  loading: 'Reading what can be lost',
  ended: 'What if? can’t be shown now',
  chips: 'What is lost',
  ifLost: 'If I lost',
  none: 'Nothing that can be lost is known yet',
  noneMore: 'Once there are codes, devices or keys, this tells what losing each of them would cost.',
  toCodes: 'Add a code',
  more: (count: number) => `${count} more…`,
  moreTitle: 'What else can be lost',
  search: 'Search',
  nothingFound: (query: string) => `Nothing goes by “${query}”.`,
  onlySome: (count: number) => `${count} more. Search for them by name.`,
  clear: 'Nothing lost',
  close: 'Close',
  how: (name: string) => `How ${name} is gone`,
  hows: { lost: 'lost', stolen: 'stolen', broken: 'broken' } as Readonly<Record<Loss, string>>,
  howsLong: {
    lost: 'Lost',
    stolen: 'Stolen: a new password follows',
    broken: 'Broken: nobody else has it',
  } as Readonly<Record<Loss, string>>,
  working: 'Working it out',
  failed: 'It could not be worked out.',
  again: 'Try again',
  print: 'Print',
  save: 'Save as a page',
  sheet: 'Print or save',
  table: 'What happens, worst first',
  showAll: (count: number) => `Show all ${count}`,
  showFew: 'Show fewer',
  rest: (count: number) => `Reading ${plural(count, 'more account')}`,
  why: (account: string) => `Why: ${account}`,
  asOf: (backend: string, at: number | undefined, now: number) =>
    at === undefined
      ? `${backend} has not been read yet. Its accounts are missing here.`
      : `${backend} can’t be reached. What it knows is ${span(now - at)} old.`,
} as const

export const groups: Readonly<Record<LosableRow['group'], string>> = {
  computer: 'This computer',
  places: 'Phones, sheets and places',
  keys: 'Security keys',
  vault: 'Ways into this vault',
  backups: 'Backups',
  devices: 'MFA devices',
  contacts: 'Email and phone',
}

/** Heads of the table, and words under the numbers. */
export const outcomes: Readonly<
  Record<Outcome, { readonly head: string; readonly one: string; readonly many: string }>
> = {
  locked: { head: 'Locked for good', one: 'locked for good', many: 'locked for good' },
  unknown: { head: 'Not known', one: 'not known', many: 'not known' },
  support: { head: 'Needs support', one: 'needs support', many: 'need support' },
  administrator: { head: 'Needs an administrator', one: 'needs an administrator', many: 'need an administrator' },
  'alternative-factors': {
    head: 'Needs email and phone',
    one: 'needs email and phone',
    many: 'need email and phone',
  },
  opens: { head: 'Still opens', one: 'still open', many: 'still open' },
}

const atWorst: Readonly<Record<Rank, string>> = {
  locked: 'at worst locked for good',
  support: 'at worst support',
  administrator: 'at worst an administrator',
  'alternative-factors': 'at worst email and phone',
  opens: 'opens all the same',
}
export const headWords = (outcome: Outcome, worst: Rank): string =>
  outcome === 'unknown' ? `${outcomes.unknown.head}, ${atWorst[worst]}` : outcomes[outcome].head

const accounts = (count: number) => (count === 1 ? 'one account' : `${count} accounts`)
const verdicts: Readonly<Record<Exclude<Outcome, 'opens'>, (count: number) => string>> = {
  locked: (count) => `${accounts(count)} ${count === 1 ? 'is' : 'are'} locked for good`,
  unknown: (count) => `it is not known whether ${accounts(count)} still ${count === 1 ? 'opens' : 'open'}`,
  support: (count) => `${accounts(count)} ${count === 1 ? 'needs' : 'need'} support`,
  administrator: (count) => `${accounts(count)} ${count === 1 ? 'needs' : 'need'} an administrator`,
  'alternative-factors': (count) => `${accounts(count)} ${count === 1 ? 'needs' : 'need'} email and phone`,
}
const WORST_FIRST = ['locked', 'unknown', 'support', 'administrator', 'alternative-factors'] as const

/** "Without the Pixel 8 and the Blue key, one account is locked for good." */
export function verdict({ losses, tally, total }: Pick<Report, 'losses' | 'tally' | 'total'>): string {
  const worst = WORST_FIRST.find((outcome) => tally[outcome] > 0)
  const comes = worst
    ? verdicts[worst](tally[worst])
    : total === 0
      ? 'there is no account to lose'
      : total === 1
        ? 'the one account still opens'
        : `all ${total} accounts still open`
  if (losses.length === 0) return capital(`${worst ? `with nothing lost, ${comes}` : comes}.`)
  return `Without ${listed(losses.map(({ what }) => namedWords(what)))}, ${comes}.`
}

/** Read aloud when an answer is there. */
export const announced = (report: Report): string =>
  [
    verdict(report),
    ...WORST_FIRST.filter((outcome) => report.tally[outcome] > 0).map(
      (outcome) => `${report.tally[outcome]} ${wordsOf(outcome, report.tally[outcome])}.`,
    ),
    `${report.tally.opens} ${wordsOf('opens', report.tally.opens)}.`,
  ].join(' ')

export const wordsOf = (outcome: Outcome, count: number) => outcomes[outcome][count === 1 ? 'one' : 'many']

/** What happens to one account, in a line. */
export function rowSays(row: LossRow, now: number): string {
  const last = row.ways[0]?.steps.at(-1)
  switch (row.outcome) {
    case 'opens':
      if (last?.step === 'password-alone') return 'Opens by password alone.'
      return last ? `Opens with ${wayName(last)}.` : 'Opens.'
    case 'alternative-factors':
      return contactsSay(row, now)
    case 'administrator':
      return administratorSays(row)
    case 'support':
      return last?.account?.ref.is === 'identity'
        ? 'Only the provider’s support can let its person in.'
        : 'Only the site’s support can let you in.'
    case 'locked':
      return lockedSays(row)
    case 'unknown': {
      const [question] = row.questions
      return question ? `Not known ${questionWords(question).short}.` : 'Not known.'
    }
  }
}

function contactsSay({ contacts }: LossRow, now: number): string {
  const told = contacts.map(({ contact, state, confirmedAt }, at) => {
    const name = contact === 'email' ? 'email' : 'phone'
    const isSaid = at > 0 && contacts[at - 1]?.confirmedAt !== undefined
    if (confirmedAt !== undefined) return `${name} ${isSaid ? '' : 'confirmed '}${ago(confirmedAt, now)}`
    return state === 'never-confirmed' ? `${name} never confirmed` : `${name} not told`
  })
  return told.length === 0 ? 'By email and phone.' : `${capital(told.join(', '))}.`
}
const ago = (at: number, now: number) => (now - at < 86_400_000 ? 'today' : `${span(now - at)} ago`)

function administratorSays({ ways, helpers }: LossRow): string {
  const last = ways[0]?.steps.at(-1)
  const who = helpers.length === 0 ? 'an administrator' : orList(helpers)
  return last?.step === 'phone-by-administrator'
    ? `By email, once ${who} has put in a phone number that can be answered.`
    : `Ask ${who} to deactivate the lost device.`
}
const orList = (names: readonly string[]) =>
  names.length > 3 ? `${names[0]} or ${names.length - 1} others` : listed(names).replace(/ and ([^,]*)$/u, ' or $1')

function lockedSays({ closed }: LossRow): string {
  const ways = [...new Set(closed.map(({ step }) => wayName(step)))]
  if (ways.length === 0) return 'No way in is known.'
  return ways.length === 1 ? `Its only way in was ${ways[0]}.` : `Its ways in were ${listed(ways)}.`
}

export const why = {
  open: 'How it opens',
  perhaps: 'Only if it turns out well',
  closed: 'What is closed',
  contacts: 'Email and phone',
  check: 'Check now',
  exposed: {
    factor: 'Whoever has it holds a second factor. Change the password once it opens again.',
    password: 'Whoever has it may know the password. Change it at once.',
    'factor-and-password':
      'Whoever has it may get in with password and second factor both. Change the password at once.',
  },
  questions: 'Not known',
  answer: 'Answer',
  moreWays: (count: number) => `${plural(count, 'more way')}.`,
  outOfReach: 'out of reach',
  contactStates: {
    missing: 'none on record',
    'not-told': 'the backend does not tell it',
    'never-confirmed': 'never confirmed',
    old: 'confirmed long ago',
    current: 'confirmed',
  },
  before: (outcome: Outcome) => `${outcomes[outcome].head} without any loss too.`,
} as const

const rankWords: Readonly<Record<Rank, string>> = {
  opens: 'Opens',
  'alternative-factors': 'With email and phone',
  administrator: 'With an administrator',
  support: 'With support',
  locked: 'Locked',
}
export const rankName = (rank: Rank) => rankWords[rank]

/** What would mend one account, on its row. */
export const mends = {
  answer: 'Answer',
  confirm: { email: 'Check the email', phone: 'Check the phone' },
  register: 'Add a device',
  'back-up': 'Back up',
  'print-codes': 'Print recovery codes',
} as const
export const wayState = { gone: 'gone', open: 'open', perhaps: 'perhaps' } as const

export const follows = {
  title: 'What goes with it',
  more: (count: number) => `${plural(count, 'more thing')}.`,
} as const

export const help = {
  label: 'What helps most',
  title: 'The one step that helps most',
  looking: 'Looking for the step that helps most',
  next: 'And then',
  now: 'Now',
  after: 'Then',
  nothing: 'Nothing to mend',
  nothingMore: 'No single step would make this loss cost less.',
  allOpen: 'Every account still opens.',
  unlost: 'Nothing is lost',
  unlostMore: 'Choose a loss above, and see what would help before it comes.',
} as const

type Standings = HelpStep['before']
const LEVELS = [
  ['locked', 'locked'],
  ['support', 'support'],
  ['administrator', 'administrator'],
  ['alternativeFactors', 'alternative-factors'],
] as const
/** What a step changes, in the same words for now and then: the worst that gets less. */
export function shiftWords(
  before: Standings,
  after: Standings,
): { readonly now: string; readonly after: string; readonly both: string } {
  const sets = [
    ['atWorst', 'at worst '],
    ['atBest', ''],
  ] as const
  for (const [set, words] of sets) {
    for (const [level, outcome] of LEVELS) {
      const [was, is] = [before[set][level], after[set][level]]
      if (was === is) continue
      const isSure = before.atBest[level] === before.atWorst[level]
      const say = (count: number) => `${count} ${isSure ? '' : words}${wordsOf(outcome, count)}`
      return { now: say(was), after: say(is), both: `${say(was)}, then ${is}.` }
    }
  }
  const say = (count: number) => plural(count, 'contact to confirm', 'contacts to confirm')
  const { staleContacts } = after
  return {
    now: say(before.staleContacts),
    after: say(staleContacts),
    both: `${say(before.staleContacts)}, then ${staleContacts}.`,
  }
}

export const weak = {
  title: 'Single points of failure',
  more: 'Losing one of these alone would cost something. Choose one to see what.',
  none: 'No single loss locks anybody out.',
  onlySome: (shown: number, count: number) => `The ${shown} worst of ${count}.`,
  never: 'Not looked for yet.',
  checkedAt: (at: number, now: number) => `Looked for on ${onDay(at, now)}.`,
  check: 'Look now',
  checking: (done: number, total: number) => `${done} of ${total} losses tried`,
  beginning: 'Looking for single points of failure',
  stop: 'Stop',
  fresh: 'New',
  costs: ({ accounts: count, worst }: WeakPointRow) =>
    count === 1 ? accountWords(worst.name) : `${plural(count, 'account')}, worst of all ${accountWords(worst.name)}`,
  banner: (count: number) =>
    count === 1 ? 'A new single point of failure.' : `${count} new single points of failure.`,
  bannerMore: 'Something that can be lost would now cost more than before.',
  show: 'Show',
} as const

/** In the command palette. */
export const paletteLine = (what: LosableRow): string => {
  const name = what.of ? `${namedWords(what)} of ${what.of.who}` : namedWords(what)
  return `What if ${name} is ${what.kind === 'passphrase' ? 'forgotten' : 'lost'}?`
}

export const sheetWords = {
  title: 'Latchkey: What if?',
  made: (at: string) => `Worked out on ${at}.`,
  losses: 'Lost',
  nothing: 'nothing',
  account: 'Account',
  outcome: 'Comes to',
  happens: 'What happens',
  mends: 'What would help most',
  some: (shown: number, total: number) => `The ${shown} accounts that fare worst, of ${total}.`,
  note: 'No code, PIN or password is on this page. It names accounts and things: keep it where others don’t see it.',
  fileName: (day: string) => `latchkey-what-if-${day}.html`,
  saved: (name: string) => `Saved as ${name}.`,
} as const
