/** What the parts of the wire suite share: a wire of the kind under test, served, and the page's end of it. */
import { CallError, type Wire } from '../../../shared/contract/index.ts'
import { connect, type Connected } from '../../support/connect.ts'
import { deferred } from '../../support/deferred.ts'
import { RawFrames } from '../../support/raw-frames.ts'
import type { ScriptedPerson } from '../../support/scripted-person.ts'
import { stubServices } from '../../support/services-stub.ts'

export interface WirePair {
  readonly client: Wire
  readonly server: Wire
  dispose(): Promise<void>
}

/** A kind of wire, for one test after the other. */
export interface WireKind {
  readonly kind: string
  /** A new pair, disposed of after the test. */
  readonly pair: () => Promise<WirePair>
  /** A client against stub services over a new pair. */
  readonly served: (own?: Parameters<typeof stubServices>[0], person?: ScriptedPerson) => Promise<Served>
}

export interface Served extends Connected {
  readonly raw: RawFrames
  readonly server: Wire
}

export async function serveStub(
  { client, server }: WirePair,
  own: Parameters<typeof stubServices>[0] = {},
  person?: ScriptedPerson,
): Promise<Served> {
  const raw = new RawFrames(client)
  const connected = connect(stubServices(own), { wires: [client, server], ...(person && { person }) })
  return { ...connected, raw, server }
}

export const PLANTED = 'planted-secret-7f3a'
export const CONFIRM = {
  operation: 'remove',
  object: 'phone',
  effects: [{ effect: 'last-way-in', facts: { identity: 'root', devices: 1 } }],
  nonce: 'n1',
}
export const DEVICE = { backendId: 'demo', identityId: 'root', deviceId: 'phone' }

/** Frames that came out of an end, and a wait for so many. */
export function collect(wire: Wire) {
  const frames: string[] = []
  let wanted = Number.POSITIVE_INFINITY
  let enough = () => {}
  wire.onMessage((frame) => {
    frames.push(frame)
    if (frames.length >= wanted) enough()
  })
  return {
    frames,
    async count(count: number): Promise<string[]> {
      const { promise, resolve } = deferred()
      wanted = count
      enough = resolve
      if (frames.length >= count) resolve()
      await promise
      return frames
    },
  }
}

export async function failure(call: Promise<unknown>): Promise<CallError['error']> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof CallError)) throw new Error(`expected a CallError, not ${String(error)}`)
  return error.error
}

export function untilAborted(signal: AbortSignal, begun: () => void): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
    begun()
  })
}
