/** Words of Twin: what a key opens and its spare does not, and the drill that proves it. */
import type { Progress } from '../../shared/contract/index.ts'
import { onDay, when } from './format.ts'

export const twin = {
  title: 'Twin',
  chooseTitle: (first: string) => `A spare for ${first}`,
  why: 'Everything this key opens, the spare should open too. Latchkey compares both lists and registers the spare where it can.',
  spare: 'Which key is the spare?',
  begin: 'Compare them',
  noOther: 'No other key was seen yet. Plug in the spare.',
  tableTitle: (first: string, spare: string) => `${first} and its spare ${spare}`,
  table: 'What the first key opens',
  columns: { what: 'Site or identity', spare: 'On the spare', act: 'What to do' },
  tally: (lacks: number, unknown: number, of: number) =>
    [
      `${of - lacks - unknown} of ${of} on the spare`,
      lacks > 0 ? `${lacks} only on the first` : undefined,
      unknown > 0 ? `${unknown} not known yet` : undefined,
    ]
      .filter(Boolean)
      .join(', '),
  onSpare: { yes: 'Spare too', no: 'Only on the first', ticked: 'By your word', unknown: 'Spare not read yet' },
  proved: (at: number, now: number) => `Proved ${onDay(at, now)}`,
  register: 'Register it',
  registerAt: (identity: string) => `Register the spare for ${identity}`,
  atSite: (site: string) => `Sign in at ${site} and add the spare in its settings; then read the spare again.`,
  tick: 'Done at the site',
  tickOf: (site: string) => `Done at ${site}`,
  firstRead: (name: string, at: number | undefined, now: number) =>
    at === undefined ? `${name} was not read yet` : `${name}: read ${when(at, now)}`,
  read: 'Read',
  readOf: (name: string) => `Read ${name}`,
  plugFirst: (name: string) => `Plug ${name} in to read it.`,
  empty: 'Nothing is known to be on the first key.',
  emptyMore: 'Read its passkeys, or register it for an identity; both show up here.',
  unseen:
    'No list shows everything: sites that registered the key without a passkey keep that to themselves. Think of those you sign in to with a key after the password, and add the spare there too.',
  byHand:
    'Where a site has to be done by hand: sign in there, add the spare in its settings, tick it here, and read the spare again.',
  drill: 'Begin the drill',
  drillWhy: 'Nothing is known to be on the spare yet. Read it first.',
  drillAgain: 'Drill again',
  drillMore: 'The first key is unplugged, and the spare signs for everything it can: one touch each.',
  drilled: (proved: number, of: number, at: number, now: number) =>
    `Drilled ${onDay(at, now)}: ${proved} of ${of} proved.`,
  end: 'Give this twin up',
  ended: 'The twin is given up. Nothing was done to either key.',
  close: 'Close',
  cancel: 'Cancel',
  swap: 'Back to the table',
} as const

export const drill = {
  title: (spare: string) => `Drill with ${spare}`,
  unplugFirst: (first: string) => `Unplug ${first}.`,
  unplugFirstMore: 'As if it were lost. What follows has to work without it.',
  plugSpare: (spare: string) => `Plug in ${spare}.`,
  touch: (what: string) => `Touch the spare for ${what}.`,
  finger: (what: string) => `Put your finger on the spare for ${what}.`,
  count: (done: number, of: number) => `${done} of ${of}`,
  proofs: 'Proved so far',
  done: (proved: number, of: number) =>
    of === 0
      ? 'Nothing on the spare could be proved yet.'
      : proved === of
        ? `The spare proved ${of === 1 ? 'the one way in' : `all ${of} ways in`} that it has.`
        : `The spare proved ${proved} of ${of}.`,
  failed: 'It did not sign for:',
  ok: 'Without the first key you would still get in everywhere that is listed.',
  rest: (count: number) =>
    `${count === 1 ? 'One more is' : `${count} more are`} not on it, or only by your word: the first key is still needed there.`,
  none: 'Read the spare, or register it somewhere, then drill again.',
  partly: 'Register the spare for those again, then drill once more.',
} as const

export type DrillProgress = Progress<'keys.drill'>
