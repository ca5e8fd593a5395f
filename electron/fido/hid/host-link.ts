/**
 * The program's side of one run of the HID host: calls with their deadlines, and the ports it has open. It is lost once and
 * for all when the host ends, answers nothing in time, or says what can't be read; the host is ended then, whatever it does.
 */
import { fromHex, toHex, type Clock } from '../../../shared/kit/index.ts'
import { HidUnavailable, PortRefused } from '../hid-port.ts'
import { HidHostError, type HostExit } from './host-error.ts'
import {
  readFromHost,
  type FromHost,
  type HostAnswer,
  type HostKey,
  type HostRefusal,
  type ToHost,
} from './host-messages.ts'
import { HostedPort } from './hosted-port.ts'

/** A process that runs the HID host, and the way to it. A shell makes these. */
export interface HostChannel {
  /** Does nothing where the process is gone. */
  post(message: ToHost): void
  onMessage(listener: (message: unknown) => void): void
  /** The process has ended, or was never started. At most once. */
  onExit(listener: (exit: HostExit) => void): void
  /** Ends the process at once, without asking it. */
  kill(): void
}

/** The first listing starts the process and loads the native module; hidapi takes seconds on some computers. */
export const LIST_DEADLINE_MS = 10_000
export const ACCESS_DEADLINE_MS = 10_000
export const OPEN_DEADLINE_MS = 10_000
/** A report takes a millisecond on the wire. */
export const WRITE_DEADLINE_MS = 5_000
export const CLOSE_DEADLINE_MS = 5_000

export interface LinkParts {
  readonly channel: HostChannel
  readonly clock: Clock
  readonly onHint: () => void
  readonly onLost: (lost: HidHostError) => void
}

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never
type Question = Unnumbered<ToHost>
interface Waiting {
  readonly expects: HostAnswer['op']
  readonly resolve: (answer: HostAnswer) => void
  readonly reject: (reason: unknown) => void
  readonly stopTimer: () => void
}

export class HostLink {
  readonly #parts: LinkParts
  readonly #waiting = new Map<number, Waiting>()
  readonly #ports = new Map<number, HostedPort>()
  #lastId = 0
  #lastPort = 0
  #lost: HidHostError | undefined

  constructor(parts: LinkParts) {
    this.#parts = parts
    parts.channel.onMessage((message) => this.#take(message))
    parts.channel.onExit((exit) => this.#lose(new HidHostError('ended', { exit })))
  }

  list(): Promise<{ readonly keys: readonly HostKey[]; readonly isHinting: boolean }> {
    return this.#ask({ op: 'list' }, 'keys', LIST_DEADLINE_MS)
  }

  async canOpen(place: string): Promise<boolean> {
    const answer = await this.#ask({ op: 'can-open', place }, 'access', ACCESS_DEADLINE_MS)
    return answer.canOpen
  }

  /** `onEnd` runs once, when the port has closed for whatever reason. */
  async open(place: string, onEnd: () => void): Promise<HostedPort> {
    const number = ++this.#lastPort
    let hasEnded = false
    const port = new HostedPort({
      listen: () => this.#tell({ op: 'listen', port: number }),
      write: (report) => this.#done({ op: 'write', port: number, report: toHex(report) }, WRITE_DEADLINE_MS),
      close: () => this.#done({ op: 'close', port: number }, CLOSE_DEADLINE_MS),
      onEnd: () => {
        hasEnded = true
        this.#ports.delete(number)
        onEnd()
      },
    })
    // Known before the answer: a device may be gone right after it was opened, and both be told in one breath.
    this.#ports.set(number, port)
    try {
      await this.#done({ op: 'open', place, port: number }, OPEN_DEADLINE_MS)
      return port
    } catch (fault) {
      if (!hasEnded) port.end()
      throw fault
    }
  }

  sendHints(isOn: boolean): void {
    this.#tell({ op: 'hints', isOn })
  }

  /** Ends the host without its being a loss to anyone but who still waits. */
  stop(): void {
    this.#end(new HidHostError('stopped'))
  }

  async #done(question: Question, deadlineMs: number): Promise<void> {
    await this.#ask(question, 'done', deadlineMs)
  }

  #ask<Op extends HostAnswer['op']>(
    question: Question,
    expects: Op,
    deadlineMs: number,
  ): Promise<Extract<HostAnswer, { op: Op }>> {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost)
      const id = ++this.#lastId
      const stopTimer = this.#parts.clock.after(deadlineMs, () => this.#lose(new HidHostError('no-answer')))
      const settle = resolve as (answer: HostAnswer) => void
      this.#waiting.set(id, { expects, resolve: settle, reject, stopTimer })
      this.#parts.channel.post({ ...question, id })
    })
  }

  #tell(message: Exclude<ToHost, { id: number }>): void {
    if (!this.#lost) this.#parts.channel.post(message)
  }

  #take(message: unknown): void {
    if (this.#lost) return
    const told = readFromHost(message)
    if (!told || !this.#isTaken(told)) this.#lose(new HidHostError('malformed'))
  }

  /** False where the host can't mean it. */
  #isTaken(told: FromHost): boolean {
    switch (told.op) {
      case 'hint':
        this.#parts.onHint()
        return true
      case 'report':
        this.#ports.get(told.port)?.received(fromHex(told.report)!)
        return this.#wasOpened(told.port)
      case 'closed':
        this.#ports.get(told.port)?.end(told.isFault ? new Error('the device can not be read') : undefined)
        return this.#wasOpened(told.port)
      default:
        return this.#isAnswered(told)
    }
  }

  /** What comes of a port that was closed meanwhile is dropped. */
  #wasOpened(port: number): boolean {
    return port <= this.#lastPort
  }

  #isAnswered(answer: HostAnswer): boolean {
    const waiting = this.#waiting.get(answer.id)
    if (!waiting || (answer.op !== 'not-done' && answer.op !== waiting.expects)) return false
    this.#waiting.delete(answer.id)
    waiting.stopTimer()
    if (answer.op === 'not-done') waiting.reject(errorOf(answer.why))
    else waiting.resolve(answer)
    return true
  }

  #lose(lost: HidHostError): void {
    if (this.#lost) return
    this.#end(lost)
    this.#parts.onLost(lost)
  }

  #end(reason: HidHostError): void {
    if (this.#lost) return
    this.#lost = reason
    this.#parts.channel.kill()
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject, stopTimer } of waiting) {
      stopTimer()
      reject(reason)
    }
    for (const port of this.#ports.values()) port.end(reason)
  }
}

function errorOf(why: HostRefusal): Error {
  switch (why.kind) {
    case 'unavailable':
      return new HidUnavailable(why.missingLibrary)
    case 'refused':
      return new PortRefused(why.reason)
    case 'failed':
      return new HidHostError('failed')
  }
}
