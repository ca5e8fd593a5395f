/** How cases are shown: pure functions of what the service tells. */
import type { CaseView, DeviceRow, IdentityRow, StepView } from '../../../shared/contract/index.ts'
import { MAX_DEVICES, type DeviceType } from '../../../shared/domain/device.ts'
import { isInUse } from '../../../shared/domain/loss/index.ts'
import type { StartKind } from '../../i18n/recovery.ts'
import type { IconName } from '../../ui/index.ts'

export const typeIcons: Readonly<Record<DeviceType, IconName>> = {
  'virtual-totp': 'phone',
  'hardware-totp': 'token',
  fido: 'key',
}

export const kindIcons: Readonly<Record<CaseView['kind'], IconName>> = {
  register: 'plus',
  resync: 'sync',
  replace: 'recovery',
  help: 'admin',
}

const OPTION_ICONS: Readonly<Record<string, IconName>> = {
  'virtual-totp': 'laptop',
  'hardware-totp': 'token',
  fido: 'key',
  refused: 'sync',
  lost: 'help',
  stolen: 'alert',
  broken: 'unplug',
  works: 'twin',
  both: 'ok',
  'no-phone': 'mail',
  'no-email': 'call',
  neither: 'locked',
  here: 'ok',
  temporary: 'laptop',
  wait: 'clock',
}
export const optionIcon = (option: string): IconName | undefined => OPTION_ICONS[option]

/** The step that waits; none in a case that was given up. */
export const openStep = ({ steps }: CaseView): StepView | undefined => steps.find(({ state }) => state === 'now')

export interface CaseProgress {
  readonly done: number
  readonly all: number
}

/** The end is a place, not a step to be done: a case that has reached it is done. */
export function caseProgress({ steps }: CaseView): CaseProgress {
  const isEnd = (step: StepView) => step.ask?.form === 'end'
  const counted = steps.filter((step) => !isEnd(step) && !(step.state === 'later' && step === steps.at(-1)))
  return { done: counted.filter(({ state }) => state === 'done').length, all: counted.length }
}

/** Open cases first, those last worked on before others; then closed ones, the last closed first. */
export function sortCases(cases: Readonly<Record<string, CaseView>>): {
  readonly open: readonly CaseView[]
  readonly closed: readonly CaseView[]
} {
  const all = Object.values(cases)
  const open = all.filter(({ closedAt }) => closedAt === undefined)
  const closed = all.filter(({ closedAt }) => closedAt !== undefined)
  return {
    open: open.toSorted((a, b) => touchedAt(b) - touchedAt(a)),
    closed: closed.toSorted((a, b) => (b.closedAt ?? 0) - (a.closedAt ?? 0)),
  }
}

const touchedAt = ({ openedAt, steps }: CaseView): number =>
  Math.max(openedAt, ...steps.map(({ doneAt }) => doneAt ?? 0), ...steps.map(({ trouble }) => trouble?.at ?? 0))

/** Whose case it is, where its title does not say that already. */
export const whoseCase = ({ device, identity }: CaseView): string =>
  device ? `${identity.name}, ${identity.account}` : identity.account

/** What fits on the line of a step that is ahead, title and note together. */
const LINE_LETTERS = 78

/** The short note of a step that is ahead: the first sentence of its reason, if there is room. The end has none. */
export function laterNote({ title, why }: { readonly title: string; readonly why: string }, isLast: boolean) {
  const first = /^(.+?)[.:](?=\s|$)/u.exec(why)?.[1]
  return isLast || first === undefined || title.length + first.length > LINE_LETTERS ? undefined : first
}

/** Everything the program did in the case, each once, in order. */
export function deedsOf({ steps }: CaseView): readonly StepView['did'][number][] {
  const seen = new Set<string>()
  return steps.flatMap(({ did }) =>
    did.filter((deed) => {
      const key = JSON.stringify([deed.did, deed.facts])
      return !seen.has(key) && seen.add(key)
    }),
  )
}

