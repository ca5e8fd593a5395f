/** The command line: arguments, the passphrase, the answer and the exit code. */
import { Command, CommanderError, Option } from 'commander'
import { LOSSES, type Loss } from '../../../shared/domain/device.ts'
import type { CliApp, Connect } from './app.ts'
import { asking, refuseUnopenable, type Asking } from './asking.ts'
import {
  addEntry,
  linkIn,
  listCodes,
  makeBackup,
  oneCode,
  readPicture,
  restoreBackup,
  type Answer,
} from './commands.ts'
import { conclude } from './conclude.ts'
import { addDeviceCommands } from './device-program.ts'
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-codes.ts'
import type { CliIo } from './io.ts'
import { addKeyCommands } from './key-program.ts'
import { MAX_PICTURE_BYTES } from './picture.ts'
import { addTransferCommands } from './transfer-program.ts'
import { listCases, whatIf } from './whatif-commands.ts'

interface Options {
  readonly json?: true
  readonly demo?: true
  readonly dataDir?: string
  readonly passphraseStdin?: true
  readonly keepBoth?: true
}

/** How long `devices` waits for backends. */
const DEVICES_MS = 15_000

/** Runs one command and says how it ended. Never throws. */
export async function main(argv: readonly string[], io: CliIo, connect: Connect, version: string): Promise<ExitCode> {
  let exit: ExitCode = EXIT.done
  const program = new Command('latchkey')
    .description("Latchkey's vault and devices, for scripts and terminals")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) })
    .addHelpText('after', EXIT_CODES_HELP)

  const command = (parent: Command, usage: string, summary: string) =>
    parent
      .command(usage)
      .description(summary)
      .option('--json', 'print one JSON value, for scripts')
      .option('--data-dir <folder>', 'where the vault is, instead of the usual place')
      .option('--demo', 'use the demo, which has a vault of its own')
      .option('--passphrase-stdin', 'read the passphrase from the first line of standard input')

  const run =
    (work: (app: CliApp, ask: Asking, options: Options, signal: AbortSignal) => Promise<Answer> | Answer) =>
    async (options: Options) => {
      exit = await conclude(io, options.json === true, async () => {
        const stop = new AbortController()
        const place = { dataDir: options.dataDir, demo: options.demo === true }
        const app = await connect(place, stop.signal)
        try {
          return await work(app, asking(io, options.passphraseStdin === true), options, stop.signal)
        } finally {
          stop.abort()
          await app.close()
        }
      })
    }
  const unlocked =
    (work: (app: CliApp, asked: Asked, options: Options, signal: AbortSignal) => Promise<Answer> | Answer) =>
    (options: Options) =>
      run(async (app, ask, _options, signal) => {
        refuseUnopenable(app)
        const passphrase = await ask.passphrase('Passphrase: ')
        await app.call('vault.unlock', { passphrase })
        return work(app, { passphrase, ask }, options, signal)
      })(options)

  const vault = program.command('vault').description('the vault itself')
  command(vault, 'create', 'make a vault; its passphrase is asked twice').action(
    run(async (app, ask) => {
      const passphrase = await ask.newPassphrase()
      await app.call('vault.create', { passphrase })
      return { text: `The vault is made.`, json: { created: true } }
    }),
  )
  command(program, 'codes', 'every entry with its code').action(unlocked((app) => listCodes(app)))
  command(program, 'code', "one entry's code: by its name, words of it, or its id")
    .argument('<name...>')
    .action((name: string[], options: Options) => unlocked((app) => oneCode(app, name.join(' ')))(options))
  command(program, 'add', 'add an entry')
    .argument(
      '<source>',
      `"-" to read an otpauth:// link or a QR picture from standard input (other programs can't see it there);
or the file of a QR picture (PNG or JPEG); or an otpauth:// link, which others on this computer can see while it runs`,
    )
    .option('--keep-both', 'add it although the same account is there already')
    .action((source: string, options: Options) =>
      unlocked(async (app, { ask }) => addEntry(app, await readSource(source, ask), options.keepBoth === true))(
        options,
      ),
    )
  addDeviceCommands(program, {
    command,
    unlocked: (options, work) => unlocked((app, { ask }, _options, signal) => work(app, ask, signal))(options),
  })
  command(program, 'whatif', 'what still opens when something is lost; without --lose, what can be lost')
    .option('--lose <name...>', 'what is lost, by its name or words of it; may be given again')
    .addOption(new Option('--how <how>', 'how it is gone').choices(LOSSES).default('lost'))
    .action((options: Options & { readonly lose?: readonly string[]; readonly how: Loss }) =>
      unlocked((app, _asked, _options, signal) => {
        const enough = AbortSignal.any([signal, AbortSignal.timeout(DEVICES_MS)])
        return whatIf(app, { names: options.lose ?? [], how: options.how }, enough)
      })(options),
    )
  command(program, 'cases', 'what is being registered, resynchronised or replaced, and how far it came').action(
    unlocked((app) => listCases(app)),
  )
  command(program, 'backup', 'write every entry into a new age file, and check it by opening it again')
    .argument('<file>')
    .action((file: string, options: Options) =>
      unlocked((app, { passphrase }) => makeBackup(app, file, passphrase))(options),
    )
  command(program, 'restore', 'add what is new in a backup; nothing that is there is changed')
    .argument('<file>')
    .addHelpText('after', '\nWith --passphrase-stdin, a second line is the passphrase of the backup where it differs.')
    .action((file: string, options: Options) =>
      unlocked(async (app, { passphrase, ask }) =>
        restoreBackup(
          app,
          file,
          (await ask.otherPassphrase("The backup's passphrase (Enter: the same): ")) || passphrase,
        ),
      )(options),
    )

  addTransferCommands(program, {
    vault,
    command,
    unlocked: (options, work) => unlocked((app, asked) => work(app, asked))(options),
    stdinLine: () => io.stdin.line(),
  })
  addKeyCommands(program, { io, connect, ended: (code) => void (exit = code) })

  try {
    await program.parseAsync([...argv], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? EXIT.done : EXIT.usage
  }
  return exit
}

interface Asked {
  readonly passphrase: string
  readonly ask: Asking
}

async function readSource(source: string, ask: Asking): Promise<string> {
  if (source === '-') return linkIn(await ask.rest(MAX_PICTURE_BYTES))
  if (/^(otpauth|otpauth-migration|steam):/i.test(source)) return source
  return linkIn(await readPicture(source))
}
