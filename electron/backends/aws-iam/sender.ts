/** Sends writes and tells what came of them in the backends' words; what is refused for want of rights is remembered. */
import { toBackendError } from './unsent.ts'
import type { BackendError, Outcome } from '../backend.ts'
import { Listeners } from '../demo/guarded.ts'
import type { Account } from './account.ts'
import type { Refusal } from './failures.ts'
import { meaningOf, type About } from './refusals.ts'
import type { Rights } from './rights.ts'
import type { AwsWire, Call, Signing } from './wire.ts'

const NEVER = new AbortController().signal

export class Sender {
  readonly changed = new Listeners()
  readonly #wire: AwsWire
  readonly #account: Account
  readonly #rights: Rights

  constructor(wire: AwsWire, account: Account, rights: Rights) {
    this.#wire = wire
    this.#account = account
    this.#rights = rights
  }

  /** Once. `refine` may give a refusal a meaning of its own. Never throws. */
  async send<T>(
    call: Call<T>,
    about: About,
    { signing = {}, refine }: { signing?: Signing; refine?: (refusal: Refusal) => BackendError | undefined } = {},
  ): Promise<Outcome<T>> {
    const written = await this.#wire.write(call, signing)
    if (written.is !== 'refused') {
      this.changed.call()
      return written
    }
    const { by } = written
    if ('error' in by) return { is: 'refused', error: by.error }
    return { is: 'refused', error: refine?.(by) ?? (await this.#errorOf(by, about)) }
  }

  async #errorOf(refusal: Refusal, about: About): Promise<BackendError> {
    const meaning = meaningOf(refusal, about)
    if (meaning.code === 'sign-in-expired') this.#wire.credentials.forget()
    if (meaning.code !== 'denied') return meaning
    const needed = await this.#sessionNeeded().catch(toBackendError)
    if (needed) return needed
    this.#rights.learn(about.action)
    const { action, resource } = about
    return { code: 'not-permitted', action, ...(resource === undefined ? {} : { resource }) }
  }

  /**
   * AccessDenied does not say whether an MFA session would help. It may where a user with long-term keys and a device is signed
   * in without; a session of a FIDO key can't be had from STS.
   */
  async #sessionNeeded(): Promise<BackendError | undefined> {
    const { credentials } = this.#wire
    if (credentials.isElevated) return undefined
    const [caller, keys] = await Promise.all([this.#account.caller(NEVER), credentials.own()])
    if (caller.kind !== 'user' || keys.sessionToken !== undefined) return undefined
    const devices = await this.#account.devices(caller, NEVER)
    if (devices.length === 0) return undefined
    return { code: 'mfa-session-needed', onlyFido: devices.every(({ type }) => type === 'fido') }
  }
}
