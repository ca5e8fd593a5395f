/** authenticatorConfig (CTAP 2.1 §6.11; enableLongTouchForReset and pinComplexityPolicy are of CTAP 2.2 and 2.3). */
import { concat } from '../../../shared/kit/index.ts'
import { encode, type CborMap } from '../cbor/index.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { send, toMap } from './command.ts'
import type { Info } from './info.ts'

/** §6.11. */
const CONFIG = 0x0d

/** §6.11. */
const SUB = {
  enableEnterpriseAttestation: 0x01,
  toggleAlwaysUv: 0x02,
  setMinPINLength: 0x03,
  enableLongTouchForReset: 0x04,
} as const

/** Parameters of the command, and of setMinPINLength (§6.11, §6.11.4). */
const P = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SP = { newMinPINLength: 0x01, minPinLengthRPIDs: 0x02, forceChangePin: 0x03, pinComplexityPolicy: 0x04 } as const

export function isSupported(info: Info): boolean {
  return info.options.authnrCfg === true
}
export function canEnableEnterpriseAttestation(info: Info): boolean {
  return isSupported(info) && info.options.ep !== undefined
}
export function canToggleAlwaysUv(info: Info): boolean {
  return isSupported(info) && info.options.alwaysUv !== undefined
}
export function canSetMinPINLength(info: Info): boolean {
  return isSupported(info) && info.options.setMinPINLength === true
}
export function canEnableLongTouchForReset(info: Info): boolean {
  return isSupported(info) && info.longTouchForReset !== undefined
}

/** A token has the permission `acfg`; it is left out for a key that has no protection yet (§6.11.1). */
export interface Configuring {
  readonly transport: Transport
  readonly token: PinUvAuthToken | undefined
}

/** §6.11.1; only a reset undoes it. */
export function enableEnterpriseAttestation(configuring: Configuring, options?: MessageOptions): Promise<void> {
  return configure(configuring, SUB.enableEnterpriseAttestation, undefined, options)
}

/** §6.11.2. */
export function toggleAlwaysUv(configuring: Configuring, options?: MessageOptions): Promise<void> {
  return configure(configuring, SUB.toggleAlwaysUv, undefined, options)
}

export interface MinPinLength {
  /** Code points; never less than now (§6.11.4). */
  readonly newMinPINLength?: number | undefined
  /** Relying parties that may ask for it; replaces the list before. */
  readonly minPinLengthRPIDs?: readonly string[] | undefined
  readonly forceChangePin?: boolean | undefined
  readonly pinComplexityPolicy?: boolean | undefined
}

/** §6.11.4; only a reset undoes a longer minimum. */
export function setMinPINLength(
  configuring: Configuring,
  change: MinPinLength,
  options?: MessageOptions,
): Promise<void> {
  const parameters = toMap({
    [SP.newMinPINLength]: change.newMinPINLength,
    [SP.minPinLengthRPIDs]: change.minPinLengthRPIDs,
    [SP.forceChangePin]: change.forceChangePin,
    [SP.pinComplexityPolicy]: change.pinComplexityPolicy,
  })
  return configure(configuring, SUB.setMinPINLength, parameters, options)
}

/** CTAP 2.2 §6.11. */
export function enableLongTouchForReset(configuring: Configuring, options?: MessageOptions): Promise<void> {
  return configure(configuring, SUB.enableLongTouchForReset, undefined, options)
}

/** pinUvAuthParam is over 32×0xff, 0x0d, the subcommand and its parameters (§6.11). */
async function configure(
  { transport, token }: Configuring,
  subCommand: number,
  parameters: CborMap | undefined,
  options?: MessageOptions,
): Promise<void> {
  const head = new Uint8Array(34).fill(0xff, 0, 32)
  head[32] = CONFIG
  head[33] = subCommand
  const message = parameters === undefined ? head : concat(head, encode(parameters))
  await send(
    transport,
    CONFIG,
    {
      [P.subCommand]: subCommand,
      [P.subCommandParams]: parameters,
      [P.pinUvAuthProtocol]: token?.version,
      [P.pinUvAuthParam]: token?.authenticate(message),
    },
    options,
  )
}
