/** The log of the plain-Node shells: one JSON object a line on standard error. Events and facts only, never a request. */
import type { Log } from '../../services/ports.ts'
import type { Clock } from '../../../shared/kit/index.ts'

export function createLog(clock: Clock, write: (line: string) => void, wantsInfo: boolean): Log {
  const line = (level: 'info' | 'error', event: string, facts: Parameters<Log['info']>[1]) =>
    write(`${JSON.stringify({ at: new Date(clock.now()).toISOString(), level, event, ...facts })}\n`)
  return {
    info: (event, facts) => (wantsInfo ? line('info', event, facts) : undefined),
    error: (event, facts) => line('error', event, facts),
  }
}
