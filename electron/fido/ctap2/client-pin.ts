/**
 * authenticatorClientPIN (CTAP 2.1 §6.5.5). Every call that carries a PIN puts exactly one attempt on the wire and repeats
 * nothing: the key counts attempts, and is lost after eight (§6.5.2.3).
 */
import { createDecipheriv, hkdfSync } from 'node:crypto'
import { concat, err, ok, utf8, type Random, type Result } from '../../../shared/kit/index.ts'
import type { CborMap } from '../cbor/index.ts'
import { AnswerError, MisuseError, PinUnansweredError, WireError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { need, send, type Answer, type Parameters } from './command.ts'
import { sha256 } from './hash.ts'
import type { Info } from './info.ts'
import {
  authenticate,
  chooseProtocol,
  encapsulate,
  isTokenLength,
  type PinProtocolVersion,
  type SharedSecret,
} from './pin-protocol.ts'

/** §6.5. */
const CLIENT_PIN = 0x06

/** §6.5.5. */
const SUB = {
  getPINRetries: 0x01,
  getKeyAgreement: 0x02,
  setPIN: 0x03,
  changePIN: 0x04,
  getPinToken: 0x05,
  getPinUvAuthTokenUsingUvWithPermissions: 0x06,
  getUVRetries: 0x07,
  getPinUvAuthTokenUsingPinWithPermissions: 0x09,
} as const

/** Parameters of the command (§6.5.5). */
const P = {
  pinUvAuthProtocol: 0x01,
  subCommand: 0x02,
  keyAgreement: 0x03,
  pinUvAuthParam: 0x04,
  newPinEnc: 0x05,
  pinHashEnc: 0x06,
  permissions: 0x09,
  rpId: 0x0a,
} as const

/** Members of its answer (§6.5.5). */
const M = {
  keyAgreement: 0x01,
  pinUvAuthToken: 0x02,
  pinRetries: 0x03,
  powerCycleState: 0x04,
  uvRetries: 0x05,
} as const

/** What a token may be used for (§6.5.5.7); `persistentCredentialManagementReadOnly` is of CTAP 2.2. */
export const PERMISSION = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  credentialManagement: 0x04,
  bioEnrollment: 0x08,
  largeBlobWrite: 0x10,
  authenticatorConfiguration: 0x20,
  persistentCredentialManagementReadOnly: 0x40,
} as const

/** "In the absence of minPINLength, 4" (§6.4); a PIN is sent in 64 bytes, the last of them zero (§6.5.1). */
export const MIN_PIN_CODE_POINTS = 4
export const MAX_PIN_BYTES = 63

/** The key, the protocol agreed on, and randomness for the platform's half of the secret. */
export interface PinAccess {
  readonly transport: Transport
  readonly version: PinProtocolVersion
  readonly random: Random
}

export function isSupported(info: Info): boolean {
  return info.options.clientPin !== undefined && chooseProtocol(info.pinUvAuthProtocols) !== undefined
}

/** The PIN opens registrations and sign-ins; where it does not, only built-in verification does (§6.4, noMcGaPermissionsWithClientPin). */
export function opensCeremonies(info: Info): boolean {
  return info.options.clientPin === true && info.options.noMcGaPermissionsWithClientPin !== true
}

/** Whether a token may be asked for that only reads credentials, and lasts (`pcmr`; CTAP 2.2 §6.4, perCredMgmtRO). */
export function hasPersistentTokens(info: Info): boolean {
  return hasPermissions(info) && info.options.perCredMgmtRO === true
}

/** Tokens with permissions (§6.5.5.7); a key without knows getPinToken only. */
export function hasPermissions(info: Info): boolean {
  return info.options.pinUvAuthToken === true
}

export type PinFault = 'too-short' | 'too-long' | 'ends-in-nul'

/** The UTF-8 of a PIN in normalization form C, fit to be set as new (§6.5.1). Lengths in code points, 63 bytes at most. */
export function readNewPin(
  pin: string,
  limits: Pick<Info, 'minPINLength' | 'maxPINLength'>,
): Result<Uint8Array, PinFault> {
  const bytes = pinBytes(pin)
  const codePoints = [...pin.normalize('NFC')].length
  if (codePoints < (limits.minPINLength ?? MIN_PIN_CODE_POINTS)) return err('too-short')
  if (bytes.length > MAX_PIN_BYTES || codePoints > (limits.maxPINLength ?? MAX_PIN_BYTES)) return err('too-long')
  return bytes.at(-1) === 0 ? err('ends-in-nul') : ok(bytes)
}

