/** The commands for security keys. */
import { Option, type Command } from 'commander'
import type { Request } from '../../../shared/contract/index.ts'
import type { CliApp } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { readBounded, writeNewFile } from './files.ts'
import {
  changePin,
  configure,
  doctor,
  listKeys,
  resetKey,
  selectByTouch,
  setPin,
  showKey,
  watchKeys,
  winkKey,
} from './key-commands.ts'
import {
  deletePasskeys,
  enrolFingerprint,
  getBlob,
  listBlobs,
  listFingerprints,
  listPasskeys,
  putBlob,
  removeFingerprint,
  renameFingerprint,
  renamePasskey,
} from './key-contents.ts'
import type { KeyPerson } from './key-person.ts'
import { asks, common, keyCommand, run, several, takesPin, wholeNumber, type Host, type KeyOptions } from './key-run.ts'

/** What the largest keys keep, and more than a request may hold. */
const MAX_BLOB_BYTES = 65_536

export function addKeyCommands(program: Command, host: Host): void {
  const keys = common(program.command('keys').description('the security keys that are plugged in'))
    .option('--watch', 'go on and print who comes and goes, a line each, until Ctrl-C')
    .addHelpText('after', DEMO_HELP)
  keys.action((options: KeyOptions & { watch?: true }) =>
    run(host, options, (app, person) => (options.watch ? watching(host, app, person, options) : listKeys(app))),
  )
  const key = program.command('key').description('one security key: its PIN, passkeys, fingerprints, settings')
  common(key.command('select').description('which key is touched')).action((options: KeyOptions) =>
    run(host, options, selectByTouch),
  )
  common(key.command('doctor').description('why a key is not seen, and what mends it')).action((options: KeyOptions) =>
    run(host, options, (app, person) => doctor(app, person.signal)),
  )
  keyCommand(host, key, 'info', 'everything the key says of itself', showKey)
  keyCommand(host, key, 'wink', 'make it blink, to tell it from others', winkKey)
  asks(
    keyCommand(host, key, 'reset', 'delete everything on it: unplug it, plug it in and touch it when told', resetKey),
  )

  const pin = key.command('pin').description("the key's PIN")
  const pinLines = '\nWith --pin-stdin the lines are the present PIN (for change alone) and the new one.'
  asks(takesPin(keyCommand(host, pin, 'set', 'set the first PIN', setPin))).addHelpText('after', pinLines)
  asks(takesPin(keyCommand(host, pin, 'change', 'change the PIN', changePin))).addHelpText('after', pinLines)

  addPasskeys(host, key)
  addFingerprints(host, key)
  addConfig(host, key)
  addBlobs(host, key)
}

const DEMO_HELP = `
With --demo they are the demo's own keys. They can be read and changed; touches come from the bench of a running window,
so that here nobody touches one.`

function addPasskeys(host: Host, key: Command): void {
  const passkeys = key.command('passkeys').description('the passkeys on it')
  const which = 'a passkey: its site, "site user", or its id or the beginning of it'
  takesPin(keyCommand(host, passkeys, 'list', 'every passkey on it', listPasskeys))
  takesPin(
    keyCommand<{ passkey: string; userName?: string; displayName?: string }>(
      host,
      passkeys,
      'rename',
      'change the names that a passkey is shown by',
      (at, { passkey, userName, displayName }) => {
        if (userName === undefined && displayName === undefined) {
          throw new CommandFault(EXIT.usage, 'no-name', 'Say what to call it, with --user-name or --display-name.')
        }
        return renamePasskey(at, passkey, { userName, displayName })
      },
    )
      .requiredOption('--passkey <passkey>', which)
      .option('--user-name <name>', 'what the account is called')
      .option('--display-name <name>', 'what its person is called'),
  )
  asks(
    takesPin(
      keyCommand<{ passkey: string[] }>(
        host,
        passkeys,
        'delete',
        'delete passkeys from it for good',
        (at, { passkey }) => deletePasskeys(at, passkey),
      ).addOption(
        new Option('--passkey <passkey>', `${which}; may be given again`).argParser(several).makeOptionMandatory(),
      ),
    ),
  )
}

function addFingerprints(host: Host, key: Command): void {
  const fingerprints = key.command('fingerprints').description('the fingerprints on it')
  const which = 'a fingerprint: its name or id'
  takesPin(keyCommand(host, fingerprints, 'list', 'every fingerprint on it', listFingerprints))
  takesPin(
    keyCommand<{ name?: string }>(
      host,
      fingerprints,
      'enrol',
      'add a finger; what to do is said as it goes',
      (at, { name }) => enrolFingerprint(at, name),
    ).option('--name <name>', 'what to call it'),
  )
  takesPin(
    keyCommand<{ fingerprint: string; name: string }>(
      host,
      fingerprints,
      'rename',
      'give it another name',
      (at, given) => renameFingerprint(at, given.fingerprint, given.name),
    )
      .requiredOption('--fingerprint <fingerprint>', which)
      .requiredOption('--name <name>', 'what to call it'),
  )
  asks(
    takesPin(
      keyCommand<{ fingerprint: string }>(host, fingerprints, 'remove', 'remove a fingerprint', (at, { fingerprint }) =>
        removeFingerprint(at, fingerprint),
      ).requiredOption('--fingerprint <fingerprint>', which),
    ),
  )
}

