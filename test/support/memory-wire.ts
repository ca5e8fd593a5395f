import type { Wire } from '../../shared/contract/index.ts'

/**
 * Two ends of a wire within one process. Frames and the closing arrive later and in order, as over a socket: what was sent
 * before an end closed still arrives, and frames wait for the first `onMessage`.
 */
export function memoryWire(): readonly [Wire, Wire] {
  const left = new End()
  const right = new End()
  left.peer = right
  right.peer = left
  return [left, right]
}

type Arrival = { readonly frame: string } | 'closed'

class End implements Wire {
  peer!: End
  #isClosed = false
  #inbox: Arrival[] = []
  #isTurnWanted = false
  #messageListeners: ((frame: string) => void)[] = []
  #closeListeners: (() => void)[] = []

  send(frame: string) {
    if (!this.#isClosed) this.peer.#arrive({ frame })
  }
  onMessage(listener: (frame: string) => void) {
    this.#messageListeners.push(listener)
    this.#wantTurn()
  }
  onClose(listener: () => void) {
    if (this.#isClosed) listener()
    else this.#closeListeners.push(listener)
  }
  close() {
    if (this.#isClosed) return
    this.#end()
    this.peer.#arrive('closed')
  }

  #arrive(arrival: Arrival) {
    this.#inbox.push(arrival)
    this.#wantTurn()
  }
  #wantTurn() {
    if (this.#isTurnWanted) return
    this.#isTurnWanted = true
    setImmediate(() => {
      this.#isTurnWanted = false
      if (this.#messageListeners.length === 0 && !this.#inbox.includes('closed')) return
      for (const arrival of this.#inbox.splice(0)) {
        if (arrival === 'closed') this.#end()
        else this.#receive(arrival.frame)
      }
    })
  }
  #receive(frame: string) {
    if (this.#isClosed) return
    for (const listener of this.#messageListeners) listener(frame)
  }
  #end() {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const listener of this.#closeListeners.splice(0)) listener()
  }
}
