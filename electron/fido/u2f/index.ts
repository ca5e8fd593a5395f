/**
 * U2F raw messages 1.2 (CTAP1): VERSION, REGISTER, AUTHENTICATE as extended-length APDUs. Refused: answers without a
 * status word, a point off the curve, a certificate or a signature that does not fit its length.
 */
import { concat, fromUtf8 } from '../../../shared/kit/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import { isOnP256 } from '../ctap2/cose.ts'
import type { MessageOptions, Transport } from '../transport.ts'

/** INS (§3.1). */
const INS = { register: 0x01, authenticate: 0x02, version: 0x03 } as const
/** P1 of AUTHENTICATE (§5.1). */
const CONTROL = { enforce: 0x03, checkOnly: 0x07 } as const

/** Status words (§3.3, and ISO 7816-4 where it names none). */
export const STATUS_WORD = {
  noError: 0x9000,
  conditionsNotSatisfied: 0x6985,
  wrongData: 0x6a80,
  wrongLength: 0x6700,
  claNotSupported: 0x6e00,
  insNotSupported: 0x6d00,
} as const
const STATUS_WORD_NAMES: Readonly<Record<number, string>> = {
  [STATUS_WORD.noError]: 'SW_NO_ERROR',
  [STATUS_WORD.conditionsNotSatisfied]: 'SW_CONDITIONS_NOT_SATISFIED',
  [STATUS_WORD.wrongData]: 'SW_WRONG_DATA',
  [STATUS_WORD.wrongLength]: 'SW_WRONG_LENGTH',
  [STATUS_WORD.claNotSupported]: 'SW_CLA_NOT_SUPPORTED',
  [STATUS_WORD.insNotSupported]: 'SW_INS_NOT_SUPPORTED',
}

/** The name of a status word, or `undefined` for one the specification does not name. */
export function statusWordName(statusWord: number): string | undefined {
  return STATUS_WORD_NAMES[statusWord]
}

/** A status word other than SW_NO_ERROR that the key answered. */
export class StatusWordError extends Error {
  readonly statusWord: number
  constructor(statusWord: number) {
    super(`the key answered 0x${statusWord.toString(16).padStart(4, '0')}`)
    this.name = 'StatusWordError'
    this.statusWord = statusWord
  }
}

/** What GetVersion answers (§6.1): `U2F_V2`. */
export async function version(transport: Transport, options?: MessageOptions): Promise<string> {
  const data = await exchange(transport, INS.version, 0, new Uint8Array(), options)
  return fromUtf8(data) ?? refuse()
}

export interface Registration {
  /** 65 bytes, a point of P-256. */
  readonly publicKey: Uint8Array
  readonly keyHandle: Uint8Array
  /** DER of the attestation certificate. */
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
}

/**
 * REGISTER (§4). A key that waits for a touch answers SW_CONDITIONS_NOT_SATISFIED at once, as `StatusWordError`: ask again.
 */
export async function register(
  transport: Transport,
  challenge: Uint8Array,
  application: Uint8Array,
  options?: MessageOptions,
): Promise<Registration> {
  const data = concat(parameter(challenge), parameter(application))
  return readRegistration(await exchange(transport, INS.register, 0, data, options))
}

/** §4.3: 0x05, the point, the handle's length and the handle, a certificate, a signature. */
export function readRegistration(data: Uint8Array): Registration {
  const handleAt = 67
  if (data[0] !== 0x05 || data.length < handleAt) return refuse()
  const publicKey = data.slice(1, 66)
  const certificateAt = handleAt + data[66]!
  const keyHandle = data.slice(handleAt, certificateAt)
  const signatureAt = certificateAt + derLength(data, certificateAt)
  const certificate = data.slice(certificateAt, signatureAt)
  const signature = data.slice(signatureAt)
  if (keyHandle.length === 0 || publicKey[0] !== 0x04 || !isOnP256(publicKey) || !isSignature(signature))
    return refuse()
  return { publicKey, keyHandle, certificate, signature }
}

export interface Authentication {
  readonly userPresence: number
  readonly counter: number
  readonly signature: Uint8Array
  /** User presence and counter as the key signed them: 5 bytes. */
  readonly signed: Uint8Array
}

