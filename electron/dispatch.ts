/**
 * The one guarded door between a wire and the services, written once for every shell. It lets in calls and topics of the
 * contract with arguments of their schemas, lets out what the schemas of answers, states and errors allow, and ends all
 * that belongs to a wire with it.
 */
import { createMessageConnection, ResponseError, type CancellationToken } from 'vscode-jsonrpc/node'
import type { ContractError, Wire } from '../shared/contract/index.ts'
import { CALL, CONTRACT_ERROR, UNWATCH, WATCH } from '../shared/contract/protocol.ts'
import type { Clock } from '../shared/kit/index.ts'
import { createCallRunner } from './dispatch/calls.ts'
import { createFaults, unknownCall } from './dispatch/faults.ts'
import { createGate, MAX_BAD_FRAMES } from './dispatch/gate.ts'
import { createWatches } from './dispatch/watches.ts'
import type { Services } from './services/handlers.ts'
import type { Log } from './services/ports.ts'

export interface ServeOptions {
  /** Told of faults by code, place and diagnostic id. */
  readonly log: Log
  readonly clock: Clock
}

/**
 * Serves a wire until it closes. Then questions that wait are rejected with `disconnected`, the signals of its calls are
 * aborted and its topics are no longer watched; what must be finished all the same is the handlers' own business.
 */
export function serve(wire: Wire, services: Pick<Services, 'handlers' | 'topics'>, { log, clock }: ServeOptions): void {
  const faults = createFaults(log, clock)
  const gate = createGate(wire, {
    onBadFrame(why, count) {
      // The first is worth a line, and so is the end; those between would only fill the log.
      if (count === 1) log.error('frame-refused', { why })
      if (count === MAX_BAD_FRAMES) log.error('wire-closed-for-bad-frames', { why, count })
    },
    unwritable: () => faults.internal('response-not-json', {}),
  })
  const connection = createMessageConnection(gate.reader, gate.writer, undefined, { messageStrategy: gate.strategy })
  const calls = createCallRunner(connection, services.handlers, faults)
  const watches = createWatches(connection, services.topics, faults)

  const request = async (method: string, params: unknown, token: CancellationToken): Promise<unknown> => {
    if (method === WATCH) {
      const error = watches.watch(params)
      return error ? refusal(error) : null
    }
    if (method !== CALL) return refusal(unknownCall(method))
    const outcome = await calls.run(params, token)
    watches.flush()
    return 'error' in outcome ? refusal(outcome.error) : outcome.result
  }
  connection.onRequest((method, params, token) => request(method, params, token))
  connection.onNotification(UNWATCH, (params: unknown) => watches.unwatch(params))
  connection.listen()

  wire.onClose(() => {
    calls.close()
    watches.close()
    connection.dispose()
  })
}

const refusal = (error: ContractError) => new ResponseError(CONTRACT_ERROR, error.code, error)
