/** A shell on a fixture page with a fake clock, and WebSocket clients of it, for tests. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { FakeClock } from '../../../../test/support/fake-clock.ts'
import type { Wire } from '../../../../shared/contract/wire.ts'
import { startBrowserShell, type BrowserShell, type BrowserShellOptions } from '../shell.ts'
import { ASSET, fixturePage } from './fixture-page.ts'
import { rawText, upgraded } from './raw-http.ts'
import { acceptedRequests, type Accepted } from './wrong-requests.ts'

export interface RunningShell {
  readonly shell: BrowserShell
  readonly clock: FakeClock
  readonly events: { event: string; facts: Readonly<Record<string, unknown>> }[]
  readonly accepted: Accepted
  readonly token: string
  /** The next wire that a page opens. */
  nextWire(): Promise<Wire>
  /** A page's WebSocket, open, with the shell's end of it. */
  connect(): Promise<{ page: WebSocket; wire: Wire }>
  /** The same by hand: a bare socket that only does what a test writes. */
  connectRaw(): Promise<{ socket: Socket; wire: Wire }>
  stop(): Promise<void>
}

export async function runShell(options: Partial<BrowserShellOptions> = {}): Promise<RunningShell> {
  const files = await fixturePage()
  const clock = new FakeClock()
  const events: RunningShell['events'] = []
  const awaited: ((wire: Wire) => void)[] = []
  const shell = await startBrowserShell({
    rendererDir: files.folder,
    onWire: (wire) => awaited.shift()?.(wire),
    clock,
    random: randomBytes,
    log: {
      info: (event, facts = {}) => events.push({ event, facts }),
      error: (event, facts = {}) => events.push({ event, facts }),
    },
    ...options,
  })
  const { host, hash } = new URL(shell.url)
  const token = hash.slice(1)
  const ticket = shell.ticketUrl().split('#ticket=')[1]!
  const accepted = acceptedRequests({ host, token, asset: ASSET, ticket })
  const nextWire = () => new Promise<Wire>((resolve) => awaited.push(resolve))
  return {
    shell,
    clock,
    events,
    accepted,
    token,
    nextWire,
    async connect() {
      const wire = nextWire()
      const page = new WebSocket(`ws://127.0.0.1:${shell.port}/wire`, ['latchkey', token], {
        headers: { Host: host, Origin: `http://${host}` },
      })
      await once(page, 'open')
      return { page, wire: await wire }
    },
    async connectRaw() {
      const wire = nextWire()
      return { socket: await upgraded('127.0.0.1', shell.port, rawText(accepted.wireUpgrade)), wire: await wire }
    },
    async stop() {
      const stopped = shell.close()
      await clock.advance(5000)
      await stopped
      await files.remove()
    },
  }
}
