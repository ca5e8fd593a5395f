/** The built browser shell as a process of its own, with its vault open and a page's client on its real WebSocket. */
import * as jsonRpc from 'vscode-jsonrpc/node'
import { WebSocket } from 'ws'
import { systemClock } from '../../electron/shells/node/system.ts'
import { createClient, type Client } from '../../renderer/client/client.ts'
import { socketLink } from '../../renderer/client/socket-link.ts'
import { MAX_FRAME_LENGTH, type CaseView, type State } from '../../shared/contract/index.ts'
import { startBrowserShell, type RunningShell } from '../support/browser-shell.ts'
import { Watched } from '../support/connect.ts'
import { deferred } from '../support/deferred.ts'
import { PASSPHRASE } from './first-start.ts'

export class Program {
  readonly client: Client
  /** Where its page would be served from, for WebAuthn. */
  readonly origin: string
  readonly #shell: RunningShell
  readonly #cases: Watched<'cases'>
  readonly #bench: Watched<'bench'>
  readonly #devices: Watched<'devices'>
  isKilled = false

  private constructor(shell: RunningShell, origin: string, client: Client) {
    this.#shell = shell
    this.origin = origin
    this.client = client
    this.#cases = new Watched(client, 'cases', {})
    this.#bench = new Watched(client, 'bench', {})
    this.#devices = new Watched(client, 'devices', {})
  }

  /** Starts it on what is in `dataDir`, unlocks, and waits until the cases are told. Throws where the vault is not whole and ours. */
  static async start(dataDir: string): Promise<Program> {
    const shell = await startBrowserShell(dataDir, '--demo', '--log')
    const { host, port, hash } = new URL(shell.url)
    const link = socketLink({
      url: `ws://127.0.0.1:${port}/wire`,
      token: hash.slice(1),
      clock: systemClock,
      open: (url, protocols) =>
        new WebSocket(url, protocols, {
          headers: { Host: host, Origin: `http://${host}` },
          perMessageDeflate: false,
          maxPayload: MAX_FRAME_LENGTH,
        }),
    })
    const client = createClient(link, jsonRpc)
    await client.call('vault.unlock', { passphrase: PASSPHRASE })
    const vault = await new Watched(client, 'vault', {}).until(({ state }) => state === 'unlocked')
    if (vault.state !== 'unlocked' || vault.heldBy !== undefined || vault.fellBack || vault.rolledBack)
      throw new Error(`the vault opened, but not as it was left: ${JSON.stringify(vault)}`)
    const program = new Program(shell, `http://${host}`, client)
    await Promise.all([program.#cases.until(), program.#bench.until(), program.#devices.until(isRead)])
    return program
  }

  get cases(): Readonly<Record<string, CaseView>> {
    return this.#cases.last ?? {}
  }
  get bench(): State<'bench'> {
    return this.#bench.last!
  }
  untilBench(is: (state: State<'bench'>) => boolean): Promise<State<'bench'>> {
    return this.#bench.until(is)
  }
  async identity(identityId: string) {
    await this.client.call('devices.refresh', {})
    const { identities } = await this.#devices.until(isRead)
    const found = identities.find(({ ref }) => ref.identityId === identityId)
    if (!found) throw new Error(`nobody is called ${identityId}`)
    return found
  }
  /** All it wrote to the terminal. */
  get output(): string {
    return this.#shell.output()
  }

  /** SIGKILL: nothing of it runs any more, nothing is tidied up. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.isKilled = true
    const gone = this.#shell.stop('SIGKILL')
    const cut = deferred()
    const { link } = this.client
    if (link.status !== 'open') cut.resolve()
    else link.onStatus(() => link.status !== 'open' && cut.resolve())
    await Promise.all([gone, cut.promise])
    link.stop()
  }
}

const isRead = ({ backends }: State<'devices'>) => backends.every(({ state }) => state === 'ready')
