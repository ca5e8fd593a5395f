/** How keys and what is on them are shown: pure functions of what the service told. */
import type { ContractError, KeyRow, Passkey, State, Twin, TwinRow } from '../../../shared/contract/index.ts'
import { fold } from '../../../shared/domain/text.ts'
import { head, keys as words } from '../../i18n/keys.ts'
import type { KeyShape, KeyTint } from '../../ui/index.ts'

export type KeysState = State<'keys'>

/** Its given name, else its model, else that it has none. */
export const labelOf = ({ name, model }: Pick<KeyRow, 'name' | 'model'>): string => name ?? model ?? words.nameless

/** The id under which it is found again once it was unplugged, where there is one. */
export const lastingId = ({ rememberedId, id }: Pick<KeyRow, 'rememberedId' | 'id'>): string => rememberedId ?? id

export const allKeys = ({ plugged, seen }: Pick<KeysState, 'plugged' | 'seen'>): readonly KeyRow[] => [
  ...plugged,
  ...seen,
]

/** By the id of its plug-in or of the remembered key. */
export const findKey = (state: Pick<KeysState, 'plugged' | 'seen'>, id: string | undefined): KeyRow | undefined =>
  id === undefined ? undefined : allKeys(state).find((row) => row.id === id || row.rememberedId === id)

/** The one asked for, else the first plugged in, else the last seen. */
export const chosenKey = (state: Pick<KeysState, 'plugged' | 'seen'>, id: string | undefined): KeyRow | undefined =>
  findKey(state, id) ?? allKeys(state)[0]

export const isPlugged = ({ state }: Pick<KeyRow, 'state'>): boolean => state !== 'unplugged'

/** What its drawing looks like. Only a likeness: what a key is made like no key says. */
export function shapeOf(row: Pick<KeyRow, 'name' | 'model' | 'kind' | 'info'>): KeyShape {
  const { model = '', kind, info } = row
  if (info?.verification.kind === 'fingerprint' || /\bbio\b|fingerprint/i.test(model)) return 'finger'
  if (/\b\d?C\b|USB-C|\bCi\b/.test(model)) return 'c'
  // A simulated one says nothing of its shape, and of its reader only while it is plugged in.
  const isStub = kind !== 'usb' && (info !== undefined || tintOf(row) === undefined)
  return isStub || /nano|nitrokey|mini/i.test(model) ? 'short' : 'a'
}

const TINTS: readonly KeyTint[] = ['blue', 'green', 'red']
/** People call keys by their colour. */
export const tintOf = (row: Pick<KeyRow, 'name' | 'model'>): KeyTint | undefined =>
  TINTS.find((tint) => new RegExp(`\\b${tint}\\b`, 'i').test(labelOf(row)))

export function ledOf({ state, waitsFor, info }: KeyRow): 'on' | 'off' | 'wait' | 'bad' {
  if (state === 'unplugged') return 'off'
  if (waitsFor !== undefined || state === 'reading') return 'wait'
  return state === 'ready' && info?.pin.retries !== 0 ? 'on' : 'bad'
}

/** Model, firmware, serial, transports, and how it was recognised: what stands small under its name. */
export function factsOf(row: KeyRow): readonly string[] {
  const { model, modelFrom, info, serial, kind, name, recognisedBy } = row
  const shownModel =
    model === undefined
      ? head.modelUnknown
      : model === labelOf(row)
        ? undefined
        : modelFrom === 'usb' && kind === 'usb'
          ? head.byUsb(model)
          : model
  const known =
    recognisedBy === undefined
      ? undefined
      : recognisedBy === 'looks'
        ? head.recognisedBy.looks(name ?? labelOf(row))
        : head.recognisedBy[recognisedBy]
  return [
    shownModel,
    info?.firmware === undefined ? undefined : head.firmware(info.firmware),
    serial === undefined ? undefined : head.serial(serial),
    transportWords(info?.transports ?? []),
    kind === 'socket' ? head.developer : kind === 'virtual' ? head.virtual : undefined,
    known,
  ].filter((fact) => fact !== undefined)
}

