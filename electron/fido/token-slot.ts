/**
 * The one pinUvAuthToken of a session: what it permits, for whom, and how long it is good (CTAP 2.1 §6.5.2.1). The key
 * has the last word; this only keeps a token from being asked for twice, used where it can't be valid, or kept too long.
 */
import type { Clock } from '../../shared/kit/index.ts'

export interface Grant {
  /** Bits of permission (§6.5.5.7). */
  readonly permissions: number
  /** The relying party it is good for; a token without one is bound to the first that it is used for. */
  readonly rpId?: string | undefined
  /** "Max usage time period" of the specification unless told. */
  readonly lifetimeMs?: number | undefined
  /** How soon it must be used for the first time: "initial usage time limit" over USB unless told. */
  readonly firstUseMs?: number | undefined
}

export const TOKEN_LIFETIME_MS = 600_000
export const TOKEN_FIRST_USE_MS = 30_000

interface Held<Token> {
  readonly token: Token
  readonly permissions: number
  readonly rpId: string | undefined
}

export class TokenSlot<Token> {
  readonly #clock: Clock
  readonly #wipe: (token: Token) => void
  #held: Held<Token> | undefined
  #isClosed = false
  #stopLifetime: (() => void) | undefined
  #stopFirstUse: (() => void) | undefined

  /** `wipe` overwrites a token that is done with. */
  constructor(clock: Clock, wipe: (token: Token) => void) {
    this.#clock = clock
    this.#wipe = wipe
  }

  /** A token that comes after `close` is overwritten, and is not to be had. */
  put(token: Token, { permissions, rpId, lifetimeMs, firstUseMs }: Grant): void {
    this.forget()
    if (this.#isClosed) return this.#wipe(token)
    this.#held = { token, permissions, rpId }
    this.#stopLifetime = this.#clock.after(lifetimeMs ?? TOKEN_LIFETIME_MS, () => this.forget())
    this.#stopFirstUse = this.#clock.after(firstUseMs ?? TOKEN_FIRST_USE_MS, () => this.forget())
  }

  /** The token, where it has every bit of `permissions` and is good for that relying party, or for every one. */
  take(permissions: number, rpId?: string): Token | undefined {
    const held = this.#held
    if (!held || (held.permissions & permissions) !== permissions) return undefined
    if (held.rpId !== undefined && held.rpId !== rpId) return undefined
    this.#stopFirstUse?.()
    this.#stopFirstUse = undefined
    this.#held = { ...held, rpId: held.rpId ?? rpId }
    return held.token
  }

  /** Takes from the token what the key took from it: all but `permissions`. */
  keepOnly(permissions: number): void {
    if (!this.#held) return
    const left = this.#held.permissions & permissions
    if (left === 0) this.forget()
    else this.#held = { ...this.#held, permissions: left }
  }

  /** Also when the key says that it is no good any more (CTAP2_ERR_PIN_AUTH_INVALID). */
  forget(): void {
    this.#stopLifetime?.()
    this.#stopFirstUse?.()
    this.#stopLifetime = this.#stopFirstUse = undefined
    if (this.#held) this.#wipe(this.#held.token)
    this.#held = undefined
  }

  /** The session is over: a key may still have given a token in that very moment. */
  close(): void {
    this.#isClosed = true
    this.forget()
  }
}