interface Settings {
  readonly alwaysUv?: 'on' | 'off'
  readonly minPinLength?: number
  readonly for?: string[]
  readonly forcePinChange?: true
  readonly enterpriseAttestation?: true
  readonly longTouchForReset?: true
}

function addConfig(host: Host, key: Command): void {
  asks(
    takesPin(
      keyCommand<Settings>(host, key, 'config', 'print its settings, or change them', (at, given) =>
        configure(at, settingsOf(given)),
      )
        .addOption(new Option('--always-uv <on|off>', 'ask for PIN or finger at every use').choices(['on', 'off']))
        .addOption(new Option('--min-pin-length <number>', 'never shorter again but by a reset').argParser(wholeNumber))
        .addOption(
          new Option('--for <site>', 'a site that may see the shortest length; may be given again').argParser(several),
        )
        .option('--force-pin-change', 'it does nothing more with this PIN but change it')
        .option(
          '--enterprise-attestation',
          'let it tell sites of an enterprise which key it is; only a reset takes it back',
        )
        .option('--long-touch-for-reset', 'a reset needs a long touch; only a reset takes it back'),
    ),
  )
}

type Setting = Request<'keys.configure'>['set']

/** The PIN's own come last: after them the present one may be of no use. */
function settingsOf(given: Settings): Setting[] {
  const { alwaysUv, minPinLength, for: rpIds, forcePinChange, enterpriseAttestation, longTouchForReset } = given
  const isAboutPin = minPinLength !== undefined || rpIds !== undefined || forcePinChange === true
  return [
    alwaysUv === undefined ? [] : [{ setting: 'always-uv' as const, on: alwaysUv === 'on' }],
    enterpriseAttestation ? [{ setting: 'enterprise-attestation' as const }] : [],
    longTouchForReset ? [{ setting: 'long-touch-for-reset' as const }] : [],
    isAboutPin
      ? [
          {
            setting: 'min-pin-length' as const,
            forceChange: forcePinChange === true,
            ...(minPinLength === undefined ? {} : { length: minPinLength }),
            ...(rpIds === undefined ? {} : { rpIds }),
          },
        ]
      : [],
  ].flat()
}

function addBlobs(host: Host, key: Command): void {
  const blobs = key.command('blobs').description('what sites keep on it beside their passkeys (large blobs)')
  const which = 'the passkey it belongs to: its site, "site user", or its id or the beginning of it'
  takesPin(keyCommand(host, blobs, 'list', 'what is there, and how much room is left', listBlobs))
  takesPin(
    keyCommand<{ passkey: string; out?: string }>(
      host,
      blobs,
      'get',
      'read one',
      async (at, { passkey: text, out }) => {
        const { passkey, bytes } = await getBlob(at, text)
        const { credentialId, rpId } = passkey
        const data = Buffer.from(bytes).toString('base64url')
        if (out === undefined) return { text: data, json: { credentialId, rpId, data } }
        await writeNewFile(out, bytes)
        return {
          text: `${bytes.length} bytes in ${out}.`,
          json: { credentialId, rpId, file: out, bytes: bytes.length },
        }
      },
    )
      .requiredOption('--passkey <passkey>', which)
      .option('--out <file>', 'write the bytes into a new file, instead of printing them as base64url'),
  )
  asks(
    takesPin(
      keyCommand<{ passkey: string; file: string }>(host, blobs, 'put', 'write one', async (at, { passkey, file }) =>
        putBlob(
          at,
          passkey,
          file === '-' ? await host.io.stdin.rest(MAX_BLOB_BYTES) : await readBounded(file, MAX_BLOB_BYTES),
        ),
      )
        .requiredOption('--passkey <passkey>', which)
        .requiredOption('--file <file>', 'what to write; "-": what standard input holds after its lines'),
    ),
  )
  asks(
    takesPin(
      keyCommand<{ passkey: string }>(host, blobs, 'delete', 'delete one', (at, { passkey }) =>
        putBlob(at, passkey, undefined),
      ).requiredOption('--passkey <passkey>', which),
    ),
  )
}

async function watching({ io }: Host, app: CliApp, { signal }: KeyPerson, { json }: KeyOptions): Promise<undefined> {
  await watchKeys(app, (text, value) => io.out(json ? `${JSON.stringify(value)}\n` : `${text}\n`), signal)
}
