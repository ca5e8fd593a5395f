/** authenticatorLargeBlobs (CTAP 2.1 §6.10): reads and writes the serialised array in fragments. */
import { concat } from '../../../shared/kit/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import type { PinUvAuthToken } from './client-pin.ts'
import { need, send } from './command.ts'
import type { Info } from './info.ts'
import { sha256 } from './hash.ts'

/** §6.10. */
const LARGE_BLOBS = 0x0c

/** Parameters of the command (§6.10). */
const P = { get: 0x01, set: 0x02, offset: 0x03, length: 0x04, pinUvAuthParam: 0x05, pinUvAuthProtocol: 0x06 } as const
/** Member of the answer to `get` (§6.10). */
const M = { config: 0x01 } as const

/** "maxFragmentLength is maxMsgSize − 64" (§6.10.1); maxMsgSize is 1024 where the key does not say (§6.4). */
const OVERHEAD_BYTES = 64
const DEFAULT_MAX_MSG_SIZE = 1024
/** A CTAPHID message has 7609 bytes, whatever the key says. */
const LARGEST_MSG_SIZE = 7609
/** An array this long is not read: keys hold some kilobytes. */
const MAX_ARRAY_BYTES = 65_536
/** "At least 1024" (§6.4); 17 bytes is the empty one. */
const EMPTY_ARRAY_BYTES = 17

export function isSupported(info: Info): boolean {
  return info.options.largeBlobs === true
}

export function maxFragmentLength(info: Pick<Info, 'maxMsgSize'>): number {
  const size = Math.min(info.maxMsgSize ?? DEFAULT_MAX_MSG_SIZE, LARGEST_MSG_SIZE)
  if (size <= OVERHEAD_BYTES) throw new AnswerError('member-value', 'maxMsgSize')
  return size - OVERHEAD_BYTES
}

/** The whole serialised array, trailer included. Needs no token. */
export async function readLargeBlobs(
  transport: Transport,
  fragmentBytes: number,
  options?: MessageOptions,
): Promise<Uint8Array> {
  const fragments: Uint8Array[] = []
  let offset = 0
  for (;;) {
    const answer = await send(transport, LARGE_BLOBS, { [P.get]: fragmentBytes, [P.offset]: offset }, options)
    const fragment = need(answer.bytes(M.config), M.config)
    if (fragment.length > fragmentBytes) throw new AnswerError('member-value', M.config)
    fragments.push(fragment)
    offset += fragment.length
    if (offset > MAX_ARRAY_BYTES) throw new AnswerError('member-value', M.config)
    if (fragment.length < fragmentBytes) return concat(...fragments)
  }
}

/**
 * Replaces the serialised array, which carries its own trailer (`writeArray`). The key keeps the old one until the last
 * fragment has come and its trailer fits. `token`, with the permission `lbw`, is left out for a key without any
 * protection (§6.10.2).
 */
export async function writeLargeBlobs(
  transport: Transport,
  serialised: Uint8Array,
  fragmentBytes: number,
  token?: PinUvAuthToken,
  options?: MessageOptions,
): Promise<void> {
  if (serialised.length < EMPTY_ARRAY_BYTES) throw new MisuseError('large blobs: an array and its trailer')
  for (let offset = 0; offset < serialised.length; offset += fragmentBytes) {
    const set = serialised.slice(offset, offset + fragmentBytes)
    await send(
      transport,
      LARGE_BLOBS,
      {
        [P.set]: set,
        [P.offset]: offset,
        [P.length]: offset === 0 ? serialised.length : undefined,
        [P.pinUvAuthParam]: token?.authenticate(fragmentMessage(offset, set)),
        [P.pinUvAuthProtocol]: token?.version,
      },
      options,
    )
  }
}

/** 32×0xff, 0x0c 0x00, the offset as 32 bits little-endian, SHA-256 of the fragment (§6.10.2). */
function fragmentMessage(offset: number, set: Uint8Array): Uint8Array {
  const head = new Uint8Array(38).fill(0xff, 0, 32)
  head[32] = LARGE_BLOBS
  new DataView(head.buffer).setUint32(34, offset, true)
  return concat(head, sha256(set))
}
