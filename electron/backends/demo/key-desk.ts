/** The desk that the bench's keys lie on: which are plugged in, which blink and for what, and the hand that touches them. */
import type { Clock } from '../../../shared/kit/index.ts'
import { BenchFault, type Desk, type DeskKey, type KeyMemory, type KeyQuestion } from './door.ts'
import type { KeyState } from './state.ts'
import { WorldNotSaved, type WorldStore } from './store.ts'

type Touch = 'touch' | 'wrong-finger'

interface Question extends KeyQuestion {
  readonly keyId: string
  readonly answer: (touch: Touch) => void
}

/** How long a key blinks when it winks. Own choice. */
const WINK_MS = 2_000

export class KeyDesk implements Desk {
  readonly clock: Clock
  readonly #store: WorldStore
  readonly #onChange: () => void
  /** The latest word of each key, which may not be on disk yet. */
  readonly #memories = new Map<string, KeyMemory>()
  #questions: readonly Question[] = []
  readonly #winking = new Map<string, () => void>()
  readonly #plugListeners = new Set<(keyId: string, isPlugged: boolean) => void>()
  /** Run when a key begins to blink, or when none will. */
  readonly #blinkListeners = new Set<() => void>()
  #ceremonies = 0

  constructor(store: WorldStore, clock: Clock, onChange: () => void) {
    this.#store = store
    this.clock = clock
    this.#onChange = onChange
  }

  keys(): DeskKey[] {
    return this.#store.state.keys.map((key) => ({
      id: key.id,
      name: key.name,
      hasSensor: key.hasSensor,
      isPlugged: isReady(key),
    }))
  }

  memory(keyId: string): KeyMemory | undefined {
    return this.#memories.get(keyId) ?? this.#store.state.keys.find(({ id }) => id === keyId)?.memory
  }

  remember(keyId: string, memory: KeyMemory): void {
    this.#memories.set(keyId, memory)
    const saved = this.#store.change((draft) => {
      const key = draft.keys.find(({ id }) => id === keyId)
      // JSON by its own word; restored meanwhile, it is another key.
      if (key && this.#memories.get(keyId) === memory) key.memory = memory as KeyState['memory']
    })
    // A disk that fails: the key remembers for as long as the program runs, and the next change saves that too.
    saved.catch((error: unknown) => {
      if (!(error instanceof WorldNotSaved)) throw error
    })
  }

  ask(keyId: string, question: KeyQuestion, signal: AbortSignal): Promise<Touch> {
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const end = () => {
        signal.removeEventListener('abort', onAbort)
        this.#questions = this.#questions.filter((other) => other !== asked)
        this.#changed()
      }
      const onAbort = () => {
        end()
        reject(signal.reason)
      }
      const asked: Question = {
        ...question,
        keyId,
        answer: (touch) => {
          end()
          resolve(touch)
        },
      }
      signal.addEventListener('abort', onAbort)
      this.#questions = [...this.#questions, asked]
      this.#changed()
    })
  }

  wink(keyId: string): void {
    this.#winking.get(keyId)?.()
    const stop = this.clock.after(WINK_MS, () => {
      this.#winking.delete(keyId)
      this.#onChange()
    })
    this.#winking.set(keyId, stop)
    this.#onChange()
  }

  onPlug(listener: (keyId: string, isPlugged: boolean) => void): () => void {
    this.#plugListeners.add(listener)
    return () => this.#plugListeners.delete(listener)
  }

  expect(): () => void {
    this.#ceremonies++
    return () => {
      this.#ceremonies--
      this.#changed()
    }
  }

  /** What this key waits for, where it blinks. */
  question(keyId: string): KeyQuestion | undefined {
    return this.#questions.find((question) => question.keyId === keyId)
  }

  winks(keyId: string): boolean {
    return this.#winking.has(keyId)
  }

  /**
   * The person touches the key, or puts a finger on it that it does not know. While a ceremony is under way, a key that
   * does not blink yet is waited for; otherwise it throws `BenchFault` `not-now`.
   */
  async touch(keyId: string, touch: Touch): Promise<void> {
    const isHere = () => this.#store.state.keys.some((key) => key.id === keyId && isReady(key))
    while (isHere()) {
      const asked = this.#questions.find((question) => question.keyId === keyId)
      if (asked) {
        if (touch === 'wrong-finger' && asked.kind === 'touch') break
        return asked.answer(touch)
      }
      if (this.#ceremonies === 0) break
      await new Promise<void>((resolve) => {
        const heard = () => {
          this.#blinkListeners.delete(heard)
          resolve()
        }
        this.#blinkListeners.add(heard)
      })
    }
    throw new BenchFault('not-now')
  }

  /** To be called when a key may have been plugged in or pulled out, after the world says so. */
  moved(keyId: string, wasPlugged: boolean): void {
    const isPlugged = this.#store.state.keys.some((key) => key.id === keyId && isReady(key))
    if (isPlugged !== wasPlugged) for (const listener of this.#plugListeners) listener(keyId, isPlugged)
    this.#changed()
  }

  isPlugged(keyId: string): boolean {
    return this.#store.state.keys.some((key) => key.id === keyId && isReady(key))
  }

  /** The world was restored: what the keys remembered before counts no more. */
  forget(): void {
    this.#memories.clear()
  }

  close(): void {
    for (const stop of this.#winking.values()) stop()
    this.#winking.clear()
    this.#plugListeners.clear()
  }

  #changed(): void {
    for (const heard of this.#blinkListeners) heard()
    this.#onChange()
  }
}

const isReady = (key: KeyState) => key.plugged && key.state === 'here'
