/** authenticatorConfig (CTAP 2.1 §6.11; enableLongTouchForReset and pinComplexityPolicy are of CTAP 2.3). */
import { concat } from '../../../shared/kit/index.ts'
import { encode, type CborMap, type CborValue } from '../cbor/index.ts'
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
  vendorPrototype: 0xff,
} as const

/** Parameters of the command, and of setMinPINLength (§6.11, §6.11.4). */
const P = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SP = { newMinPINLength: 0x01, minPinLengthRPIDs: 0x02, forceChangePin: 0x03, pinComplexityPolicy: 0x04 } as const

/** Parameter of vendorPrototype (§6.11.3); all others are the vendor's. */
const VENDOR_COMMAND_ID = 0x01

export function isSupported(info: Info): boolean {
  return info.options.authnrCfg === true
}

/** A key of CTAP 2.3 lists its subcommands, and may have less than its other members let hope (a YubiKey 5.8 does). */
function offers(info: Info, subCommand: number): boolean {
  return isSupported(info) && info.authenticatorConfigCommands?.includes(subCommand) !== false
}
export function canEnableEnterpriseAttestation(info: Info): boolean {
  return offers(info, SUB.enableEnterpriseAttestation) && info.options.ep !== undefined
}
export function canToggleAlwaysUv(info: Info): boolean {
  return offers(info, SUB.toggleAlwaysUv) && info.options.alwaysUv !== undefined
}
export function canSetMinPINLength(info: Info): boolean {
  return offers(info, SUB.setMinPINLength) && info.options.setMinPINLength === true
}
export function canEnableLongTouchForReset(info: Info): boolean {
  return offers(info, SUB.enableLongTouchForReset) && info.longTouchForReset !== undefined
}
export function canSetPinComplexityPolicy(info: Info): boolean {
  return canSetMinPINLength(info) && info.pinComplexityPolicy !== undefined
}
/** Vendors' own commands by their number; what they do is between the person and the vendor. */
export function canVendorPrototype(info: Info, vendorCommandId: number | bigint): boolean {
  const ids = info.vendorPrototypeConfigCommands ?? []
  return offers(info, SUB.vendorPrototype) && ids.some((id) => BigInt(id) === BigInt(vendorCommandId))
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

/** CTAP 2.3 §6.11; only a reset undoes it. */
export function enableLongTouchForReset(configuring: Configuring, options?: MessageOptions): Promise<void> {
  return configure(configuring, SUB.enableLongTouchForReset, undefined, options)
}

/** §6.11.3. `parameters` are those after the command's number, by their own numbers. */
export function vendorPrototype(
  configuring: Configuring,
  vendorCommandId: number | bigint,
  parameters: Readonly<Record<number, CborValue | undefined>> = {},
  options?: MessageOptions,
): Promise<void> {
  const all = toMap({ ...parameters, [VENDOR_COMMAND_ID]: vendorCommandId })
  return configure(configuring, SUB.vendorPrototype, all, options)
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