/** AUTHENTICATE with "enforce user presence and sign" (§5). Waits for a touch as `register` does. */
export async function authenticate(
  transport: Transport,
  challenge: Uint8Array,
  application: Uint8Array,
  keyHandle: Uint8Array,
  options?: MessageOptions,
): Promise<Authentication> {
  const data = authenticateData(challenge, application, keyHandle)
  return readAuthentication(await exchange(transport, INS.authenticate, CONTROL.enforce, data, options))
}

export function readAuthentication(data: Uint8Array): Authentication {
  const signature = data.slice(5)
  if (!isSignature(signature)) return refuse()
  return {
    userPresence: data[0]!,
    counter: new DataView(data.buffer, data.byteOffset, data.length).getUint32(1),
    signature,
    signed: data.slice(0, 5),
  }
}

/** AUTHENTICATE with "check-only" (§5.1): whether the handle is of this key and this application. Asks for no touch. */
export async function isKnown(
  transport: Transport,
  application: Uint8Array,
  keyHandle: Uint8Array,
  options?: MessageOptions,
): Promise<boolean> {
  const data = authenticateData(new Uint8Array(32), application, keyHandle)
  try {
    await exchange(transport, INS.authenticate, CONTROL.checkOnly, data, options)
  } catch (error) {
    if (!(error instanceof StatusWordError)) throw error
    // "If the key handle was created by this token": test-of-user-presence-required; else wrong data (§5.1).
    if (error.statusWord === STATUS_WORD.conditionsNotSatisfied) return true
    // Some keys answer a handle of another length with SW_WRONG_LENGTH.
    if (error.statusWord === STATUS_WORD.wrongData || error.statusWord === STATUS_WORD.wrongLength) return false
    throw error
  }
  // Check-only never succeeds (§5.1).
  return refuse()
}

function authenticateData(challenge: Uint8Array, application: Uint8Array, keyHandle: Uint8Array): Uint8Array {
  if (keyHandle.length < 1 || keyHandle.length > 255) throw new MisuseError('U2F: a key handle of 1 to 255 bytes')
  return concat(parameter(challenge), parameter(application), Uint8Array.of(keyHandle.length), keyHandle)
}

function parameter(hash: Uint8Array): Uint8Array {
  if (hash.length !== 32) throw new MisuseError('U2F: challenge and application parameters are SHA-256')
  return hash
}

/** Extended length (§3.1.2): CLA INS P1 P2, 00 and two bytes of length, data, 00 00 for any length of answer. */
async function exchange(
  transport: Transport,
  ins: number,
  p1: number,
  data: Uint8Array,
  options?: MessageOptions,
): Promise<Uint8Array> {
  const length = Uint8Array.of(0, data.length >> 8, data.length & 0xff)
  const apdu = concat(Uint8Array.of(0, ins, p1, 0), length, data, new Uint8Array(2))
  const answer = await transport.msg(apdu, options)
  if (answer.length < 2) return refuse()
  const end = answer.length - 2
  const statusWord = (answer[end]! << 8) | answer[end + 1]!
  if (statusWord !== STATUS_WORD.noError) throw new StatusWordError(statusWord)
  return answer.subarray(0, end)
}

/** Bytes of the DER SEQUENCE at `at`, head included; refused where it is none or reaches past the end. */
function derLength(data: Uint8Array, at: number): number {
  const first = data[at + 1]
  if (data[at] !== 0x30 || first === undefined) return refuse()
  let length = first
  let head = 2
  if (first >= 0x80) {
    const width = first & 0x7f
    if (width < 1 || width > 2 || at + 2 + width > data.length) return refuse()
    length = width === 1 ? data[at + 2]! : (data[at + 2]! << 8) | data[at + 3]!
    head = 2 + width
  }
  return at + head + length <= data.length ? head + length : refuse()
}

/** One DER SEQUENCE of 8 to 72 bytes (§4.3, §5.4: ECDSA on P-256). */
function isSignature(bytes: Uint8Array): boolean {
  return bytes[0] === 0x30 && bytes.length >= 8 && bytes.length <= 72 && bytes[1] === bytes.length - 2
}

function refuse(): never {
  throw new AnswerError('apdu')
}