const TRANSPORTS: Readonly<Record<string, string>> = {
  usb: 'USB',
  nfc: 'NFC',
  ble: 'Bluetooth',
  internal: 'built in',
  hybrid: 'by a phone',
  'smart-card': 'smart card',
}
function transportWords(transports: readonly string[]): string | undefined {
  return transports.length === 0 ? undefined : transports.map((each) => TRANSPORTS[each] ?? each).join(', ')
}

/** What a passkey's account is called; empty where the site gave no name. */
export const userOf = ({ userName, displayName }: Pick<Passkey, 'userName' | 'displayName'>): string =>
  userName || displayName || ''

/** Whose something is that a site keeps on the key. */
export const ownerText = ({ rpId, userName }: Pick<Passkey, 'rpId' | 'userName'>): string =>
  [rpId, userName].filter(Boolean).join(', ')

/** What tells sites apart better than "www" or "login" would: the part before the ending, which may be of two parts ("co.uk"). */
export function siteName(rpId: string): string {
  const labels = rpId.split('.')
  const isShortEnding = labels.length > 2 && labels.at(-2)!.length <= 3
  return labels.at(isShortEnding ? -3 : -2) ?? rpId
}

/** Those that have every word of `query` in their site or account, by site and account. */
export function findPasskeys(list: readonly Passkey[], query: string): readonly Passkey[] {
  const sought = fold(query).split(/\s+/).filter(Boolean)
  return list
    .filter(({ rpId, rpName = '', userName = '', displayName = '' }) => {
      const text = fold([rpId, rpName, userName, displayName].join(' '))
      return sought.every((word) => text.includes(word))
    })
    .toSorted((a, b) => a.rpId.localeCompare(b.rpId) || userOf(a).localeCompare(userOf(b)))
}

/** How old a list may be and still be the one that is on the key that is plugged in. */
const FRESH_MS = 10 * 60_000
export const isFresh = ({ state, passkeys }: Pick<KeyRow, 'state' | 'passkeys'>, now: number): boolean =>
  state === 'ready' && passkeys !== undefined && now - passkeys.asOf < FRESH_MS

/** The twin in which it is the first, or the spare. */
export const twinOfFirst = (twins: readonly Twin[], row: KeyRow): Twin | undefined =>
  twins.find(({ firstId }) => firstId === row.rememberedId || firstId === row.id)
export const twinOfSpare = (twins: readonly Twin[], row: KeyRow): Twin | undefined =>
  twins.find(({ spareId }) => spareId === row.rememberedId || spareId === row.id)

/** Whether the spare opens what a passkey opens, as the twin's table has it. */
export function onSpare(twin: Twin | undefined, passkey: Passkey): TwinRow['onSpare'] | undefined {
  const user = userOf(passkey)
  return twin?.rows.find(
    ({ what }) =>
      what.is === 'passkey' &&
      what.rpId === passkey.rpId &&
      (what.user === undefined || user === '' || what.user === user),
  )?.onSpare
}

export interface TwinTally {
  readonly lacks: number
  readonly unknown: number
  readonly of: number
}
export function tallyOf({ rows }: Pick<Twin, 'rows'>): TwinTally {
  const count = (state: TwinRow['onSpare']) => rows.filter(({ onSpare }) => onSpare === state).length
  return { lacks: count('no'), unknown: count('unknown'), of: rows.length }
}

/** The remembered or plugged key that could be the spare of `row`: the first other one. */
export const possibleSpare = (state: Pick<KeysState, 'plugged' | 'seen'>, row: KeyRow): KeyRow | undefined =>
  allKeys(state).find((other) => lastingId(other) !== lastingId(row) && other.info?.speaks !== 'u2f')

/** An error that is worth a sentence: not that the person turned away, unless part of it was done already. */
export function toldError(error: ContractError | undefined): ContractError | undefined {
  const isTurnedAway = error?.code === 'cancelled' || error?.code === 'not-confirmed'
  return isTurnedAway && error.changed !== true ? undefined : error
}
