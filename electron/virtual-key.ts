/** The virtual key as a program: served on a socket for anyone's client, until it is ended. SIGUSR2 unplugs and plugs it. */
import { chmodSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command, InvalidArgumentError, Option } from 'commander'
import {
  createVirtualKey,
  readWhere,
  serveKey,
  type Person,
  type StateStore,
  type VirtualKeyOptions,
  type Where,
} from './fido/virtual/index.ts'
import { endOnFaults, keepFilesPrivate, onEndSignal } from './shells/node/run.ts'
import { systemClock, systemRandom } from './shells/node/system.ts'

declare const __LATCHKEY_VERSION__: string

interface Options {
  readonly state?: string
  readonly profile: VirtualKeyOptions['profile']
  readonly attestation: VirtualKeyOptions['attestation']
  readonly sensor: boolean
  readonly person: 'willing' | 'terminal' | 'absent'
  readonly resetWindow: number
}

keepFilesPrivate()
endOnFaults()
const program = new Command('virtual-key')
  .description(
    'A FIDO2 security key in software, for tests and developers. It protects nothing: its keys lie in a file.',
  )
  .version(__LATCHKEY_VERSION__)
  .argument('<where>', 'unix:PATH or tcp:127.0.0.1:PORT (0: a free one)', where)
  .option('--state <file>', 'where it remembers things; without, it forgets all when it ends')
  .addOption(
    new Option('--profile <name>', 'which generation of keys it is')
      .choices(['ctap2.3', 'ctap2.1', 'ctap2.1-pre', 'ctap2.0', 'u2f'])
      .default('ctap2.1'),
  )
  .addOption(new Option('--attestation <kind>', 'what signs registrations').choices(['batch', 'self']).default('batch'))
  .option('--no-sensor', 'a key without a fingerprint sensor')
  .addOption(
    new Option('--person <kind>', 'who holds it: touches at once, asks here, or never answers')
      .choices(['willing', 'terminal', 'absent'])
      .default('willing'),
  )
  .addOption(
    new Option('--reset-window <seconds>', 'how long after power up a reset is taken').default(10).argParser(seconds),
  )
  .parse()
await run(program.processedArgs[0] as Where, program.opts<Options>())

function where(text: string): Where {
  const read = readWhere(text)
  if (read === undefined) throw new InvalidArgumentError('It must be unix:PATH or tcp:127.0.0.1:PORT.')
  return read
}

function seconds(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number of seconds.')
}

async function run(at: Where, options: Options): Promise<void> {
  const key = createVirtualKey({
    clock: systemClock,
    random: systemRandom,
    person: personOf(options.person),
    ...(options.state === undefined ? {} : { state: fileStore(options.state) }),
    options: {
      profile: options.profile,
      attestation: options.attestation,
      hasFingerprintSensor: options.sensor,
      resetWindowMs: options.resetWindow * 1000,
    },
    onFault: (error) => process.stderr.write(`a fault of the virtual key: ${String(error)}\n`),
  })
  if (at.kind === 'unix') removeSocket(at.path)
  const served = await serveKey(key.port, at)
  if (at.kind === 'unix') chmodSync(at.path, 0o600)
  process.on('SIGUSR2', key.powerCycle)
  onEndSignal(() => void served.close().then(() => process.exit(0)))
  process.stdout.write(`virtual key: ${served.where}\n`)
}

function personOf(kind: Options['person']): Person {
  switch (kind) {
    case 'willing':
      return willing()
    case 'terminal':
      return terminal()
    case 'absent':
      return absent()
  }
}

function willing(): Person {
  return {
    touch: async () => 'touched',
    verify: async () => 'matched',
    sample: async () => 'good',
    onWink: () => process.stdout.write('wink\n'),
  }
}

function absent(): Person {
  const never = () => new Promise<never>(() => {})
  return { touch: never, verify: never, sample: never }
}

/** Enter says yes, anything else no. */
function terminal(): Person {
  const lines = createInterface({ input: process.stdin })
  const says = (question: string, signal: AbortSignal) =>
    new Promise<boolean>((resolve) => {
      process.stdout.write(`${question} (Enter, or n)\n`)
      const heard = (line: string) => resolve(line.trim() === '')
      lines.once('line', heard)
      signal.addEventListener('abort', () => lines.off('line', heard), { once: true })
    })
  return {
    touch: async (purpose, signal) => ((await says(`Touch for ${purpose}?`, signal)) ? 'touched' : 'declined'),
    verify: async (signal) => ((await says('Right finger on the sensor?', signal)) ? 'matched' : 'no-match'),
    sample: async (signal) => ((await says('Good sample of the finger?', signal)) ? 'good' : 'poor-quality'),
    onWink: () => process.stdout.write('wink\n'),
  }
}

/** A simulated key's memory needs no more than to be whole: written beside, then moved in place. */
function fileStore(path: string): StateStore {
  return {
    load: () => (statSync(path, { throwIfNoEntry: false }) ? JSON.parse(readFileSync(path, 'utf8')) : undefined),
    save(state) {
      writeFileSync(`${path}.new`, JSON.stringify(state, undefined, 1), { mode: 0o600 })
      renameSync(`${path}.new`, path)
    },
  }
}

/** Only a socket that a run before left behind; any other file stays, and listening on it fails. */
function removeSocket(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path)
}
