/**
 * Where the stand-in keys are plugged in and touched. One ceremony has the keys at a time, as one window has a person's
 * attention: a new one ends the old. It waits at every plugged key and is answered by the one that is touched.
 */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import { BenchFault, KeyFault, type RelyingParty, type StandInKeys, type WebAuthnJson } from './door.ts'
import { TOUCH_TIMEOUT_MS } from './limits.ts'
import { assertCredential, createCredential } from './stand-in-key.ts'
import type { KeyState } from './state.ts'
import type { WorldStore } from './store.ts'

interface Ceremony {
  readonly purpose: string
  /** What the touched key does; throws `KeyFault`. */
  readonly perform: (key: KeyState) => WebAuthnJson
  readonly resolve: (response: WebAuthnJson) => void
  readonly reject: (reason: unknown) => void
}

export class KeyDesk implements StandInKeys {
  readonly #store: WorldStore
  readonly #clock: Clock
  readonly #random: Random
  readonly #onChange: () => void
  #ceremony: Ceremony | undefined

  constructor(store: WorldStore, clock: Clock, random: Random, onChange: () => void) {
    this.#store = store
    this.#clock = clock
    this.#random = random
    this.#onChange = onChange
  }

  create(options: WebAuthnJson, rp: RelyingParty, purpose: string, signal: AbortSignal): Promise<WebAuthnJson> {
    return this.#wait(purpose, (key) => createCredential(key, options, rp, this.#random), signal)
  }

  get(options: WebAuthnJson, rp: RelyingParty, purpose: string, signal: AbortSignal): Promise<WebAuthnJson> {
    return this.#wait(purpose, (key) => assertCredential(key, options, rp), signal)
  }

  /** What this key waits to be touched for; undefined where it does not blink. */
  waitsFor(key: KeyState): string | undefined {
    return isReady(key) ? this.#ceremony?.purpose : undefined
  }

  /** Resolves when what the touch did is on disk. Whatever comes of the ceremony goes to who asked for it. */
  async touch(keyId: string): Promise<void> {
    const ceremony = this.#ceremony
    if (!ceremony || !this.#store.state.keys.some((key) => key.id === keyId && isReady(key)))
      throw new BenchFault('not-now')
    this.#ceremony = undefined
    try {
      ceremony.resolve(
        await this.#store.change((draft) => {
          const key = draft.keys.find((key) => key.id === keyId && isReady(key))
          if (!key) throw new KeyFault('unplugged')
          return ceremony.perform(key)
        }),
      )
    } catch (error) {
      ceremony.reject(error)
      this.#onChange()
      if (!(error instanceof KeyFault)) throw error
    }
  }

  /** To be called when a key was pulled out: the ceremony that waited at it alone is over. */
  pulled(): void {
    if (this.#ceremony && !this.#store.state.keys.some(isReady)) this.#end(new KeyFault('unplugged'))
  }

  /** Ends what waits, as when the world is restored or closed. */
  cancelAll(): void {
    this.#end(new KeyFault('unplugged'))
  }

  #wait(purpose: string, perform: Ceremony['perform'], signal: AbortSignal): Promise<WebAuthnJson> {
    if (signal.aborted) return Promise.reject(signal.reason)
    this.#end(new KeyFault('busy'))
    return new Promise<WebAuthnJson>((resolve, reject) => {
      const onAbort = () => {
        if (this.#ceremony === ceremony) this.#end(signal.reason)
      }
      const stopTimer = this.#clock.after(TOUCH_TIMEOUT_MS, () => {
        if (this.#ceremony === ceremony) this.#end(new KeyFault('timed-out'))
      })
      const cleanUp = () => {
        stopTimer()
        signal.removeEventListener('abort', onAbort)
      }
      const ceremony: Ceremony = {
        purpose,
        perform,
        resolve: (response) => {
          cleanUp()
          resolve(response)
        },
        reject: (reason) => {
          cleanUp()
          reject(reason)
        },
      }
      signal.addEventListener('abort', onAbort)
      this.#ceremony = ceremony
      this.#onChange()
    })
  }

  #end(reason: unknown): void {
    const ceremony = this.#ceremony
    if (!ceremony) return
    this.#ceremony = undefined
    ceremony.reject(reason)
    this.#onChange()
  }
}

const isReady = (key: KeyState) => key.plugged && key.state === 'here'
