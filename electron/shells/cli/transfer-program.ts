/** The commands that bring entries in and out, and `vault slots`. */
import { Option, type Command } from 'commander'
import { exportFormat, importFormat, type ExportFormat, type ImportFormat } from '../../../shared/contract/index.ts'
import type { CliApp } from './app.ts'
import type { Asking } from './asking.ts'
import type { Answer } from './commands.ts'
import { exportFile, importFile, listSlots } from './transfer-commands.ts'

export interface Registering {
  /** `latchkey vault …`. */
  readonly vault: Command
  command(parent: Command, usage: string, summary: string): Command
  /** Runs with the vault open. */
  unlocked<O extends object>(
    options: O,
    work: (app: CliApp, asked: { readonly passphrase: string; readonly ask: Asking }) => Promise<Answer> | Answer,
  ): Promise<void>
  /** Reads the next line of standard input. */
  readonly stdinLine: () => Promise<string | undefined>
}

interface ImportOptions {
  readonly format?: ImportFormat
  readonly preview?: true
  readonly passwordStdin?: true
}

const FILE_FORMATS = exportFormat.options.filter((format) => format !== 'sheet')

export function addTransferCommands(program: Command, { vault, command, unlocked, stdinLine }: Registering): void {
  command(vault, 'slots', 'the ways into the vault: passphrase, recovery code, security keys').action(
    (options: object) => unlocked(options, (app) => listSlots(app)),
  )
  command(program, 'import', 'add what is new in a file of another program, with a verdict for each entry')
    .argument('<file>')
    .addOption(new Option('--format <format>', 'against what it looks like').choices(importFormat.options))
    .option('--preview', 'say what would be done, and do nothing')
    .option('--password-stdin', 'read the password of the file from the next line of standard input')
    .addHelpText(
      'after',
      '\nWith --passphrase-stdin, the line after the passphrase is the password of an encrypted file.',
    )
    .action((file: string, options: ImportOptions) =>
      unlocked(options, (app, { ask }) =>
        importFile(app, {
          path: file,
          format: options.format,
          isPreview: options.preview === true,
          password: async () =>
            options.passwordStdin ? ((await stdinLine()) ?? '') : ask.otherPassphrase('Password of the file: '),
        }),
      ),
    )
  command(program, 'export', 'write every entry with its secret, unencrypted, into a new file for another program')
    .argument('<file>')
    .addOption(new Option('--format <format>', 'as what').choices(FILE_FORMATS).default('otpauth-list'))
    .action((file: string, options: { readonly format: Exclude<ExportFormat, 'sheet'> }) =>
      unlocked(options, (app, { passphrase }) => exportFile(app, file, options.format, passphrase)),
    )
}
