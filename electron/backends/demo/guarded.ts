/**
 * Runs somebody else's callback. What it throws is nobody's here to handle: it goes where an error in a platform timer goes,
 * and the callbacks after it run all the same.
 */
export function guarded(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** Listeners in the order they came; one that leaves or joins while they are called does not disturb it. */
export class Listeners {
  readonly #listeners = new Set<() => void>()

  /** Returns the unsubscriber. */
  add(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  get size(): number {
    return this.#listeners.size
  }

  call(): void {
    const present = [...this.#listeners]
    for (const listener of present) if (this.#listeners.has(listener)) guarded(listener)
  }
}
