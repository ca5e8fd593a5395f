/**
 * Amazon Resource Names as IAM writes them, and what can be told from them: who somebody is, and of what type an MFA device is
 * (backends.md §1.2). Patterns and lengths are those of the service model (iam 2010-05-08).
 */
import type { DeviceType } from '../../../shared/domain/device.ts'

export const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov'] as const
export type Partition = (typeof PARTITIONS)[number]

/** `arn:{partition}:{iam|sts}::{account}:{family}/{path and name}`, or `…:root`. */
const ARN = /^arn:(aws|aws-cn|aws-us-gov):(iam|sts)::(\d{12}):([a-z0-9-]+)(?:\/([\w+=/:,.@-]+))?$/
const SERIAL = /^[\w+=/:,.@-]{9,256}$/
const DEVICE_NAME_LETTERS = /[^\w+=,.@-]/g
/** The model gives names no upper bound; the ARN must fit a serial number. */
const MAX_DEVICE_NAME = 128

export interface Principal {
  readonly arn: string
  readonly partition: Partition
  readonly accountId: string
  /** `role`: also a federated session; it acts on others and is nobody who has MFA devices. */
  readonly kind: 'user' | 'root' | 'role'
  /** Without its path: what calls take as `UserName`. */
  readonly name: string
}

/** Who an ARN names, or `undefined` for what is none of a user, root, or a role's session. */
export function readPrincipal(arn: string): Principal | undefined {
  const [, partition, service, accountId = '', family = '', rest] = ARN.exec(arn) ?? []
  if (partition === undefined) return undefined
  const common = { arn, partition: partition as Partition, accountId }
  if (family === 'root' && service === 'iam' && rest === undefined) return { ...common, kind: 'root', name: 'root' }
  const name = lastPart(rest)
  if (name === undefined) return undefined
  if (family === 'user' && service === 'iam') return { ...common, kind: 'user', name }
  const isSession = service === 'sts' && (family === 'assumed-role' || family === 'federated-user')
  return isSession ? { ...common, kind: 'role', name: rest ?? name } : undefined
}

const lastPart = (path: string | undefined): string | undefined => path?.split('/').findLast((part) => part !== '')

/** `other`: SMS of old, which can be neither made nor changed any more. */
export function deviceTypeOf(serial: string): DeviceType | 'other' {
  if (!serial.startsWith('arn:')) return 'hardware-totp'
  const family = ARN.exec(serial)?.[4]
  if (family === 'mfa') return 'virtual-totp'
  return family === 'u2f' ? 'fido' : 'other'
}

/** What people call a device: an ARN's last part; a token's serial number. */
export const deviceNameOf = (serial: string): string =>
  serial.startsWith('arn:') ? (lastPart(ARN.exec(serial)?.[5]) ?? serial) : serial

/** Whether IAM would look at it at all: it may be sent as a `SerialNumber`. */
export const isSerial = (serial: string): boolean => SERIAL.test(serial)

/** Printed serial numbers come with spaces and hyphens, and are typed in either case. */
export const plainSerial = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toUpperCase()

/**
 * A name as IAM takes it, of one as people type it: without accents, hyphens for spaces, nothing else. Empty where no letter or
 * digit is left. Two names may become one: IAM then says that it is taken.
 */
export function entityNameOf(typed: string): string {
  const plain = typed
    .trim()
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll(/\s+/g, '-')
  const name = plain.replaceAll(DEVICE_NAME_LETTERS, '').slice(0, MAX_DEVICE_NAME)
  return /[A-Za-z0-9]/.test(name) ? name : ''
}

/** Path `/`: others break the published self-service policies. */
export const virtualDeviceArn = ({ partition, accountId }: Principal, name: string): string =>
  `arn:${partition}:iam::${accountId}:mfa/${name}`

export const rootArn = ({ partition, accountId }: Principal): string => `arn:${partition}:iam::${accountId}:root`
