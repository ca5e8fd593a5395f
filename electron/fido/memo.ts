/** A value that is loaded once and kept until it may have changed. */
export class Memo<T> {
  #value: Promise<T> | undefined

  /** The value kept, or else what `load` gives; a load that fails is not kept. */
  get(load: () => Promise<T>): Promise<T> {
    if (this.#value) return this.#value
    const value = load()
    this.#value = value
    value.catch(() => {
      if (this.#value === value) this.#value = undefined
    })
    return value
  }

  /** Whoever is loading still gets what it loads, but nobody after. */
  forget(): void {
    this.#value = undefined
  }
}
