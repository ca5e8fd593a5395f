/**
 * How far this computer's clock is from the server's, from the `Date` of its answers (whole seconds, RFC 9110 §6.6.1). Each
 * answer gives bounds; they are narrowed by every further one, and begun anew when one contradicts them: a clock was set.
 */

const DATE_RESOLUTION_MS = 1000

export interface ServerTime {
  readonly offsetMs: number
  readonly uncertaintyMs: number
}

export class ServerClock {
  #least = Number.NEGATIVE_INFINITY
  #most = Number.POSITIVE_INFINITY
  #heardAt: number | undefined

  /** Takes an answer's `Date`; what is no date is passed over. Times are this computer's, in milliseconds. */
  hear(date: string | undefined, sentAt: number, receivedAt: number): void {
    const at = date === undefined ? Number.NaN : Date.parse(date)
    if (!Number.isFinite(at) || receivedAt < sentAt) return
    const least = at - receivedAt
    const most = at + DATE_RESOLUTION_MS - sentAt
    const fits = least <= this.#most && most >= this.#least
    this.#least = fits ? Math.max(least, this.#least) : least
    this.#most = fits ? Math.min(most, this.#most) : most
    this.#heardAt = receivedAt
  }

  /** `undefined` before the first answer. */
  get time(): ServerTime | undefined {
    if (this.#heardAt === undefined) return undefined
    return {
      offsetMs: Math.round((this.#least + this.#most) / 2),
      uncertaintyMs: Math.ceil((this.#most - this.#least) / 2),
    }
  }

  /** When the last answer came, by this computer's clock. */
  get heardAt(): number | undefined {
    return this.#heardAt
  }
}
