/** The command line as a program: the same services in this process, for one command. */
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { composeDemo, composeReal } from './compose.ts'
import type { SettingsStore, Shell } from './services/ports.ts'
import { inProcess } from './shells/cli/app.ts'
import { main, type Connect } from './shells/cli/program.ts'
import { terminalIo } from './shells/cli/terminal.ts'
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

const connect: Connect = async ({ dataDir: given, demo }, signal) => {
  const clock = systemClock
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
  })
  return inProcess(services, signal)
}

keepFilesPrivate()
endOnFaults()
const io = terminalIo()
onEndSignal(() => process.exit(130))
process.exitCode = await main(process.argv.slice(2), io, connect, __LATCHKEY_VERSION__)
io.close()
