/** How a case that holds many is shown: pure functions of what the service tells. */
import type { CaseView, LosableRow, ManyTaskView, ManyView } from '../../../shared/contract/index.ts'
import type { IconName, Tone } from '../../ui/index.ts'
import { typeIcons } from './look.ts'

/** Accounts of which nothing is left to do. */
export function manyProgress({ tasks }: Pick<ManyView, 'tasks'>): { readonly done: number; readonly all: number } {
  const counted = tasks.filter(({ state }) => state !== 'nothing')
  return { done: counted.filter(({ state }) => state === 'done').length, all: counted.length }
}

/** Open first, the last opened before others. */
export const sortMany = (cases: Readonly<Record<string, ManyView>>): readonly ManyView[] =>
  Object.values(cases).toSorted(
    (a, b) => Number(a.closedAt !== undefined) - Number(b.closedAt !== undefined) || b.openedAt - a.openedAt,
  )

/** Cases that stand by themselves: those of an open case that holds many are found there. */
export function withoutHeld(
  cases: Readonly<Record<string, CaseView>>,
  many: Readonly<Record<string, ManyView>>,
): Readonly<Record<string, CaseView>> {
  const held = new Set(
    Object.values(many).flatMap(({ closedAt, outcome, tasks }) =>
      closedAt === undefined || outcome === 'finished' ? tasks.flatMap(({ caseId }) => caseId ?? []) : [],
    ),
  )
  return Object.fromEntries(Object.entries(cases).filter(([id]) => !held.has(id)))
}

/** The case that holds this one, to go back to. */
export const holderOf = (many: Readonly<Record<string, ManyView>>, caseId: string): ManyView | undefined =>
  Object.values(many).find(
    ({ closedAt, tasks }) => closedAt === undefined && tasks.some((task) => task.caseId === caseId),
  )

const TONES: Readonly<Record<ManyTaskView['state'], Tone>> = {
  waiting: 'plain',
  now: 'plain',
  done: 'ok',
  failed: 'danger',
  nothing: 'plain',
}
export const taskTone = ({ state }: ManyTaskView): Tone => TONES[state]

const STATE_ICONS: Readonly<Record<ManyTaskView['state'], IconName>> = {
  waiting: 'clock',
  now: 'sync',
  done: 'ok',
  failed: 'alert',
  nothing: 'minus',
}
export const stateIcon = ({ state }: ManyTaskView): IconName => STATE_ICONS[state]

export const taskIcon = ({ device, name }: ManyTaskView): IconName =>
  device ? typeIcons[device.type] : name.kind === 'root' ? 'root' : 'user'

/** Made for people who wait: those the program is at, those that need the person. */
export const needsPerson = ({ tasks }: ManyView): number => tasks.filter(({ needs }) => needs === 'person').length

/** Anything enabled in this vault that no backup has yet, as far as this case goes. */
export const madeHere = ({ tasks }: ManyView): boolean =>
  tasks.some(({ did }) => did.some((deed) => deed.did === 'linked'))

/** What can hold the devices of many accounts at once. */
export const thingsThatHoldMany = (losables: readonly LosableRow[]): readonly LosableRow[] =>
  losables.filter(({ group, what }) => group === 'places' || (group === 'keys' && what.is === 'key'))
