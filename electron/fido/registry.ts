/**
 * The keys that are plugged in. Looked for every two seconds while someone watches, and at once when the system hints that
 * something changed; where it can be trusted to, only every ten. A key that the system still keeps from the user is given a second before that is said: udev sets the
 * permissions a little after the device is there.
 */
import { sleep, type Clock } from '../../shared/kit/index.ts'
import { WireError } from './errors.ts'
import { PortRefused, type HidPort } from './hid-port.ts'
import type { FoundKey, KeySource } from './hid/source.ts'

export interface PluggedKey extends FoundKey {
  /** Of this run of the program; a key that is plugged in again has another. */
  readonly id: string
  /** `denied`: the system keeps it from this user. */
  readonly access: 'ok' | 'denied'
}

export interface Sighting {
  readonly keys: readonly PluggedKey[]
  /** Since the last sighting; both empty in a listener's first. A key whose access changed is in neither. */
  readonly plugged: readonly PluggedKey[]
  readonly unplugged: readonly PluggedKey[]
  /** What kept a source from being asked. Its keys are missing then, but for those of one that was only late. */
  readonly trouble: readonly unknown[]
}

export const POLL_MS = 2_000
/** Where every source hints: hints get lost when too many come at once. */
export const HINTED_POLL_MS = 10_000
/** A hint often comes in several, and before the device is complete. */
const HINT_DELAY_MS = 50
const LOOK_DEADLINE_MS = 5_000
const ACCESS_RETRY_MS = 200
const ACCESS_RETRIES = 5

interface Entry {
  readonly id: string
  readonly source: KeySource
  readonly found: FoundKey
  readonly access: 'ok' | 'denied' | 'unknown'
  /** How often access was refused so far. */
  readonly refusals: number
}

interface Look {
  readonly entries: readonly Entry[]
  readonly trouble?: unknown
}

type Listener = (sighting: Sighting) => void

export class Registry {
  readonly #sources: readonly KeySource[]
  readonly #clock: Clock
  /** What each listener was told last. */
  readonly #listeners = new Map<Listener, Pick<Sighting, 'keys' | 'trouble'> | undefined>()
  #entries: readonly Entry[] = []
  #trouble: readonly unknown[] = []
  #nextId = 1
  #looking: Promise<void> = Promise.resolve()
  #stopTimer: (() => void) | undefined
  #stopHints: readonly (() => void)[] = []
  #wasHinted = false

  constructor(sources: readonly KeySource[], clock: Clock) {
    this.#sources = sources
    this.#clock = clock
  }

  /** Tells `listener` what is plugged in, soon and then whenever it changes. What is returned stops that. */
  watch(listener: Listener): () => void {
    this.#listeners.set(listener, undefined)
    if (this.#listeners.size === 1) {
      this.#stopHints = this.#sources.flatMap((source) => source.onHint?.(() => this.#hinted()) ?? [])
    }
    this.#lookIn(0)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) return
      this.#stopTimer?.()
      for (const stop of this.#stopHints) stop()
      this.#stopHints = []
    }
  }

  /** Of the last look. */
  get trouble(): Sighting['trouble'] {
    return this.#trouble
  }

  /** What is plugged in now, whether or not someone watches. Takes a second where a key can't be opened. */
  async look(): Promise<readonly PluggedKey[]> {
    await this.#look()
    while (this.#hasUnknown()) {
      await sleep(this.#clock, ACCESS_RETRY_MS)
      await this.#look()
    }
    return this.#keys()
  }

  /**
   * The port to the key of that id. Throws `WireError` `gone` where it is not plugged in any more, `PortRefused` (`denied`
   * only after a second), or the signal's reason.
   */
  async open(id: string, signal?: AbortSignal): Promise<HidPort> {
    const entry = this.#entries.find((each) => each.id === id)
    if (!entry) throw new WireError('gone')
    for (let refusals = 0; ; refusals++) {
      try {
        return await entry.source.open(entry.found, signal)
      } catch (error) {
        const isDenied = error instanceof PortRefused && error.reason === 'denied'
        if (!isDenied || refusals === ACCESS_RETRIES) throw error
      }
      await sleep(this.#clock, ACCESS_RETRY_MS, signal)
    }
  }

  #hinted(): void {
    this.#wasHinted = true
    this.#lookIn(HINT_DELAY_MS)
  }

  #lookIn(delayMs: number): void {
    this.#stopTimer?.()
    this.#stopTimer = this.#clock.after(delayMs, () => void this.#lookTellAndGoOn())
  }

