/** The command line as a program: the same services in this process, for one command. */
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { composeDemo, composeReal } from './compose.ts'
import { parseSocketPlace } from './fido/index.ts'
import type { SettingsStore, Shell } from './services/ports.ts'
import { inProcess, type Connect } from './shells/cli/app.ts'
import { EXIT } from './shells/cli/exit-codes.ts'
import { CommandFault } from './shells/cli/fault.ts'
import { main } from './shells/cli/program.ts'
import { terminalIo } from './shells/cli/terminal.ts'
import { awsPlace } from './shells/node/aws-place.ts'
import { developerKey } from './shells/node/developer-key.ts'
import { forkHidHost } from './shells/node/hid-host.ts'
import { createLog } from './shells/node/log.ts'
import { dataFolder } from './shells/node/paths.ts'
import { endOnFaults, keepFilesPrivate, onEndSignal } from './shells/node/run.ts'
import { systemClock, systemRandom } from './shells/node/system.ts'

declare const __LATCHKEY_VERSION__: string

const shell: Shell = {
  kind: 'cli',
  clipboard: { where: 'page' },
  webauthn: undefined,
  startHidHost: () => forkHidHost(fileURLToPath(new URL('hid-host.js', import.meta.url))),
  onLockWish: () => () => {},
  quit: () => {},
}
/** A command is over before a setting could matter. */
const noSettings: SettingsStore = { read: () => ({}), write: () => {}, movedAside: undefined }

const connect: Connect = async ({ dataDir: given, demo, developer }, signal) => {
  const clock = systemClock
  const opened = developerKey(process.env, developer === true)
  if (opened.developerKey !== undefined) {
    if (!parseSocketPlace(opened.developerKey).ok) {
      const words = 'LATCHKEY_KEY must be unix:PATH or tcp:127.0.0.1:PORT, a socket on this computer.'
      throw new CommandFault(EXIT.usage, 'no-place-for-a-key', words)
    }
    process.stderr.write('A key for developers is open (LATCHKEY_KEY); it is no real key.\n')
  }
  const dataDir = dataFolder({
    platform: process.platform,
    env: process.env,
    homedir: homedir(),
    isDemo: demo,
    ...(given === undefined ? {} : { override: resolve(given) }),
  })
  const compose = demo ? composeDemo : composeReal
  const services = await compose({
    shell,
    settings: noSettings,
    log: createLog(clock, (line) => process.stderr.write(line), false),
    clock,
    random: systemRandom,
    dataDir,
    version: __LATCHKEY_VERSION__,
    importWorker: new URL('import-worker.js', import.meta.url),
    keysWithoutVault: true,
    ...awsPlace({ env: process.env, homedir: homedir(), isDeveloper: developer === true }),
    ...opened,
  })
  return inProcess(services, signal, clock)
}

keepFilesPrivate()
endOnFaults()
const io = terminalIo()
onEndSignal(() => {
  if (!io.interrupt()) process.exit(130)
})
process.exitCode = await main(process.argv.slice(2), io, connect, __LATCHKEY_VERSION__)
io.close()
