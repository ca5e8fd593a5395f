/** The sign-in page's touch: by a key of the bench, which it waits for by itself, or by the authenticator of a real browser. */
import type { SignInFault } from './bench-state.ts'
import { takeAssertion } from './devices.ts'
import { BenchFault, KeyFault, type RelyingParty, type PageKeys, type WebAuthnJson } from './door.ts'
import { enterTouch, setFault, touchAsked } from './sign-in.ts'
import type { PageState } from './state.ts'
import { WorldNotSaved, type WorldStore } from './store.ts'
import type { Turn } from './turn.ts'
import { checkGet, isRelyingParty, offerGet, redeem } from './webauthn.ts'

export interface PageTouchParts {
  readonly store: WorldStore
  readonly keys: () => PageKeys
  readonly change: <T>(work: (turn: Turn) => T) => Promise<T>
}

export class PageTouch {
  readonly #parts: PageTouchParts
  #waiting: { readonly deviceId: string; readonly abort: AbortController } | undefined

  constructor(parts: PageTouchParts) {
    this.#parts = parts
  }

  /** Resolves when the keys blink; what comes of it is seen on the page. */
  async useBenchKey(): Promise<void> {
    const { deviceId, rp, options } = await this.#parts.change((turn) => {
      const { device } = touchAsked(turn)
      const rpId = device.fido?.rpId ?? ''
      const rp = { origin: `https://${rpId}`, rpId }
      return { deviceId: device.id, rp, options: offer(turn, rp) }
    })
    this.#waiting?.abort.abort()
    const waiting = { deviceId, abort: new AbortController() }
    this.#waiting = waiting
    void this.#await(this.#parts.keys().get(options, rp, waiting.abort.signal), waiting.abort.signal)
  }

  /** Options for a browser's own authenticator. */
  begin(rp: RelyingParty): Promise<WebAuthnJson> {
    return this.#parts.change((turn) => {
      if (!isRelyingParty(rp)) throw new BenchFault('not-now')
      return offer(turn, rp)
    })
  }

  async finish(response: WebAuthnJson): Promise<void> {
    const { state } = this.#parts.store
    const { page } = state
    if (page.page !== 'touch') throw new BenchFault('not-now')
    const ceremony = state.ceremonies.find((open) => open.use === 'page' && open.identityId === page.identityId)
    const fido = state.devices.find((device) => device.id === page.deviceId)?.fido
    if (!ceremony || !fido) throw new BenchFault('not-now')
    const checked = await checkGet(ceremony, fido, response)
    await this.#parts.change((turn) => {
      const { identity, device } = touchAsked(turn)
      if (device.id !== page.deviceId || !redeem(turn, ceremony)) return setFault(turn, 'timed-out')
      const taken = checked.ok ? takeAssertion(turn, identity, fido.credentialId, checked.value) : checked
      return taken.ok ? enterTouch(turn, device.id) : setFault(turn, 'key-refused')
    })
  }

  /** The keys stop blinking when another page is open. */
  follow(page: PageState): void {
    if (!this.#waiting || (page.page === 'touch' && page.deviceId === this.#waiting.deviceId)) return
    this.#waiting.abort.abort()
    this.#waiting = undefined
  }

  /** A touch nobody waits for any more, and a disk that fails, leave the page as it is: the person asks again. */
  async #await(touch: Promise<WebAuthnJson>, signal: AbortSignal): Promise<void> {
    try {
      await this.#finishOrTell(touch)
    } catch (error) {
      const isPageGone = signal.aborted || error instanceof BenchFault
      if (!isPageGone && !(error instanceof WorldNotSaved)) throw error
    }
  }

  async #finishOrTell(touch: Promise<WebAuthnJson>): Promise<void> {
    let response: WebAuthnJson
    try {
      response = await touch
    } catch (error) {
      if (!(error instanceof KeyFault)) throw error
      return this.#parts.change((turn) => {
        touchAsked(turn)
        setFault(turn, faultOf(error))
      })
    }
    await this.finish(response)
  }
}

function offer(turn: Turn, rp: RelyingParty): WebAuthnJson {
  const { identity, device } = touchAsked(turn)
  const options = offerGet(turn, identity, { use: 'page', devices: [device], rp })
  if (!options) throw new BenchFault('not-now')
  return options
}

function faultOf({ code }: KeyFault): SignInFault {
  switch (code) {
    case 'unplugged':
    case 'timed-out':
    case 'no-such-credential':
      return code
    default:
      return 'touch-cancelled'
  }
}