export interface PinRetries {
  readonly pinRetries: number
  /** The key takes no PIN before it was unplugged and plugged in again; `undefined` where it does not say. */
  readonly powerCycleState: boolean | undefined
}

/** getPINRetries (§6.5.5.2). */
export async function getPINRetries(transport: Transport, options?: MessageOptions): Promise<PinRetries> {
  const answer = await send(transport, CLIENT_PIN, { [P.subCommand]: SUB.getPINRetries }, options)
  return {
    pinRetries: need(answer.uint(M.pinRetries), M.pinRetries),
    powerCycleState: answer.bool(M.powerCycleState),
  }
}

/** getUVRetries (§6.5.5.3): attempts of built-in verification left. */
export async function getUVRetries(transport: Transport, options?: MessageOptions): Promise<number> {
  const answer = await send(transport, CLIENT_PIN, { [P.subCommand]: SUB.getUVRetries }, options)
  return need(answer.uint(M.uvRetries), M.uvRetries)
}

/** getKeyAgreement (§6.5.5.4) and the secret that comes of it; good until the key forgets its half. */
export async function agree(access: PinAccess, options?: MessageOptions): Promise<SharedSecret> {
  const answer = await ask(access, { [P.subCommand]: SUB.getKeyAgreement }, options)
  const peer: CborMap = need(answer.map(M.keyAgreement), M.keyAgreement)
  return encapsulate(access.version, peer, access.random)
}

/** setPIN (§6.5.5.5). Throws `MisuseError` for a PIN that `readNewPin` refuses by its bytes. */
export async function setPIN(access: PinAccess, pin: string, options?: MessageOptions): Promise<void> {
  const padded = padPin(pin)
  const shared = await agree(access, options)
  const newPinEnc = shared.encrypt(padded)
  await submit(
    access,
    {
      [P.subCommand]: SUB.setPIN,
      [P.keyAgreement]: shared.platformKey,
      [P.newPinEnc]: newPinEnc,
      [P.pinUvAuthParam]: shared.authenticate(newPinEnc),
    },
    options,
  )
}

/** changePIN (§6.5.5.6): one attempt of the current PIN. */
export async function changePIN(
  access: PinAccess,
  currentPin: string,
  newPin: string,
  options?: MessageOptions,
): Promise<void> {
  const padded = padPin(newPin)
  const shared = await agree(access, options)
  const newPinEnc = shared.encrypt(padded)
  const pinHashEnc = shared.encrypt(pinHash(currentPin))
  await submit(
    access,
    {
      [P.subCommand]: SUB.changePIN,
      [P.keyAgreement]: shared.platformKey,
      [P.newPinEnc]: newPinEnc,
      [P.pinHashEnc]: pinHashEnc,
      [P.pinUvAuthParam]: shared.authenticate(concat(newPinEnc, pinHashEnc)),
    },
    options,
  )
}

/** A pinUvAuthToken: proof of the PIN or of built-in verification, for a while and for some purposes. */
export class PinUvAuthToken {
  readonly version: PinProtocolVersion
  /** `undefined` for a token of getPinToken, which the key gives the permissions it likes (§6.5.5.7.1). */
  readonly permissions: number | undefined
  readonly rpId: string | undefined
  readonly #token: Uint8Array

  constructor(version: PinProtocolVersion, token: Uint8Array, permissions?: number, rpId?: string) {
    this.version = version
    this.permissions = permissions
    this.rpId = rpId
    this.#token = token
  }

