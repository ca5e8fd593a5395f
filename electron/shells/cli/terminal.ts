/** The person's terminal: standard streams, and a question whose answer is not shown. */
import { openSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { Interrupted, readInput, type CliIo } from './io.ts'

/** Asked on the terminal itself, so that standard input may carry something else. */
const TERMINAL = process.platform === 'win32' ? '\\\\.\\CONIN$' : '/dev/tty'

export interface TerminalIo extends CliIo {
  /** True where somebody was told that the person wants to stop. */
  interrupt(): boolean
  close(): void
}

export function terminalIo(): TerminalIo {
  const listeners = new Set<() => void>()
  /** Questions that stand: they keep the process alive. */
  const open = new Set<ReadStream>()
  const asking = async (prompt: string, ask: (terminal: ReadStream) => Promise<string>) => {
    const terminal = openTerminal()
    if (!terminal) return undefined
    open.add(terminal)
    process.stderr.write(prompt)
    try {
      return await ask(terminal)
    } finally {
      open.delete(terminal)
      terminal.destroy()
    }
  }
  return {
    stdin: readInput(process.stdin),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    askSecret: (prompt) => asking(prompt, readSecret),
    ask: (prompt) => asking(prompt, readLine),
    onInterrupt(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    interrupt() {
      const told = [...listeners]
      for (const listener of told) listener()
      return told.length > 0
    },
    close() {
      for (const terminal of open) {
        terminal.setRawMode(false)
        terminal.destroy()
      }
      process.stdin.destroy()
    },
  }
}

function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync(TERMINAL, 'r'))
  } catch {
    return undefined
  }
}

/** As the terminal gives it: it shows what is typed, and corrects it, by itself. */
async function readLine(terminal: ReadStream): Promise<string> {
  terminal.setEncoding('utf8')
  let typed = ''
  for await (const text of terminal as AsyncIterable<string>) {
    typed += text
    const end = typed.search(/[\r\n]/)
    if (end >= 0) return typed.slice(0, end)
  }
  throw new Interrupted()
}

async function readSecret(terminal: ReadStream): Promise<string> {
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
    if (!terminal.destroyed) terminal.setRawMode(false)
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
