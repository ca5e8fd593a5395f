/**
 * What the program and its HID host say to one another: plain JSON values, so that any channel between processes carries
 * them. Each side reads the other's messages with these readers, which take nothing on trust: a message is one of those
 * below within its bounds, or it is `undefined`. Nothing of an error crosses but its code.
 */
import { fromHex } from '../../../shared/kit/index.ts'
import { REPORT_BYTES, type PortRefused } from '../hid-port.ts'
import type { FoundKey } from './source.ts'

/** More security keys than that in one computer are not looked at. */
export const MAX_KEYS = 64
export const MAX_PORTS = 16
/** Calls that wait for the host's answer: a whole message of CTAPHID is 129 reports, at each port. */
export const MAX_CALLS = 4096
export const MAX_PLACE_LENGTH = 1024
/** A USB string descriptor has at most 126 UTF-16 letters. */
export const MAX_FACT_LENGTH = 256
/** hidapi gives no longer ones (node-hid, READ_BUFF_MAXSIZE). Devices may send others than of 64 bytes, wrongly. */
export const MAX_REPORT_BYTES = 2048

/** `id` numbers calls, `port` ports; both are given by the program, from 1 on, and never again for the same host. */
export type ToHost =
  | { readonly op: 'list'; readonly id: number }
  | { readonly op: 'can-open'; readonly id: number; readonly place: string }
  | { readonly op: 'open'; readonly id: number; readonly place: string; readonly port: number }
  /** The port is read from now on. */
  | { readonly op: 'listen'; readonly port: number }
  | { readonly op: 'write'; readonly id: number; readonly port: number; readonly report: string }
  | { readonly op: 'close'; readonly id: number; readonly port: number }
  | { readonly op: 'hints'; readonly isOn: boolean }

/** A key as the host tells of it. Its kind is not the host's to say. */
export type HostKey = Omit<FoundKey, 'kind'>

export type HostRefusal =
  | { readonly kind: 'unavailable'; readonly missingLibrary?: string | undefined }
  | { readonly kind: 'refused'; readonly reason: PortRefused['reason'] }
  | { readonly kind: 'failed' }

export type HostAnswer =
  /** `isHinting`: while hints are on, every change from now on is hinted at. */
  | { readonly op: 'keys'; readonly id: number; readonly keys: readonly HostKey[]; readonly isHinting: boolean }
  | { readonly op: 'access'; readonly id: number; readonly canOpen: boolean }
  /** To opening, writing and closing. */
  | { readonly op: 'done'; readonly id: number }
  | { readonly op: 'not-done'; readonly id: number; readonly why: HostRefusal }

export type FromHost =
  | HostAnswer
  | { readonly op: 'report'; readonly port: number; readonly report: string }
  /** Not by the program's wish. `isFault`: the system could not read the device any more. */
  | { readonly op: 'closed'; readonly port: number; readonly isFault: boolean }
  | { readonly op: 'hint' }

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1
const isText = (value: unknown, most: number): value is string => typeof value === 'string' && value.length <= most
const isPlace = (value: unknown): value is string => isText(value, MAX_PLACE_LENGTH) && value.length > 0
const isReport = (value: unknown, mostBytes: number): value is string =>
  isText(value, 2 * mostBytes) && fromHex(value) !== undefined

/** What the host is told. */
export function readToHost(message: unknown): ToHost | undefined {
  if (!isFields(message)) return undefined
  const { op, id, port, place, report, isOn } = message
  switch (op) {
    case 'list':
      return isNumber(id) ? { op, id } : undefined
    case 'can-open':
      return isNumber(id) && isPlace(place) ? { op, id, place } : undefined
    case 'open':
      return isNumber(id) && isPlace(place) && isNumber(port) ? { op, id, place, port } : undefined
    case 'listen':
      return isNumber(port) ? { op, port } : undefined
    case 'write':
      return isNumber(id) && isNumber(port) && isReport(report, REPORT_BYTES) && report.length === 2 * REPORT_BYTES
        ? { op, id, port, report }
        : undefined
    case 'close':
      return isNumber(id) && isNumber(port) ? { op, id, port } : undefined
    case 'hints':
      return typeof isOn === 'boolean' ? { op, isOn } : undefined
    default:
      return undefined
  }
}

/** What the host tells. */
export function readFromHost(message: unknown): FromHost | undefined {
  if (!isFields(message)) return undefined
  const { op, id, port, report, isFault, canOpen, isHinting } = message
  switch (op) {
    case 'keys': {
      const keys = readKeys(message.keys)
      return isNumber(id) && keys && typeof isHinting === 'boolean' ? { op, id, keys, isHinting } : undefined
    }
    case 'access':
      return isNumber(id) && typeof canOpen === 'boolean' ? { op, id, canOpen } : undefined
    case 'done':
      return isNumber(id) ? { op, id } : undefined
    case 'not-done': {
      const why = readRefusal(message.why)
      return isNumber(id) && why ? { op, id, why } : undefined
    }
    case 'report':
      return isNumber(port) && isReport(report, MAX_REPORT_BYTES) ? { op, port, report } : undefined
    case 'closed':
      return isNumber(port) && typeof isFault === 'boolean' ? { op, port, isFault } : undefined
    case 'hint':
      return { op }
    default:
      return undefined
  }
}

function readKeys(value: unknown): HostKey[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_KEYS) return undefined
  const keys = value.flatMap((each: unknown) => readKey(each) ?? [])
  return keys.length === value.length ? keys : undefined
}

/** Both are 16 bits in USB. */
const isUsbId = (value: unknown): value is number | undefined =>
  value === undefined || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff)
const isFact = (value: unknown): value is string | undefined => value === undefined || isText(value, MAX_FACT_LENGTH)

function readKey(value: unknown): HostKey | undefined {
  if (!isFields(value)) return undefined
  const { place, vendorId, productId, manufacturer, product, serialNumber } = value
  if (!isPlace(place) || !isUsbId(vendorId) || !isUsbId(productId)) return undefined
  if (!isFact(manufacturer) || !isFact(product) || !isFact(serialNumber)) return undefined
  return { place, vendorId, productId, manufacturer, product, serialNumber }
}

const REASONS: readonly unknown[] = ['denied', 'busy', 'gone', 'failed'] satisfies PortRefused['reason'][]
const isReason = (value: unknown): value is PortRefused['reason'] => REASONS.includes(value)

function readRefusal(value: unknown): HostRefusal | undefined {
  if (!isFields(value)) return undefined
  const { kind, reason, missingLibrary } = value
  switch (kind) {
    case 'unavailable':
      return isFact(missingLibrary) ? { kind, missingLibrary } : undefined
    case 'refused':
      return isReason(reason) ? { kind, reason } : undefined
    case 'failed':
      return { kind }
    default:
      return undefined
  }
}
