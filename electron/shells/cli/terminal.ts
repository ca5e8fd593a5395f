/** The person's terminal: standard streams, and a question whose answer is not shown. */
import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { Interrupted, readInput, type CliIo } from './io.ts'

/** Asked on the terminal itself, so that standard input may carry something else. */
const TERMINAL = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty'

export const terminalIo = (): CliIo & { close(): void } => ({
  stdin: readInput(process.stdin),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  askSecret,
  close: () => void process.stdin.destroy(),
})

async function askSecret(prompt: string): Promise<string | undefined> {
  let terminal: ReadStream
  try {
    terminal = new ReadStream(openSync(TERMINAL, 'r'))
  } catch {
    return undefined
  }
  process.stderr.write(prompt)
  terminal.setRawMode(true)
  terminal.setEncoding('utf8')
  try {
    let typed: readonly string[] = []
    for await (const text of terminal as AsyncIterable<string>) {
      const state = type(typed, text)
      if (state.end === 'entered') return state.typed.join('')
      if (state.end === 'interrupted') throw new Interrupted()
      typed = state.typed
    }
    throw new Interrupted()
  } finally {
    terminal.setRawMode(false)
    terminal.destroy()
    process.stderr.write('\n')
  }
}

export interface Typing {
  readonly typed: readonly string[]
  readonly end?: 'entered' | 'interrupted'
}

/** Letters as a terminal in raw mode gives them, with the keys that people correct themselves with. */
export function type(before: readonly string[], text: string): Typing {
  let typed = [...before]
  // An arrow or function key comes as an escape sequence; it is no part of a passphrase.
  // oxlint-disable-next-line no-control-regex -- ESC is what begins one
  for (const letter of text.replace(/\u001b(\[[0-9;]*[A-Za-z~]|O[A-Z])/g, '')) {
    if (letter === '\r' || letter === '\n') return { typed, end: 'entered' }
    if (letter === '\u0003') return { typed: [], end: 'interrupted' }
    if (letter === '\u0004') return { typed, end: typed.length === 0 ? 'interrupted' : 'entered' }
    if (letter === '\u007f' || letter === '\b') typed = typed.slice(0, -1)
    else if (letter === '\u0015') typed = []
    else if (letter >= ' ') typed.push(letter)
  }
  return { typed }
}