  async #lookTellAndGoOn(): Promise<void> {
    this.#wasHinted = false
    await this.#look()
    if (this.#listeners.size === 0) return
    const isSoon = this.#hasUnknown() || this.#wasHinted
    this.#lookIn(isSoon ? ACCESS_RETRY_MS : this.#areAllHinting() ? HINTED_POLL_MS : POLL_MS)
    this.#tell()
  }

  #areAllHinting(): boolean {
    return this.#trouble.length === 0 && this.#sources.every(({ isHinting }) => isHinting === true)
  }

  /** One look at a time: whoever asks meanwhile waits for one that begins after this. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce())
    return this.#looking
  }

  /** Never rejects. */
  async #lookOnce(): Promise<void> {
    const looks = await Promise.all(this.#sources.map((source) => this.#inTime(source)))
    this.#entries = looks.flatMap(({ entries }) => entries)
    this.#trouble = looks.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble]))
  }

  async #lookAt(source: KeySource): Promise<Entry[]> {
    const found = new Map((await source.list()).map((key) => [key.place, key]))
    return Promise.all([...found.values()].map((key) => this.#entryOf(source, key)))
  }

  async #entryOf(source: KeySource, found: FoundKey): Promise<Entry> {
    const known = this.#entries.find((each) => each.source === source && each.found.place === found.place)
    const entry: Entry = known ?? { id: String(this.#nextId++), source, found, access: 'unknown', refusals: 0 }
    if (entry.access === 'ok') return entry
    if (await source.canOpen(found)) return { ...entry, access: 'ok' }
    const refusals = entry.refusals + 1
    return { ...entry, refusals, access: refusals > ACCESS_RETRIES ? 'denied' : 'unknown' }
  }

  /**
   * The entries of a source, or what kept it from being asked. Of one that is late, those there were: a system that is slow
   * to list its devices has not lost them, and what a key is at goes on.
   */
  async #inTime(source: KeySource): Promise<Look> {
    const done = new AbortController()
    try {
      const late = sleep(this.#clock, LOOK_DEADLINE_MS, done.signal)
      const entries = await Promise.race([this.#lookAt(source), late])
      if (entries) return { entries }
      return {
        entries: this.#entries.filter((entry) => entry.source === source),
        trouble: new WireError('no-answer'),
      }
    } catch (trouble) {
      return { entries: [], trouble }
    } finally {
      done.abort()
    }
  }

  #hasUnknown(): boolean {
    return this.#entries.some(({ access }) => access === 'unknown')
  }

  /** A key of which it is not known yet whether it can be opened is not shown. */
  #keys(): PluggedKey[] {
    return this.#entries.flatMap(({ id, found, access }) => (access === 'unknown' ? [] : [{ ...found, id, access }]))
  }

  #tell(): void {
    const keys = this.#keys()
    const trouble = this.#trouble
    for (const [listener, told] of this.#listeners) {
      if (told && sameTrouble(trouble, told.trouble) && sameKeys(keys, told.keys)) continue
      this.#listeners.set(listener, { keys, trouble })
      const plugged = told ? without(keys, told.keys) : []
      const unplugged = told ? without(told.keys, keys) : []
      listener({ keys, plugged, unplugged, trouble })
    }
  }
}

const without = (keys: readonly PluggedKey[], others: readonly PluggedKey[]): PluggedKey[] =>
  keys.filter(({ id }) => !others.some((other) => other.id === id))

/** By its kind and, where it names one, its fault: a source that fails anew at each look throws a new error each time. */
const sameTrouble = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => kindOf(one) === kindOf(b[i]) && faultOf(one) === faultOf(b[i]))

const kindOf = (trouble: unknown): unknown => (trouble instanceof Error ? trouble.constructor : typeof trouble)
const faultOf = (trouble: unknown): unknown =>
  trouble instanceof Error && 'fault' in trouble ? trouble.fault : undefined

const sameKeys = (a: readonly PluggedKey[], b: readonly PluggedKey[]): boolean =>
  a.length === b.length && a.every((key, i) => key.id === b[i]!.id && key.access === b[i]!.access)