// What a case can be started for

export interface Startable {
  /** By both ids and the device's: a device's id is unique within its backend only. */
  readonly key: string
  readonly row: IdentityRow
  readonly device?: DeviceRow
  /** A reason code, where it can't be now. */
  readonly refused?: string
}

/** Without spaces: it stands in the ids of the page. */
const keyOf = ({ ref }: IdentityRow, deviceId = '') =>
  [ref.backendId, ref.identityId, deviceId].map(encodeURIComponent).join('/')

/** What the job can be started for: first what needs it, then the rest, last what can't be. */
export function startables(kind: StartKind, identities: readonly IdentityRow[]): readonly Startable[] {
  const all = kind === 'register' ? identities.map(forRegister) : identities.flatMap((row) => forDevices(kind, row))
  return all.toSorted((a, b) => urgency(kind, a) - urgency(kind, b))
}

function forRegister(row: IdentityRow): Startable {
  const ables = Object.values(row.can.register)
  const first = ables[0]
  const refused = first && ables.every(({ can }) => !can) && !first.can ? { refused: first.reason } : {}
  return { key: keyOf(row), row, ...refused }
}

const forDevices = (kind: 'resync' | 'replace', row: IdentityRow): readonly Startable[] =>
  row.devices.map((device) => {
    const able = kind === 'resync' ? device.can.resync : device.can.replace
    return { key: keyOf(row, device.id), row, device, ...(able.can ? {} : { refused: able.reason }) }
  })

function urgency(kind: StartKind, { row, device, refused }: Startable): number {
  if (refused !== undefined) return 2
  const isFirst = device
    ? kind === 'resync'
      ? device.health.state === 'drifted'
      : !isInUse(device)
    : row.devices.length < 2
  return isFirst ? 0 : 1
}

/** Those that have every word of `query` in their names. */
export function findStartables(all: readonly Startable[], query: string): readonly Startable[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  return all.filter(({ row, device }) => {
    const { name, account, accountId = '' } = row.identity
    const text = fold([name, account, accountId, device?.name ?? '', device?.serial ?? ''].join(' '))
    return words.every((word) => text.includes(word))
  })
}

const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

export const usedPlaces = ({ devices }: IdentityRow) => ({ used: devices.length, most: MAX_DEVICES })

// What is checked as it is typed

/** Why a name can't be one. IAM's letters, which every backend takes: `[\w+=,.@-]+`. */
export function nameFault(typed: string): 'empty' | 'letters' | undefined {
  const name = typed.trim()
  if (name === '') return 'empty'
  return /^[\w+=,.@-]+$/.test(name) ? undefined : 'letters'
}

/** A serial number without the spaces it is printed with. */
export const plainSerial = (typed: string): string => typed.replaceAll(/\s/gu, '')

export function serialFault(typed: string): 'empty' | 'letters' | undefined {
  const serial = plainSerial(typed)
  if (serial === '') return 'empty'
  return /^[\p{L}\p{N}-]+$/u.test(serial) ? undefined : 'letters'
}

export interface PasswordTyped {
  readonly current: string
  readonly next: string
  readonly again: string
}

/** What keeps the form from being sent; `missing` letters count as people count them. */
export function passwordState(
  { current, next, again }: PasswordTyped,
  { needsCurrent, minimumLength }: { readonly needsCurrent: boolean; readonly minimumLength: number },
): { readonly missing: number; readonly isOld: boolean; readonly differs: boolean; readonly isReady: boolean } {
  const missing = Math.max(0, minimumLength - [...next].length)
  const isOld = needsCurrent && next !== '' && next === current
  const differs = again !== '' && !next.startsWith(again)
  const isReady = missing === 0 && next !== '' && !isOld && next === again && (!needsCurrent || current !== '')
  return { missing, isOld, differs, isReady }
}

/** Whole seconds until `at`, never below 0. */
export const secondsUntil = (at: number, now: number): number => Math.max(0, Math.ceil((at - now) / 1000))
