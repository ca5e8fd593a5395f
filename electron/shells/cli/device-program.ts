/** The commands about backends and devices. */
import type { Command } from 'commander'
import type { CliApp } from './app.ts'
import type { Asking } from './asking.ts'
import type { Answer } from './commands.ts'
import {
  listBackends,
  listDevices,
  registerHardware,
  registerVirtual,
  removeDevice,
  resync,
  type TypeCode,
  type Whose,
} from './device-commands.ts'

/** How long backends are waited for. */
const READ_MS = 15_000

export interface Registering {
  command(parent: Command, usage: string, summary: string): Command
  /** Runs with the vault open. */
  unlocked<O extends object>(
    options: O,
    work: (app: CliApp, ask: Asking, signal: AbortSignal) => Promise<Answer>,
  ): Promise<void>
}

export function addDeviceCommands(program: Command, { command, unlocked }: Registering): void {
  const whose = (of: Command): Command =>
    of.option('--backend <name>', 'only of this one').option('--identity <name>', 'only of this one')
  const run = <O extends Whose>(
    options: O,
    work: (app: CliApp, typeCode: TypeCode, reading: AbortSignal) => Promise<Answer>,
  ) =>
    unlocked(options, (app, ask, signal) =>
      work(app, (prompt) => ask.otherPassphrase(prompt), AbortSignal.any([signal, AbortSignal.timeout(READ_MS)])),
    )
  const lines = '\nWith --passphrase-stdin, codes are the lines after the passphrase.'

  command(program, 'backends', 'the backends that are set up, and how each stands').action((options: Whose) =>
    run(options, (app, _typeCode, reading) => listBackends(app, reading)),
  )
  whose(command(program, 'devices', 'the MFA devices of every identity at every backend')).action((options: Whose) =>
    run(options, (app, _typeCode, reading) => listDevices(app, options, reading)),
  )
  const register = program.command('register').description('register a device')
  whose(command(register, 'virtual', 'a virtual device: made, enabled, and its codes in the vault'))
    .option('--name <name>', 'its name at the backend')
    .action((options: Whose & { readonly name?: string }) =>
      run(options, (app, typeCode, reading) => registerVirtual(app, options, options.name, typeCode, reading)),
    )
  whose(command(register, 'hardware', 'a hardware token, by its serial number and two codes in a row'))
    .argument('<serial>')
    .addHelpText('after', lines)
    .action((serial: string, options: Whose) =>
      run(options, (app, typeCode, reading) => registerHardware(app, options, serial, typeCode, reading)),
    )
  whose(command(program, 'resync', 'put a drifted device right by two codes in a row'))
    .argument('<device>', 'its name, serial number or id')
    .addHelpText('after', lines)
    .action((device: string, options: Whose) =>
      run(options, (app, typeCode, reading) => resync(app, options, device, typeCode, reading)),
    )
  whose(command(program, 'remove', 'remove a device from its identity'))
    .argument('<device>', 'its name, serial number or id')
    .option('--yes <name>', 'the name of the device, said again')
    .action((device: string, options: Whose & { readonly yes?: string }) =>
      run(options, (app, typeCode, reading) => removeDevice(app, options, device, options.yes, typeCode, reading)),
    )
}
