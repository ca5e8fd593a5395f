/** authenticatorLargeBlobs, 0x0C (CTAP 2.1 §6.10). */
import { concat, fromBase64url, toBase64url } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { sha256 } from '../crypto.ts'
import type { Key } from '../key.ts'
import { isWhole, TRAILER_BYTES } from '../large-blob-array.ts'
import type { Params } from '../params.ts'
import { refuse, STATUS } from '../status.ts'
import { FF32, PERMISSION } from '../token.ts'
import { authParam, requireToken } from './authorise.ts'

const IN = { get: 0x01, set: 0x02, offset: 0x03, length: 0x04, pinUvAuthParam: 0x05, pinUvAuthProtocol: 0x06 } as const
const OUT = { config: 0x01 } as const
/** maxFragmentLength is maxMsgSize less this (§6.10.2). */
const MESSAGE_OVERHEAD = 64
const MIN_ARRAY_BYTES = TRAILER_BYTES + 1

export function largeBlobs(key: Key, params: Params): CborMap | undefined {
  const get = params.uint(IN.get)
  const set = params.bytes(IN.set)
  const offset = params.uint(IN.offset)
  if ((get === undefined) === (set === undefined) || offset === undefined) return refuse(STATUS.invalidParameter)
  return set === undefined ? read(key, params, offset, get!) : write(key, params, offset, set)
}

const longestFragment = (key: Key) => key.options.maxMsgSize - MESSAGE_OVERHEAD

function read(key: Key, params: Params, offset: number, length: number): CborMap {
  if ([IN.length, IN.pinUvAuthParam, IN.pinUvAuthProtocol].some((member) => params.has(member))) {
    return refuse(STATUS.invalidParameter)
  }
  if (length > longestFragment(key)) return refuse(STATUS.invalidLength)
  const array = fromBase64url(key.state.largeBlobs)!
  if (offset > array.length) return refuse(STATUS.invalidParameter)
  return new Map<number, CborValue>([[OUT.config, array.slice(offset, offset + length)]])
}

/** Fragments come in order; the last one is checked against the trailer and only then is the array replaced. */
function write(key: Key, params: Params, offset: number, fragment: Uint8Array): undefined {
  if (fragment.length > longestFragment(key)) refuse(STATUS.invalidLength)
  const begun = begin(key, params.uint(IN.length), offset)
  if (offset !== begun.bytes.length) refuse(STATUS.invalidSeq)
  if (key.isProtected || key.state.alwaysUv) authorise(key, params, offset, fragment)
  if (offset + fragment.length > begun.expected) refuse(STATUS.invalidParameter)
  const bytes = concat(begun.bytes, fragment)
  key.largeBlobWrite = { expected: begun.expected, bytes }
  if (bytes.length < begun.expected) return
  key.largeBlobWrite = undefined
  if (!isWhole(bytes)) refuse(STATUS.integrityFailure)
  key.change({ largeBlobs: toBase64url(bytes) })
}

/** What is being written: begun with offset 0 and the whole length, continued without it. */
function begin(key: Key, length: number | undefined, offset: number): { expected: number; bytes: Uint8Array } {
  if (offset > 0) {
    if (length !== undefined) return refuse(STATUS.invalidParameter)
    return key.largeBlobWrite ?? refuse(STATUS.invalidSeq)
  }
  if (length === undefined) return refuse(STATUS.invalidParameter)
  if (length > key.options.maxSerializedLargeBlobArray) return refuse(STATUS.largeBlobStorageFull)
  if (length < MIN_ARRAY_BYTES) return refuse(STATUS.invalidParameter)
  return { expected: length, bytes: new Uint8Array() }
}

/** §6.10.2: 32 × 0xff ‖ 0x0c 0x00 ‖ uint32LittleEndian(offset) ‖ SHA-256(fragment). */
function authorise(key: Key, params: Params, offset: number, fragment: Uint8Array): void {
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const littleEndian = Uint8Array.of(offset & 0xff, (offset >> 8) & 0xff, (offset >> 16) & 0xff, offset >>> 24)
  const message = concat(FF32, Uint8Array.of(0x0c, 0x00), littleEndian, sha256(fragment))
  requireToken(key, auth, PERMISSION.largeBlobWrite, message)
}
