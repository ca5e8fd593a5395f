/** A complete CTAP 2.1 security key in software, behind the same `HidPort` as one of metal. */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import { fromBase64url } from '../../../shared/kit/index.ts'
import { MAX_MESSAGE_BYTES } from '../ctaphid/index.ts'
import { MisuseError } from '../errors.ts'
import type { HidPort } from '../hid-port.ts'
import { answerRequest } from './authenticator.ts'
import { Handle } from './handle.ts'
import { HidDevice } from './hid-device.ts'
import { Key } from './key.ts'
import { DEFAULT_OPTIONS, type Person, type VirtualKeyOptions } from './options.ts'
import type { KeyState, StateStore } from './state.ts'
import { U2f } from './u2f.ts'

export type { Person, SampleStatus, TouchPurpose, VirtualKeyOptions } from './options.ts'
export { serveKey, type Served } from './serve.ts'
export { readWhere, type Where } from './where.ts'
export { knowsCredential, makeCredentialOf, makeMemory, pinMatches, type MemoryPlan } from './memory.ts'
export type { KeyState, StateStore } from './state.ts'

export interface VirtualKeyParts {
  readonly clock: Clock
  readonly random: Random
  readonly person: Person
  /** Absent: a new key, forgotten with the process. */
  readonly state?: StateStore
  readonly options?: Partial<VirtualKeyOptions>
  /** A fault of the key's own program, which its client sees as CTAP1_ERR_OTHER. */
  readonly onFault?: (error: unknown) => void
}

export interface VirtualKey {
  /** Another client's end. Every end sees all reports of the key, as programs sharing a hidraw node do. */
  port(): HidPort
  /** Unplugs the key, which closes every port, and plugs it in again: its reset window opens, lost tries stay lost. */
  powerCycle(): void
  /** A snapshot of what it remembers without power. */
  state(): KeyState
  /** DER of the certificate its attestation certificates were signed with. */
  attestationRoot(): Uint8Array
}

/** A key that is plugged in. Throws `MisuseError` where the stored state or an option is not one. */
export function createVirtualKey(parts: VirtualKeyParts): VirtualKey {
  const options = { ...DEFAULT_OPTIONS, ...parts.options }
  if (options.aaguid.length !== 16) throw new MisuseError('an AAGUID has 16 bytes')
  // At least 1024 (CTAP 2.1 §6.4), and no more than CTAPHID carries.
  if (options.maxMsgSize < 1024 || options.maxMsgSize > MAX_MESSAGE_BYTES) {
    throw new MisuseError('maxMsgSize is 1024 to 7609')
  }
  const { clock, random, person } = parts
  const store = parts.state ?? { load: () => undefined, save: () => {} }
  const onFault = parts.onFault ?? (() => {})
  const key = new Key({ clock, random, person, store, options })
  const u2f = new U2f(key)
  const handles = new Set<Handle>()

  const powered = () =>
    new HidDevice({
      clock,
      random,
      version: options.deviceVersion,
      cbor: options.profile === 'u2f' ? undefined : (request, turn) => answerRequest(key, request, turn, onFault),
      msg: (apdu) =>
        u2f.answer(apdu).catch((error: unknown) => {
          onFault(error)
          return Uint8Array.of(0x6f, 0x00)
        }),
      wink: () => person.onWink?.(),
      send: (report) => {
        for (const handle of handles) handle.take(report)
      },
    })
  let device = powered()

  return {
    port() {
      const handle: Handle = new Handle(
        (report) => device.receive(report),
        () => handles.delete(handle),
      )
      handles.add(handle)
      return handle
    },
    powerCycle() {
      device.off()
      u2f.forget()
      for (const handle of handles) handle.end(new Error('the virtual key was unplugged'))
      key.powerUp()
      device = powered()
    },
    state: () => key.state,
    attestationRoot: () => fromBase64url(key.state.attestation.root)!,
  }
}
