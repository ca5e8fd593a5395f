/** A client against services in memory, through the real door on both sides. */
import * as jsonRpc from 'vscode-jsonrpc/node'
import { serve } from '../../electron/dispatch.ts'
import type { Services } from '../../electron/services/handlers.ts'
import type { Log } from '../../electron/services/ports.ts'
import { createClient, type Client } from '../../renderer/client/client.ts'
import { singleLink } from '../../renderer/client/link.ts'
import type { Params, State, TopicName, Wire } from '../../shared/contract/index.ts'
import type { Clock } from '../../shared/kit/index.ts'
import { deferred } from './deferred.ts'
import { FakeClock } from './fake-clock.ts'
import { memoryWire } from './memory-wire.ts'
import type { ScriptedPerson } from './scripted-person.ts'

export interface LogLine {
  readonly level: 'info' | 'error'
  readonly event: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/** A log that a test can read. */
export class MemoryLog implements Log {
  readonly lines: LogLine[] = []
  info(event: string, facts: LogLine['facts'] = {}) {
    this.lines.push({ level: 'info', event, facts })
  }
  error(event: string, facts: LogLine['facts'] = {}) {
    this.lines.push({ level: 'error', event, facts })
  }
  /** All of it as text, for what must not be in it. */
  get text(): string {
    return JSON.stringify(this.lines)
  }
}

export interface Connected {
  readonly client: Client
  readonly log: MemoryLog
  /** Closes the page's end. */
  close(): void
}

export interface ConnectOptions {
  readonly wires?: readonly [client: Wire, server: Wire]
  readonly person?: ScriptedPerson
  readonly clock?: Clock
}

export function connect(services: Pick<Services, 'handlers' | 'topics'>, options: ConnectOptions = {}): Connected {
  const { wires = memoryWire(), person, clock = new FakeClock() } = options
  const [page, server] = wires
  const log = new MemoryLog()
  serve(server, services, { log, clock })
  const client = createClient(singleLink(page), jsonRpc)
  if (person) client.answerAsks(person.handlers)
  return { client, log, close: () => page.close() }
}

/** What a topic has told so far, and a wait for what it will tell. */
export class Watched<T extends TopicName> {
  readonly states: State<T>[] = []
  ended: string | undefined
  readonly stop: () => void
  readonly #waits: { readonly isOver: () => boolean; resolve(): void }[] = []

  constructor(client: Client, topic: T, params: Params<T>) {
    this.stop = client.watch(
      topic,
      params,
      (state) => {
        this.states.push(state)
        this.#look()
      },
      (error) => {
        this.ended = error.code
        this.#look()
      },
    )
  }
  get last(): State<T> | undefined {
    return this.states.at(-1)
  }
  /** Resolves with the first state, from the last one on, of which `is` is true. */
  async until(is: (state: State<T>) => boolean = () => true): Promise<State<T>> {
    const found = () => this.last !== undefined && is(this.last)
    await this.#wait(found)
    return this.last!
  }
  /** Resolves with the code of the error that it ended with. */
  async untilEnd(): Promise<string> {
    await this.#wait(() => this.ended !== undefined)
    return this.ended!
  }
  async #wait(isOver: () => boolean): Promise<void> {
    if (isOver()) return
    const { promise, resolve } = deferred()
    this.#waits.push({ isOver, resolve })
    await promise
  }
  #look() {
    for (const wait of this.#waits) if (wait.isOver()) wait.resolve()
  }
}
