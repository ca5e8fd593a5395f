/** Work at several backends at once, a few accounts of each at a time, and never two tasks of one account. */

/** Accounts of one backend that are worked on at the same time: a provider counts calls, and a person watches. */
export const AT_ONCE = 4

export interface Place {
  readonly lane: string
  /** Things in one place are done one after the other. */
  readonly spot: string
}

/**
 * Runs `work` for each thing, in their order within a lane. Once aborted nothing new is begun; resolves when what was begun has
 * ended. `work` must not reject.
 */
export async function inLanes<T>(
  things: readonly T[],
  placeOf: (thing: T) => Place,
  work: (thing: T) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const lanes = new Map<string, Map<string, T[]>>()
  for (const thing of things) {
    const { lane, spot } = placeOf(thing)
    const spots = lanes.get(lane) ?? new Map<string, T[]>()
    lanes.set(lane, spots.set(spot, [...(spots.get(spot) ?? []), thing]))
  }
  await Promise.all(
    [...lanes.values()].flatMap((spots) => {
      const waiting = [...spots.values()]
      const worker = async () => {
        for (let spot = waiting.shift(); spot; spot = waiting.shift()) {
          for (const thing of spot) {
            if (signal.aborted) return
            await work(thing)
          }
        }
      }
      return Array.from({ length: Math.min(AT_ONCE, waiting.length) }, worker)
    }),
  )
}
