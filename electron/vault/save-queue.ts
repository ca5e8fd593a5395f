/** Saves that wait together become one: the latest data is written, and all of them learn how it went. */
import type { Serial } from './serial.ts'

export class SaveQueue<T, R> {
  readonly #serial: Serial
  readonly #write: (data: T) => Promise<R>
  #waiting: { data: T; readonly done: Promise<R> } | undefined

  constructor(serial: Serial, write: (data: T) => Promise<R>) {
    this.#serial = serial
    this.#write = write
  }

  /** Settles when this data, or data handed in later, has been written or has failed to be. */
  save(data: T): Promise<R> {
    if (this.#waiting) {
      this.#waiting.data = data
      return this.#waiting.done
    }
    const done = this.#serial.run(() => {
      const { data } = this.#waiting!
      this.#waiting = undefined
      return this.#write(data)
    })
    this.#waiting = { data, done }
    return done
  }
}
