/** How a command for a key is spelled and run: its options, the key that is meant, Ctrl-C. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { callError } from '../../../shared/contract/index.ts'
import type { CliApp, Connect } from './app.ts'
import { asking, refuseUnopenable } from './asking.ts'
import type { Answer } from './commands.ts'
import { conclude } from './conclude.ts'
import type { ExitCode } from './exit-codes.ts'
import type { CliIo } from './io.ts'
import { atKey, type AtKey } from './key-commands.ts'
import { keyPerson, type KeyPerson, type PersonOptions } from './key-person.ts'

export interface KeyOptions extends PersonOptions {
  readonly json?: true
  readonly demo?: true
  readonly dataDir?: string
  readonly vault?: true
  readonly passphraseStdin?: true
  readonly developer?: true
  readonly touch?: true
}

export interface Host {
  readonly io: CliIo
  readonly connect: Connect
  /** How the command ended. */
  ended(exit: ExitCode): void
}

const KEY_HELP = `
KEY is a key's name, serial number, model or number in the list ("latchkey keys"), or the beginning of one. It can be
left out where one key is plugged in. No vault is needed; with --vault it is opened first, and what is read of the key
is remembered in it.`

const PIN_HELP = `
The PIN is asked for on the terminal, or is a line of standard input with --pin-stdin (after the passphrase, where there
is one). A wrong one ends the command at once; the error says how many tries are left.`

const YES_HELP = `
It says what would be done and asks. Without a terminal --yes NAME-OF-KEY answers it, where the name is exactly the one
that "latchkey keys" prints; another --yes names what is an only way in.`

export function several(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value]
}
export function wholeNumber(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}

export const common = (command: Command): Command =>
  command
    .option('--json', 'print one JSON value, for scripts')
    .option('--vault', 'open the vault first: keys go by their names, and what is read is remembered')
    .option('--passphrase-stdin', 'with --vault: read the passphrase from the first line of standard input')
    .option('--data-dir <folder>', 'where the vault is, instead of the usual place')
    .option('--demo', "the demo's keys")
    .option('--developer', 'open the key that LATCHKEY_KEY names too: a socket on this computer, for tests')

/** A command for one key. */
export function keyCommand<O = object>(
  host: Host,
  parent: Command,
  name: string,
  summary: string,
  work: (at: AtKey, options: O) => Promise<Answer> | Answer,
): Command {
  return common(parent.command(name).description(summary))
    .argument('[key]', 'which key')
    .option('--touch', 'the key that is touched')
    .addHelpText('after', KEY_HELP)
    .action((wanted: string | undefined, options: KeyOptions & O) =>
      run(host, options, async (app, person) =>
        work(await atKey(app, person, wanted, options.touch === true), options),
      ),
    )
}

export const takesPin = (command: Command): Command =>
  command
    .option('--pin-stdin', 'read the PIN from a line of standard input')
    .addOption(
      new Option('--last-tries <number>', 'so many tries of the PIN are left (1 or 2), and one may be used').argParser(
        wholeNumber,
      ),
    )
    .addHelpText('after', PIN_HELP)

export const asks = (command: Command): Command =>
  command
    .addOption(new Option('--yes <name-of-key>', 'the answer, for the key of exactly that name').argParser(several))
    .addHelpText('after', YES_HELP)

/** Opens the services, keeps the keys open while the command runs, and lets Ctrl-C end what a key waits for. */
export async function run(
  { io, connect, ended }: Host,
  options: KeyOptions,
  work: (app: CliApp, person: KeyPerson) => Promise<Answer | undefined>,
): Promise<void> {
  const exit = await conclude(io, options.json === true, async () => {
    const stop = new AbortController()
    const interrupted = new AbortController()
    const { dataDir, demo, developer, vault, passphraseStdin } = options
    const app = await connect({ dataDir, demo: demo === true, developer: developer === true }, stop.signal)
    let letGo = () => {}
    try {
      if (vault) {
        refuseUnopenable(app)
        await app.call('vault.unlock', {
          passphrase: await asking(io, passphraseStdin === true).passphrase('Passphrase: '),
        })
      }
      const ignore = io.onInterrupt(() => interrupted.abort(callError('cancelled', {})))
      const release = app.watch('keys', {}, () => {})
      letGo = () => {
        release()
        ignore()
      }
      return await work(app, keyPerson(io, options, interrupted.signal))
    } finally {
      letGo()
      stop.abort()
      await app.close()
    }
  })
  ended(exit)
}
