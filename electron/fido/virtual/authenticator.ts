/** One CTAP2 request: its command byte, its parameters, its answer (CTAP 2.1 §6, §8). Total: every input has an answer. */
import { concat } from '../../../shared/kit/index.ts'
import { encode, type CborMap } from '../cbor/index.ts'
import { authenticatorConfig } from './commands/authenticator-config.ts'
import { bioEnrollment } from './commands/bio-enrollment.ts'
import { clientPin } from './commands/client-pin.ts'
import { credentialManagement } from './commands/credential-management.ts'
import { getAssertion, getNextAssertion } from './commands/get-assertion.ts'
import { getInfo } from './commands/get-info.ts'
import { largeBlobs } from './commands/large-blobs.ts'
import { makeCredential } from './commands/make-credential.ts'
import { reset, selection } from './commands/reset.ts'
import type { Key, Turn } from './key.ts'
import type { VirtualKeyOptions } from './options.ts'
import { Params } from './params.ts'
import { Refusal, refuse, STATUS } from './status.ts'

type Answer = CborMap | undefined
type Profile = VirtualKeyOptions['profile']

interface Command {
  readonly profiles: readonly Profile[]
  readonly needsSensor?: true
  /** Without parameters there is nothing to read; bytes that come nevertheless are refused. */
  readonly run:
    | { readonly bare: (key: Key, turn: Turn) => Answer | Promise<Answer> }
    | { readonly withParams: (key: Key, params: Params, turn: Turn) => Answer | Promise<Answer> }
}

const ALL: readonly Profile[] = ['ctap2.0', 'ctap2.1-pre', 'ctap2.1', 'ctap2.3']
const CURRENT: readonly Profile[] = ['ctap2.1', 'ctap2.3']
/** Keys of today answer the forerunners too: older clients (libfido2 1.12) send nothing else. */
const PREVIEW: readonly Profile[] = ['ctap2.1-pre', 'ctap2.1', 'ctap2.3']

const COMMANDS: ReadonlyMap<number, Command> = new Map<number, Command>([
  [0x01, { profiles: ALL, run: { withParams: makeCredential } }],
  [0x02, { profiles: ALL, run: { withParams: getAssertion } }],
  [0x04, { profiles: ALL, run: { bare: getInfo } }],
  [0x06, { profiles: ALL, run: { withParams: clientPin } }],
  [0x07, { profiles: ALL, run: { bare: reset } }],
  [0x08, { profiles: ALL, run: { bare: getNextAssertion } }],
  [0x09, { profiles: CURRENT, needsSensor: true, run: { withParams: bioEnrollment } }],
  [0x0a, { profiles: CURRENT, run: { withParams: credentialManagement } }],
  [0x0b, { profiles: CURRENT, run: { bare: selection } }],
  [0x0c, { profiles: CURRENT, run: { withParams: largeBlobs } }],
  [0x0d, { profiles: CURRENT, run: { withParams: authenticatorConfig } }],
  [0x40, { profiles: PREVIEW, needsSensor: true, run: { withParams: bioEnrollment } }],
  [0x41, { profiles: PREVIEW, run: { withParams: credentialManagement } }],
])

/** Commands that go on with a list that another began, and so do not end it. */
const CONTINUES_LIST: ReadonlySet<number> = new Set([0x08, 0x0a, 0x41])

/**
 * Answers the status byte and the CBOR of one request. What is no refusal but a fault of this program is handed to
 * `onFault` and answered CTAP1_ERR_OTHER.
 */
export async function answerRequest(
  key: Key,
  request: Uint8Array,
  turn: Turn,
  onFault: (error: unknown) => void,
): Promise<Uint8Array> {
  try {
    const answer = await run(key, request, turn)
    return concat(Uint8Array.of(STATUS.ok), answer === undefined ? new Uint8Array() : encode(answer))
  } catch (error) {
    if (error instanceof Refusal) return Uint8Array.of(error.status)
    onFault(error)
    return Uint8Array.of(STATUS.other)
  }
}

async function run(key: Key, request: Uint8Array, turn: Turn): Promise<Answer> {
  const [code] = request
  if (code === undefined) return refuse(STATUS.invalidLength)
  if (request.length > key.options.maxMsgSize) return refuse(STATUS.requestTooLarge)
  const command = COMMANDS.get(code)
  const isOffered =
    command?.profiles.includes(key.options.profile) === true &&
    (command.needsSensor === undefined || key.options.hasFingerprintSensor)
  if (command === undefined || !isOffered) return refuse(STATUS.invalidCommand)
  if (!CONTINUES_LIST.has(code)) key.endList()
  const parameters = request.subarray(1)
  if ('withParams' in command.run) return command.run.withParams(key, Params.read(parameters), turn)
  if (parameters.length > 0) return refuse(STATUS.invalidLength)
  return command.run.bare(key, turn)
}
