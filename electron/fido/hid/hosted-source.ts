/**
 * Keys that another process looks for and opens, so that a fault in the native module costs that process alone. It is
 * started when it is first asked, kept while somebody watches, waits or has a port open, and ended soon after. Where it is
 * lost its ports close, whoever waits is told, and it rests a while before it is started again, longer each time.
 */
import type { Clock } from '../../../shared/kit/index.ts'
import { HidUnavailable, type HidPort } from '../hid-port.ts'
import { HidHostError } from './host-error.ts'
import { HostLink, type HostChannel } from './host-link.ts'
import type { FoundKey, KeySource } from './source.ts'

export const IDLE_MS = 10_000
/** After the first loss, then twice that, up to the most. */
export const FIRST_REST_MS = 500
export const MOST_REST_MS = 30_000
/** A host that did so long is lost for the first time again. */
export const STEADY_MS = 60_000
/** A module that does not load will not load soon. */
export const UNAVAILABLE_REST_MS = 60_000

export interface HostedSourceParts {
  /** Starts a process. May throw, which is a loss like any other. */
  readonly spawn: () => HostChannel
  readonly clock: Clock
  /** Told of each loss, once. For a log: `list` rejects with it as long as it lasts. */
  readonly onTrouble?: ((trouble: HidHostError | HidUnavailable) => void) | undefined
}

/** All of it rejects with `HidHostError`, besides what a source rejects with, and with `HidUnavailable`. */
export interface HostedSource extends KeySource {
  /** Whoever is told may also look again: hints come when the host was lost, and when it may be started again. */
  onHint(listener: () => void): () => void
  /** Ends a rest, because a person wants to see whether it works now. */
  retryNow(): void
  /** Ends the host for good. */
  close(): void
}

interface Run {
  readonly link: HostLink
  readonly startedAt: number
  hasListed: boolean
  /** As it said when it listed last. */
  isHinting: boolean
}

export const hostedSource = (parts: HostedSourceParts): HostedSource => new Hosted(parts)

class Hosted implements HostedSource {
  readonly #parts: HostedSourceParts
  readonly #hintListeners = new Set<() => void>()
  #run: Run | undefined
  #listing: Promise<readonly FoundKey[]> | undefined
  /** Calls that wait, open ports and those who watch. */
  #users = 0
  #stopIdle: (() => void) | undefined
  #losses = 0
  #trouble: HidHostError | HidUnavailable | undefined
  /** Set while the host may not be started again. */
  #stopRest: (() => void) | undefined
  #isClosed = false

  constructor(parts: HostedSourceParts) {
    this.#parts = parts
  }

  /** Whoever asks while the host looks gets the same answer. */
  list(): Promise<readonly FoundKey[]> {
    this.#listing ??= this.#list().finally(() => (this.#listing = undefined))
    return this.#listing
  }

  async canOpen({ place }: FoundKey): Promise<boolean> {
    const leave = this.#use()
    try {
      const { link } = await this.#runThatKnowsKeys()
      return await link.canOpen(place)
    } finally {
      leave()
    }
  }

  async open({ place }: FoundKey, signal?: AbortSignal): Promise<HidPort> {
    signal?.throwIfAborted()
    const opening = this.#open(place)
    if (!signal) return opening
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        reject(signal.reason)
        // hidapi can't be stopped: what it opens for nobody is closed again.
        opening.then((port) => port.close()).catch(() => undefined)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
    })
  }

  onHint(listener: () => void): () => void {
    // Its own, so that one who watches twice is two.
    const own = (): void => listener()
    this.#hintListeners.add(own)
    const leave = this.#use()
    if (this.#hintListeners.size === 1) this.#run?.link.sendHints(true)
    return () => {
      if (!this.#hintListeners.delete(own)) return
      if (this.#hintListeners.size === 0) this.#run?.link.sendHints(false)
      leave()
    }
  }

  get isHinting(): boolean {
    return this.#run?.isHinting ?? false
  }

  retryNow(): void {
    this.#stopRest?.()
    this.#stopRest = undefined
    this.#losses = 0
    this.#hint()
  }

  close(): void {
    this.#isClosed = true
    this.#stopRest?.()
    this.#stopRest = undefined
    this.#stop()
  }

  async #list(): Promise<readonly FoundKey[]> {
    const leave = this.#use()
    try {
      const run = this.#runningHost()
      const { keys, isHinting } = await run.link.list().catch((fault: unknown) => this.#unlisted(fault))
      run.hasListed = true
      run.isHinting = isHinting
      this.#trouble = undefined
      return keys.map((key) => ({ ...key, kind: 'usb' }))
    } finally {
      leave()
    }
  }

  /** A module that could not be loaded is tried again in another process: this one may keep the failure. */
  #unlisted(fault: unknown): never {
    if (fault instanceof HidUnavailable) {
      this.#stop()
      this.#rest(fault, UNAVAILABLE_REST_MS)
    }
    throw fault
  }

  async #open(place: string): Promise<HidPort> {
    const leave = this.#use()
    try {
      const { link } = await this.#runThatKnowsKeys()
      return await link.open(place, leave)
    } catch (fault) {
      leave()
      throw fault
    }
  }

  /** A host that was started again knows no keys before it has looked. */
  async #runThatKnowsKeys(): Promise<Run> {
    if (!this.#runningHost().hasListed) await this.list()
    return this.#runningHost()
  }

  /** Throws what keeps it from running. */
  #runningHost(): Run {
    if (this.#isClosed) throw new HidHostError('stopped')
    if (this.#run) return this.#run
    if (this.#stopRest && this.#trouble) throw this.#trouble
    const { clock } = this.#parts
    let channel: HostChannel
    try {
      channel = this.#parts.spawn()
    } catch (cause) {
      const lost = new HidHostError('not-started', { cause })
      this.#lost(lost)
      throw lost
    }
    const link: HostLink = new HostLink({
      channel,
      clock,
      onHint: () => this.#hint(),
      onLost: (lost) => this.#lost(lost),
    })
    this.#run = { link, startedAt: clock.now(), hasListed: false, isHinting: false }
    if (this.#hintListeners.size > 0) link.sendHints(true)
    return this.#run
  }

  #lost(lost: HidHostError): void {
    const wasSteady = this.#run !== undefined && this.#parts.clock.now() - this.#run.startedAt >= STEADY_MS
    this.#losses = wasSteady ? 1 : this.#losses + 1
    this.#run = undefined
    this.#rest(lost, Math.min(FIRST_REST_MS * 2 ** (this.#losses - 1), MOST_REST_MS))
    this.#hint()
  }

  #rest(trouble: HidHostError | HidUnavailable, restMs: number): void {
    this.#trouble = trouble
    this.#stopRest?.()
    this.#stopRest = this.#parts.clock.after(restMs, () => {
      this.#stopRest = undefined
      this.#hint()
    })
    this.#parts.onTrouble?.(trouble)
  }

  #hint(): void {
    for (const listener of this.#hintListeners) listener()
  }

  /** Keeps the host from being ended; what is returned lets go, once. */
  #use(): () => void {
    this.#users += 1
    this.#stopIdle?.()
    this.#stopIdle = undefined
    let isUsing = true
    return () => {
      if (!isUsing) return
      isUsing = false
      this.#users -= 1
      if (this.#users === 0 && this.#run) this.#stopIdle = this.#parts.clock.after(IDLE_MS, () => this.#stop())
    }
  }

  #stop(): void {
    this.#stopIdle?.()
    this.#stopIdle = undefined
    const run = this.#run
    this.#run = undefined
    run?.link.stop()
  }
}
