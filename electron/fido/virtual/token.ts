/** The pinUvAuthToken's state (CTAP 2.1 §6.5.2.1): who may use it for what, and how long. */
import { fromHex, type Clock, type Random } from '../../../shared/kit/index.ts'
import type { PinProtocol } from './pin-protocol.ts'

/** Bits of a token's permissions (CTAP 2.1 §6.5.5.7). */
export const PERMISSION = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  credentialManagement: 0x04,
  bioEnrollment: 0x08,
  largeBlobWrite: 0x10,
  authenticatorConfig: 0x20,
  persistentCredentialManagementReadOnly: 0x40,
} as const

/** Suggested limits of §6.5.2.1 for a key on USB: unused that long, in all, and for a touch given with it. */
const INITIAL_USAGE_MS = 30_000
const MAX_USAGE_MS = 600_000
const USER_PRESENT_MS = 30_000

interface Grant {
  readonly protocol: PinProtocol
  readonly value: Uint8Array
  permissions: number
  rpId: string | undefined
  readonly issuedAt: number
  isUsed: boolean
  isUserPresent: boolean
  isUserVerified: boolean
}

export class PinUvAuthToken {
  readonly #clock: Clock
  readonly #random: Random
  #grant: Grant | undefined

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  /** Ends every token handed out before. Answers the new token's 32 bytes. */
  issue(protocol: PinProtocol, permissions: number, rpId: string | undefined, isUserPresent: boolean): Uint8Array {
    const value = this.#random(32)
    this.#grant = {
      protocol,
      value,
      permissions,
      rpId,
      issuedAt: this.#clock.now(),
      isUsed: false,
      isUserPresent,
      isUserVerified: true,
    }
    return value
  }

  end(): void {
    this.#grant = undefined
  }

  /** Whether the token in use made `signature` over `message`, with that protocol. */
  verify(protocol: PinProtocol, message: Uint8Array, signature: Uint8Array): boolean {
    const grant = this.#current()
    if (grant === undefined || grant.protocol !== protocol) return false
    const isRight = protocol.verifyWithToken(grant.value, message, signature)
    if (isRight) grant.isUsed = true
    return isRight
  }

  permits(permission: number): boolean {
    return ((this.#current()?.permissions ?? 0) & permission) !== 0
  }

  /** The relying party the token is bound to, where it is. */
  get rpId(): string | undefined {
    return this.#current()?.rpId
  }
  /** Binds a token that was for any relying party to the first one it is used for. */
  bind(rpId: string): void {
    const grant = this.#current()
    if (grant !== undefined) grant.rpId ??= rpId
  }

  get isUserVerified(): boolean {
    return this.#current()?.isUserVerified ?? false
  }
  /** Whether the person touched the key to get this token, not long ago. */
  get isUserPresent(): boolean {
    const grant = this.#current()
    return grant !== undefined && grant.isUserPresent && this.#clock.now() - grant.issuedAt <= USER_PRESENT_MS
  }

  /** After one registration or sign-in, only the permission to write large blobs is left (§6.1.2 and §6.2.2). */
  spend(): void {
    const grant = this.#current()
    if (grant === undefined) return
    grant.isUserPresent = false
    grant.isUserVerified = false
    grant.permissions &= PERMISSION.largeBlobWrite
  }

  #current(): Grant | undefined {
    const grant = this.#grant
    if (grant === undefined) return undefined
    const age = this.#clock.now() - grant.issuedAt
    if (age > MAX_USAGE_MS || (!grant.isUsed && age > INITIAL_USAGE_MS)) this.#grant = undefined
    return this.#grant
  }
}

/** 32 bytes of 0xff, which begin the messages that large blobs and configuration are authenticated with. */
export const FF32 = fromHex('ff'.repeat(32))!
