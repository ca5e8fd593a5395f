/** Words of a case that holds many: one loss, all the accounts it touches. */
import type { ManyTaskView, ManyView } from '../../shared/contract/index.ts'
import type { Loss } from '../../shared/domain/device.ts'
import { atDayTime, atFullTime, plural } from './format.ts'
import { deedWords, doingWords, stepWords, troubleWords } from './playbooks.ts'
import { lossWords } from './whatif-names.ts'

export const many = {
  accounts: (count: number) => plural(count, 'account'),
  settled: (done: number, all: number) => `${done} of ${all} done`,
  progress: 'Accounts done',
  opened: (at: number) => `Opened ${atDayTime(at)}`,
  table: 'Accounts in the order that locks nobody out',
  columns: { account: 'Account', todo: 'What is to be done', state: 'State', open: 'Open' },
  next: 'Go on with the next',
  nextIs: (who: string) => `Next: ${who}.`,
  byItself: 'Do what needs no hand',
  byItselfMore: (count: number) =>
    `For ${plural(count, 'account')} Latchkey can go on by itself: it signs in with codes of this vault, takes the lost device off, and enables a virtual device in its place. Each account keeps another way in throughout.`,
  stop: 'Stop',
  working: (done: number, total: number) => `${done} of ${total} accounts`,
  checked: (at: number) => `All backends read ${atDayTime(at)}.`,
  check: 'Read all backends',
  checking: 'Reading the backends',
  yours: (count: number) =>
    `${plural(count, 'account')} need${count === 1 ? 's' : ''} you. They are offered one after the other.`,
  finished: 'Every backend was read: what was lost is gone from it, and every account opens with something else.',
  backUp: 'The new codes are in this vault alone. Make a backup.',
  backUpGo: 'Back up',
  save: 'Save the report',
  giveUp: 'Follow it no longer',
  gaveUp: 'The cases of its accounts stay under Recovery.',
  done: 'Done',
  undo: 'Not done',
  look: 'It was not on it',
  goOn: (who: string) => `Go on with ${who}`,
  again: (who: string) => `Try ${who} again`,
} as const

export const manyStart = {
  start: 'A phone or a key is gone',
  startMore: 'One case for every account that hangs on it.',
  title: 'What is gone?',
  which: 'Phone, key or place',
  how: 'What happened to it',
  hows: {
    lost: 'Nobody knows where it is.',
    stolen: 'Somebody else may have it.',
    broken: 'Nobody else has it.',
  } satisfies Readonly<Record<Loss, string>>,
  none: 'No phone, key or other place is known. Add what codes are on under What if?.',
  go: 'Open the case',
  reading: 'Reading its accounts',
} as const

export const manyTitle = ({ losses }: Pick<ManyView, 'losses'>): string =>
  losses.map((loss) => lossWords(loss, loss.how)).join('; ')

const STATES: Readonly<Record<ManyTaskView['state'], string>> = {
  waiting: 'Waiting',
  now: 'Now',
  done: 'Done',
  failed: 'Failed',
  nothing: 'Nothing to do',
}

export const whoseTask = ({ name: { kind, at, who } }: Pick<ManyTaskView, 'name'>): string =>
  kind === 'root' ? `Root user, ${at}` : [who, at].filter(Boolean).join(', ')

/** What is to be done, in a line. */
export function todoWords({ todo, device, stillWorks, newPassword }: ManyTaskView): string {
  const name = device?.name ?? 'a device'
  const password = newPassword ? ' Then a new password.' : ''
  switch (todo) {
    case 'replace':
      return `${stillWorks ? `Replace ${name} while it still works` : `Replace ${name}`}.${password}`
    case 'help':
      return `Take ${name} off as an administrator; the colleague enables another.`
    case 'by-hand':
      return `At the site: take out what was lost and set up a new way in.${password}`
    case 'look':
      return 'Nobody has said where its devices are. Look whether one went with what was lost.'
    case 'nothing':
      return 'Another way opens it, and nobody else has what was lost.'
  }
}

/** Why a task failed that is no trouble of a step. */
const OWN_TROUBLES: Readonly<Record<string, string>> = {
  'given-up': 'Its case was given up. Open it again to go on.',
  'still-registered': 'The backend still lists the lost device.',
  'no-device-in-use': 'The backend lists no device in use: only the password protects it.',
}

/** How it stands, and what it waits for or why it failed. */
export function stateWords(task: ManyTaskView): { readonly state: string; readonly more: string } {
  const { state, trouble, step, doneAt } = task
  const more =
    state === 'failed' && trouble
      ? (OWN_TROUBLES[trouble.code] ?? troubleWords(trouble))
      : state === 'done' && doneAt !== undefined
        ? atDayTime(doneAt)
        : step
          ? stepWords({ ...step, state: 'now' }).title
          : ''
  return { state: STATES[state], more }
}

export const atWorkWords = (doing: { readonly doing: string; readonly facts: ManyTaskView['did'][number]['facts'] }) =>
  doingWords(doing)

/** The report as plain text: what was lost, and what was done for each account, when. */
export function manyReport(view: ManyView): string {
  const { openedAt, closedAt, outcome, checkedAt, tasks } = view
  const end =
    closedAt === undefined
      ? 'Not finished yet.'
      : `${outcome === 'finished' ? 'Finished' : 'Followed no longer since'} ${atFullTime(closedAt)}.`
  const lines = tasks.flatMap((task, at) => {
    const { state, more } = stateWords(task)
    return [
      '',
      `${at + 1}. ${whoseTask(task)}`,
      `   ${todoWords(task)}`,
      ...task.did.map((deed) => `   ${atFullTime(deed.at)}: ${deedWords(deed)}`),
      `   ${state}${more === '' ? '' : `: ${more}`}`,
    ]
  })
  return [
    manyTitle(view),
    '',
    `Opened ${atFullTime(openedAt)}. ${end}`,
    ...(checkedAt === undefined ? [] : [`All backends were last read ${atFullTime(checkedAt)}.`]),
    ...lines,
    '',
  ].join('\n')
}
