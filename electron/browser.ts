/** The browser shell as a program: services in this process, the page in the person's browser. */
import { spawn } from 'node:child_process'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError, Option } from 'commander'
import { composeDemo, composeReal } from './compose.ts'
import { serve } from './dispatch.ts'
import type { Shell } from './services/ports.ts'
import { startBrowserShell } from './shells/browser/index.ts'
import { forkHidHost } from './shells/node/hid-host.ts'
import { awsPlace } from './shells/node/aws-place.ts'
import { developerKey } from './shells/node/developer-key.ts'
import { createLeaving } from './shells/node/left.ts'
import { createLog } from './shells/node/log.ts'
import { openInBrowser } from './shells/node/open-url.ts'
import { createDataFolder, dataFolder } from './shells/node/paths.ts'
import { endOnFaults, keepFilesPrivate, onEndSignal } from './shells/node/run.ts'
import { openSettingsFile } from './shells/node/settings-file.ts'
import { systemClock, systemRandom } from './shells/node/system.ts'

declare const __LATCHKEY_VERSION__: string

interface Options {
  readonly demo?: boolean
  readonly open: boolean
  readonly port: number
  readonly dataDir?: string
  readonly idleStop: number
  readonly localhost?: boolean
  readonly log?: boolean
  readonly developer?: boolean
}

const number = (most: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= most) return value
  throw new InvalidArgumentError(`It must be a whole number up to ${most}.`)
}

keepFilesPrivate()
endOnFaults()
const options = new Command('latchkey-browser')
  .description('Latchkey in the browser, served to this computer alone')
  .version(__LATCHKEY_VERSION__)
  .option('--demo', 'a simulated world, with a vault of its own')
  .option('--no-open', 'print the address and open no browser')
  .addOption(
    new Option('--port <number>', 'another one is taken where it is in use').default(0).argParser(number(65_535)),
  )
  .option('--data-dir <folder>', 'where vault and settings are, instead of the usual place')
  .addOption(
    new Option('--idle-stop <seconds>', 'stop this long after the last page closed; 0: never')
      .default(600)
      .argParser(number(86_400)),
  )
  .option('--localhost', "for a browser that can't find latchkey.localhost: codes work there, security keys do not")
  .option(
    '--developer',
    'open the key that LATCHKEY_KEY names, ask LATCHKEY_AWS_ENDPOINT in the place of AWS: both on this computer, for tests',
  )
  .option('--log', 'say on standard error what happens: events and codes, no secrets')
  .parse()
  .opts<Options>()
await run(options)

async function run(given: Options) {
  const { demo = false, open, port, idleStop, localhost, log: wantsLog, developer } = given
  const clock = systemClock
  const random = systemRandom
  const log = createLog(clock, (line) => process.stderr.write(line), wantsLog === true)
  const dataDir = dataFolder({
    platform: process.platform,
    env: process.env,
    homedir: homedir(),
    isDemo: demo,
    ...(given.dataDir === undefined ? {} : { override: resolve(given.dataDir) }),
  })
  await createDataFolder(dataDir)

  const leaving = createLeaving(clock)
  const page = await startBrowserShell({
    rendererDir: fileURLToPath(new URL('../renderer', import.meta.url)),
    onWire(wire) {
      leaving.arrived(wire)
      void services.then((ready) => serve(wire, ready, { log, clock }))
    },
    clock,
    random,
    log,
    port,
    hostName: localhost ? 'localhost' : 'latchkey.localhost',
    ...(idleStop > 0 ? { idleStopMs: idleStop * 1000 } : {}),
    onIdle: () => void end(),
  })
  const shell: Shell = {
    kind: 'browser',
    clipboard: { where: 'page' },
    webauthn: localhost ? undefined : { origin: page.origin, rpId: 'latchkey.localhost' },
    startHidHost: () => forkHidHost(fileURLToPath(new URL('hid-host.js', import.meta.url))),
    onLockWish: leaving.onLeft,
    quit: () => void end(),
  }
  const settings = openSettingsFile(dataDir, clock.now())
  const compose = demo ? composeDemo : composeReal
  const services = compose({
    shell,
    settings,
    log,
    clock,
    random,
    dataDir,
    version: __LATCHKEY_VERSION__,
    importWorker: new URL('import-worker.js', import.meta.url),
    ...developerKey(process.env, developer === true),
    ...awsPlace({ env: process.env, homedir: homedir(), isDeveloper: developer === true }),
  })

  let ending: Promise<void> | undefined
  const end = () =>
    (ending ??= (async () => {
      const { close } = await services
      await Promise.all([page.close(), close()])
      process.exit(0)
    })())
  onEndSignal(() => void end())

  await services
  process.stdout.write(`Latchkey: ${page.url}\n`)
  // A continuous integration has nobody to look at a browser.
  if (open && !process.env.CI) {
    await openInBrowser(page.ticketUrl(), { platform: process.platform, env: process.env, spawn })
  }
}
