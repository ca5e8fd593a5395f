/** The HID host without a process: its two sides in one, over a channel that carries nothing but JSON, as the real ones do. */
import type { HostChannel, HostExit } from '../../electron/fido/index.ts'
import { serveHost } from '../../electron/fido/hid/serve-host.ts'
import type { ToHost } from '../../electron/fido/hid/host-messages.ts'
import type { KeySource } from '../../electron/fido/hid/source.ts'

export class MemoryHost implements HostChannel {
  /** What the program said, in order. */
  readonly told: ToHost[] = []
  isKilled = false
  /** The host does nothing any more, and says nothing. */
  isHanging = false
  #toProgram: (message: unknown) => void = () => undefined
  #toHost: (message: unknown) => void = () => undefined
  #onExit: (exit: HostExit) => void = () => undefined
  #hasEnded = false

  /** Without a source nobody answers but the test. */
  constructor(source?: KeySource) {
    if (!source) return
    serveHost(
      {
        post: (message) => this.say(message),
        onMessage: (listener) => (this.#toHost = listener),
        end: () => this.crash({ signal: 'SIGKILL' }),
      },
      source,
    )
  }

  post(message: ToHost): void {
    this.told.push(message)
    this.hear(message)
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#toProgram = listener
  }
  onExit(listener: (exit: HostExit) => void): void {
    this.#onExit = listener
  }
  kill(): void {
    this.isKilled = true
    this.crash({ signal: 'SIGKILL' })
  }

  /** Something comes to the host, from the program or not. */
  hear(message: unknown): void {
    this.#carry(message, (copy) => this.#toHost(copy))
  }
  /** Something comes from the host, whatever it may be. */
  say(message: unknown): void {
    this.#carry(message, (copy) => this.#toProgram(copy))
  }
  crash(exit: HostExit = { signal: 'SIGSEGV' }): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    queueMicrotask(() => this.#onExit(exit))
  }
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  #carry(message: unknown, deliver: (copy: unknown) => void): void {
    const copy = message === undefined ? undefined : (JSON.parse(JSON.stringify(message)) as unknown)
    queueMicrotask(() => {
      if (!this.#hasEnded && !this.isHanging) deliver(copy)
    })
  }
}
