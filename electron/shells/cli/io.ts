/** What the command line reads from and writes to; a test hands in its own. */

export interface CliIo {
  readonly stdin: CliInput
  out(text: string): void
  err(text: string): void
  /** What was typed on the terminal, unseen; `undefined` where there is no terminal. Throws `Interrupted` on Ctrl-C. */
  askSecret(prompt: string): Promise<string | undefined>
  /** The same, seen as it is typed. */
  ask(prompt: string): Promise<string | undefined>
  /** While one listens, Ctrl-C outside of such a question is told to it and ends nothing else; what is returned stops that. */
  onInterrupt(listener: () => void): () => void
}

/** Standard input, read no further than asked: a parent may keep it open after the first line. */
export interface CliInput {
  /** The next line without its end, or `undefined` at the end of the input. */
  line(): Promise<string | undefined>
  /** All that is left. Throws `TooMuchInput` past `maxBytes`. */
  rest(maxBytes: number): Promise<Uint8Array>
}

export class Interrupted extends Error {}
export class TooMuchInput extends Error {}

const NEWLINE = 0x0a
const MAX_LINE_BYTES = 64 * 1024

export function readInput(chunks: AsyncIterable<Uint8Array>): CliInput {
  const iterator = chunks[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  let isAtEnd = false

  /** False at the end. */
  const more = async () => {
    const { value, done } = await iterator.next()
    if (done) isAtEnd = true
    else held = Buffer.concat([held, value])
    return !isAtEnd
  }
  return {
    async line() {
      for (;;) {
        const end = held.indexOf(NEWLINE)
        if (end >= 0 || isAtEnd) {
          if (isAtEnd && held.length === 0) return undefined
          const line = held.subarray(0, end < 0 ? held.length : end).toString('utf8')
          held = end < 0 ? Buffer.alloc(0) : held.subarray(end + 1)
          return line.replace(/\r$/, '')
        }
        if (held.length > MAX_LINE_BYTES) throw new TooMuchInput()
        await more()
      }
    },
    async rest(maxBytes) {
      do {
        if (held.length > maxBytes) throw new TooMuchInput()
      } while (await more())
      return held
    },
  }
}
