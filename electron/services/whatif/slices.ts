/** The loss engine's generators run so that nobody waits: between two slices the event loop goes round. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work that is not worth a turn of its own, in milliseconds: slices are run on until so much is done. */
const A_TURN_MS = 12

/** Resolves with what the slices come to. Rejects with the signal's reason as soon as a slice ends after it was aborted. */
export async function inTurns<T, R>(
  slices: Generator<T, R>,
  signal: AbortSignal,
  onSlice: (slice: T) => void = () => {},
): Promise<R> {
  let since = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const slice = slices.next()
    if (slice.done) return slice.value
    onSlice(slice.value)
    if (performance.now() - since < A_TURN_MS) continue
    await nextTurn()
    since = performance.now()
  }
}
