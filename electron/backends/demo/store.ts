/**
 * The world's state and its changes. A change works on a draft; it is seen and answered only when it is on disk. Changes that
 * wait together are saved together. One that throws changes nothing, and neither does one whose save failed.
 */
import { Listeners } from './guarded.ts'
import type { WorldFile } from './world-file.ts'
import type { WorldState } from './state.ts'

interface Waiting {
  /** Makes the change on the draft; returns what tells the caller. Throws where nothing may change. */
  readonly apply: (draft: WorldState) => () => void
  readonly fail: (error: unknown) => void
}

/** The disk failed: nothing is changed here, but what the file holds is known only after the next start. */
export class WorldNotSaved extends Error {
  constructor(options: { readonly cause: unknown }) {
    super('the demo world could not be saved', options)
    this.name = 'WorldNotSaved'
  }
}

export class WorldStore {
  readonly #file: WorldFile
  readonly #listeners = new Listeners()
  #state: WorldState
  #waiting: Waiting[] = []
  #saving: Promise<void> | undefined

  constructor(file: WorldFile, state: WorldState) {
    this.#file = file
    this.#state = state
  }

  /** What is on disk. To be read, not changed. */
  get state(): WorldState {
    return this.#state
  }

  /** Applies `work` to the latest state in the order of the calls; resolves with its answer when that is durable. */
  change<T>(work: (draft: WorldState) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        apply(draft) {
          const answer = work(draft)
          return () => resolve(answer)
        },
        fail: reject,
      })
      this.#saving ??= this.#saveAll()
    })
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener)
  }

  /** Resolves when nothing waits to be saved. */
  async settled(): Promise<void> {
    while (this.#saving) await this.#saving
  }

  async #saveAll(): Promise<void> {
    // Calls made in the same turn go into one save.
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#saveBatch(this.#waiting.splice(0))
    // No turn between the last look and this: a call that comes later starts anew.
    this.#saving = undefined
  }

  async #saveBatch(batch: readonly Waiting[]): Promise<void> {
    let state = this.#state
    const applied: { tell: () => void; fail: (error: unknown) => void }[] = []
    for (const { apply, fail } of batch) {
      const draft = structuredClone(state)
      try {
        applied.push({ tell: apply(draft), fail })
        state = draft
      } catch (error) {
        fail(error)
      }
    }
    if (applied.length === 0) return
    try {
      await this.#file.write(state)
    } catch (cause) {
      for (const { fail } of applied) fail(new WorldNotSaved({ cause }))
      return
    }
    this.#state = state
    for (const { tell } of applied) tell()
    this.#listeners.call()
  }
}