  /** What goes in pinUvAuthParam beside `message`. */
  authenticate(message: Uint8Array): Uint8Array {
    return authenticate(this.version, this.#token, message)
  }

  /**
   * Opens a member of getInfo that is sealed under a persistent token (CTAP 2.3 §6.4): IV and one block of AES-128-CBC, the
   * key by HKDF-SHA-256. Throws `AnswerError` for another length; any other token gives 16 bytes that mean nothing.
   */
  open(label: 'encIdentifier' | 'encCredStoreState', sealed: Uint8Array): Uint8Array {
    if (sealed.length !== 32) throw new AnswerError('ciphertext', label)
    const key = new Uint8Array(hkdfSync('sha256', this.#token, new Uint8Array(32), utf8(label), 16))
    const decipher = createDecipheriv('aes-128-cbc', key, sealed.subarray(0, 16)).setAutoPadding(false)
    return concat(decipher.update(sealed.subarray(16)), decipher.final())
  }

  /** Overwrites the secret; whatever is authenticated after that is refused by the key. */
  forget(): void {
    this.#token.fill(0)
  }
}

/** getPinToken (§6.5.5.7.1): one attempt of the PIN, of CTAP 2.0. */
export async function getPinToken(access: PinAccess, pin: string, options?: MessageOptions): Promise<PinUvAuthToken> {
  const hash = pinHash(pin)
  const shared = await agree(access, options)
  const answer = await submit(
    access,
    {
      [P.subCommand]: SUB.getPinToken,
      [P.keyAgreement]: shared.platformKey,
      [P.pinHashEnc]: shared.encrypt(hash),
    },
    options,
  )
  return new PinUvAuthToken(access.version, readToken(shared, answer))
}

/** What a token with permissions is asked for: bits of `PERMISSION`, and the relying party that `mc` and `ga` need. */
export interface TokenRequest {
  readonly permissions: number
  readonly rpId?: string | undefined
}

/** getPinUvAuthTokenUsingPinWithPermissions (§6.5.5.7.2): one attempt of the PIN. */
export async function getTokenUsingPin(
  access: PinAccess,
  pin: string,
  request: TokenRequest,
  options?: MessageOptions,
): Promise<PinUvAuthToken> {
  checkRequest(request)
  const hash = pinHash(pin)
  const shared = await agree(access, options)
  const answer = await submit(
    access,
    {
      [P.subCommand]: SUB.getPinUvAuthTokenUsingPinWithPermissions,
      [P.keyAgreement]: shared.platformKey,
      [P.pinHashEnc]: shared.encrypt(hash),
      [P.permissions]: request.permissions,
      [P.rpId]: request.rpId,
    },
    options,
  )
  return new PinUvAuthToken(access.version, readToken(shared, answer), request.permissions, request.rpId)
}

/** getPinUvAuthTokenUsingUvWithPermissions (§6.5.5.7.3): one attempt of built-in verification; the key asks the person itself. */
export async function getTokenUsingUv(
  access: PinAccess,
  request: TokenRequest,
  options?: MessageOptions,
): Promise<PinUvAuthToken> {
  checkRequest(request)
  const shared = await agree(access, options)
  const answer = await ask(
    access,
    {
      [P.subCommand]: SUB.getPinUvAuthTokenUsingUvWithPermissions,
      [P.keyAgreement]: shared.platformKey,
      [P.permissions]: request.permissions,
      [P.rpId]: request.rpId,
    },
    options,
  )
  return new PinUvAuthToken(access.version, readToken(shared, answer), request.permissions, request.rpId)
}

function ask(access: PinAccess, parameters: Parameters, options?: MessageOptions): Promise<Answer> {
  return send(access.transport, CLIENT_PIN, { ...parameters, [P.pinUvAuthProtocol]: access.version }, options)
}

/** Carries a PIN: a key that took it and then says that it is busy has counted a try, and would count another. */
async function submit(access: PinAccess, parameters: Parameters, options?: MessageOptions): Promise<Answer> {
  try {
    return await ask(access, parameters, { ...options, isSentOnce: true })
  } catch (error) {
    throw error instanceof WireError && error.fault !== 'gone' ? new PinUnansweredError(error) : error
  }
}

function checkRequest({ permissions, rpId }: TokenRequest): void {
  if (permissions <= 0 || !Number.isInteger(permissions)) throw new MisuseError('a token without permissions')
  const needsRpId = (permissions & (PERMISSION.makeCredential | PERMISSION.getAssertion)) !== 0
  if (needsRpId && rpId === undefined) throw new MisuseError('a token for mc or ga is for one relying party')
  const persistent = PERMISSION.persistentCredentialManagementReadOnly
  if ((permissions & persistent) !== 0 && permissions !== persistent) throw new MisuseError('pcmr is asked for alone')
}

function readToken(shared: SharedSecret, answer: Answer): Uint8Array {
  const token = shared.decrypt(need(answer.bytes(M.pinUvAuthToken), M.pinUvAuthToken))
  if (!isTokenLength(shared.version, token.length)) throw new AnswerError('ciphertext', M.pinUvAuthToken)
  return token
}

function pinBytes(pin: string): Uint8Array {
  return utf8(pin.normalize('NFC'))
}

function padPin(pin: string): Uint8Array {
  const bytes = pinBytes(pin)
  if (bytes.length > MAX_PIN_BYTES || bytes.length === 0) throw new MisuseError('a PIN is 1 to 63 bytes of UTF-8')
  const padded = new Uint8Array(64)
  padded.set(bytes)
  return padded
}

/** LEFT(SHA-256(PIN), 16) (§6.5.5.6, §6.5.5.7). */
function pinHash(pin: string): Uint8Array {
  return sha256(pinBytes(pin)).slice(0, 16)
}
