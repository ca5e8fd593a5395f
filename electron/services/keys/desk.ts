/** What every call of the keys service works with: the keys plugged in and remembered, and how they are called. */
import { callError, keyCannot, type Can, type KeyInfo } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { toBase64url, type Clock, type Random } from '../../../shared/kit/index.ts'
import type { PluggedKey, Registry } from '../../fido/index.ts'
import type { Confirm } from '../confirm.ts'
import type { Readings } from '../devices-readings.ts'
import type { AskLosing } from '../losing.ts'
import type { Log } from '../ports.ts'
import type { Store } from '../store.ts'
import type { Diagnosis, Patients } from './doctor.ts'
import { keyInfo, type KeyFacts } from './key-info.ts'
import { modelOf } from './model.ts'
import type { OpenKey, Plugged, PluggedKeys } from './plugged.ts'
import { aaguidOf, looksLike, type Known } from './recognise.ts'
import { isSameName, keyById, putKey, type RememberedKey } from './remembered.ts'

export interface KeysOptions {
  readonly registry: Registry
  readonly store: Store
  /** Timers run on it: it is real in a demo too. */
  readonly clock: Clock
  /** What records are dated with; milliseconds since 1970. */
  readonly now: () => number
  readonly random: Random
  readonly confirm: Confirm
  /** What accounts would lose; by the loss engine. */
  readonly losing: AskLosing
  readonly log: Log
  /** What the backends said last, for the devices that are on keys. */
  readonly readings: Pick<Readings, 'all' | 'onChange'>
  /** Whatever rests after it failed is tried again at once: a person wants to see whether keys are found now. */
  readonly retryNow?: (() => void) | undefined
  readonly doctor: (patients: Patients) => Promise<Diagnosis>
  /** LATCHKEY_KEY is open for a developer. */
  readonly developerKey: boolean
  /** False where this shell reaches no keys at all. */
  readonly hasSources: boolean
}

export interface Desk extends Omit<KeysOptions, 'registry'> {
  readonly plugged: PluggedKeys
}

const ID_BYTES = 16
const MAX_SHOWN = 128

/** Text that a key or its maker wrote, fit to be shown on one line. */
export const shown = (text: string): string => [...cleanLine(text.slice(0, 1024))].slice(0, MAX_SHOWN).join('')

/** The remembered key that this is for certain. */
export const certainly = ({ store }: Desk, known: Known | undefined): RememberedKey | undefined =>
  known && keyById(store.data(), known.id)

/** The only remembered key that it looks like and that no other key plugged in is; never certain. */
export function byLooks(desk: Desk, { key, facts }: Plugged): RememberedKey | undefined {
  if (!facts) return undefined
  const others = desk.plugged.all.filter((other) => other.key.id !== key.id)
  const taken = new Set(others.map(({ known }) => known?.id))
  const aaguid = aaguidOf(facts.info)
  const alike = desk.store.data().keys.filter((one) => !taken.has(one.id) && looksLike(key, aaguid, one))
  const hasSibling = others.some((other) => other.facts && !other.known && aaguidOf(other.facts.info) === aaguid)
  return alike.length === 1 && !hasSibling ? alike[0] : undefined
}

export interface Model {
  readonly model: string
  readonly modelFrom: 'aaguid' | 'usb'
}

/** By AAGUID, else by what it says on USB; `undefined` for one that nobody listed. */
export function modelFor(aaguid: string | undefined, product: string | undefined): Model | undefined {
  const listed = aaguid === undefined ? undefined : modelOf(aaguid)
  if (listed !== undefined) return { model: listed, modelFrom: 'aaguid' }
  const said = product === undefined ? '' : shown(product)
  return said === '' ? undefined : { model: said, modelFrom: 'usb' }
}

/** How a question calls a key that has neither a name nor a model: a person types this too. */
export const NAMELESS = 'this key'

/** The name it has for certain, else its model. */
export const labelOf = (
  desk: Desk,
  { key, facts, known }: Pick<OpenKey, 'key' | 'known'> & { facts?: KeyFacts | undefined },
): string => certainly(desk, known)?.name ?? modelFor(aaguidOf(facts?.info), key.product)?.model ?? NAMELESS

/**
 * The plug-in of the key that a request names, by the id of its plug-in or of the remembered key. Throws `not-found`, or
 * `key-gone` for one that is remembered and not plugged in.
 */
export function pluggedId(desk: Desk, id: string): string {
  if (desk.plugged.find(id)) return id
  const known = desk.plugged.all.find((plugged) => plugged.known?.id === id)
  if (known) return known.key.id
  throw keyById(desk.store.data(), id) ? callError('key-gone', {}) : callError('not-found', { what: 'key' })
}

/** Does `work` with the key that a request names. Throws `CallError`, trouble with the key, or the signal's reason. */
export async function withKey<T>(
  desk: Desk,
  id: string,
  signal: AbortSignal,
  work: (open: OpenKey) => Promise<T>,
): Promise<T> {
  const letGo = desk.plugged.hold()
  try {
    await desk.plugged.sighted(signal)
    return await work(await openKey(desk, id, signal))
  } finally {
    letGo()
  }
}

/** A remembered key is known by its id only once it was read. */
async function openKey(desk: Desk, id: string, signal: AbortSignal): Promise<OpenKey> {
  await desk.plugged.until(signal, () => {
    const isReading = desk.plugged.all.some(({ state }) => state === 'reading')
    const isKnown = desk.plugged.all.some(({ key, known }) => key.id === id || known?.id === id)
    return isKnown || !isReading || undefined
  })
  return desk.plugged.open(pluggedId(desk, id), signal)
}

/** Throws why the key can't do that now. */
export function requireCan({ facts }: OpenKey, what: keyof KeyInfo['can']): void {
  const can: Can = keyInfo(facts).can[what]
  if (!can.can) throw keyCannot(can.reason)
}

/**
 * Makes `change` durable on the remembered key that this is for certain, or on a new one. Answers its id. Rejects with
 * `vault-held`, `disk-failed` or `locked`.
 */
export async function remember(
  desk: Desk,
  { key, facts }: Pick<OpenKey, 'key'> & { readonly facts?: KeyFacts | undefined },
  change: (remembered: RememberedKey) => RememberedKey,
): Promise<string> {
  const { store, random, plugged } = desk
  const known = plugged.find(key.id)?.known
  const present = certainly(desk, known)
  const id = present?.id ?? toBase64url(random(ID_BYTES))
  const now = desk.now()
  const saved = store.change((data) => {
    const before = keyById(data, id) ?? newKey(id, key, facts, now)
    return putKey(data, change({ ...before, lastSeenAt: now }))
  })
  if (!present) plugged.know(key.id, { id, by: 'now' })
  await saved
  return id
}

const newKey = (id: string, key: PluggedKey, facts: KeyFacts | undefined, now: number): RememberedKey => ({
  id,
  kind: key.kind,
  ...defined({
    aaguid: aaguidOf(facts?.info),
    serial: key.serialNumber,
    vendorId: key.vendorId,
    productId: key.productId,
    product: key.product,
  }),
  credentials: [],
  firstSeenAt: now,
  lastSeenAt: now,
  twins: [],
})

/** The members that have a value. */
export const defined = <T extends Readonly<Record<string, unknown>>>(
  members: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

/** Throws `key-name-taken` where another remembered key has it. */
export function checkName({ store }: Desk, name: string, ownId: string | undefined): void {
  const other = store
    .data()
    .keys.find((key) => key.id !== ownId && key.name !== undefined && isSameName(key.name, name))
  if (other) throw callError('key-name-taken', { name: other.name! })
}
