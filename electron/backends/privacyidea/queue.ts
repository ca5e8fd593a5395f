/** The one queue of a server: so many requests at a time, and of writes one. */

/** Of one backend (backends.md §5: manners). */
export const AT_ONCE = 4

export interface Queue {
  /** Rejects with the signal's reason where that comes before its turn. */
  read<T>(run: () => Promise<T>, signal: AbortSignal): Promise<T>
  /** Writes go one after the other, in order. */
  write<T>(run: () => Promise<T>): Promise<T>
}

export function createQueue(atOnce = AT_ONCE): Queue {
  const waiting: (() => void)[] = []
  let running = 0
  let lastWrite: Promise<unknown> = Promise.resolve()

  const enter = (signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const start = () => {
        signal?.removeEventListener('abort', leave)
        running += 1
        resolve()
      }
      const leave = () => {
        const place = waiting.indexOf(start)
        if (place >= 0) waiting.splice(place, 1)
        reject(signal!.reason)
      }
      if (running < atOnce) return start()
      signal?.addEventListener('abort', leave, { once: true })
      waiting.push(start)
    })
  const within = async <T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    await enter(signal)
    try {
      return await run()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }

  return {
    read: within,
    write(run) {
      const turn = lastWrite.then(() => within(run))
      lastWrite = turn.catch(() => undefined)
      return turn
    },
  }
}
