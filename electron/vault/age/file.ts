/**
 * Whole age files in memory (https://age-encryption.org/v1), by `age-encryption`.
 * Bytes are handed over in pieces with a turn of the event loop between them, so that megabytes block nobody.
 * Refused before any parsing: other formats, headers past 16 KiB, more than 64 stanzas.
 */
import { setImmediate } from 'node:timers/promises'
import { Decrypter, Encrypter, type Identity, type Recipient } from 'age-encryption'
import { err, fromUtf8, ok, utf8, type Result } from '../../../shared/kit/index.ts'

/** One STREAM chunk of age is 64 KiB of plaintext; a piece of the same size keeps each turn near 2 ms. */
const PIECE_BYTES = 64 * 1024
const HEADER_LIMIT_BYTES = 16 * 1024
const STANZA_LIMIT = 64

const INTRO = utf8('age-encryption.org/v1\n')
const MAC_LINE = utf8('\n--- ')

export type HeaderFault = 'not-an-age-file' | 'damaged'
/** `no-recipient`: none of the stanzas is for this identity, or the stanza that was has been changed. age can't tell which. */
export type DecryptFault = HeaderFault | 'no-recipient'

/** The first words of the header's stanzas (`X25519`, `scrypt`, …), which is all an outsider can learn from a file. */
export function stanzaTypes(file: Uint8Array): Result<string[], HeaderFault> {
  if (!startsWith(file, INTRO)) return err('not-an-age-file')
  const head = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, HEADER_LIMIT_BYTES))
  const end = head.indexOf(MAC_LINE)
  const text = end < 0 ? undefined : fromUtf8(head.subarray(0, end))
  if (text === undefined) return err('damaged')
  const stanzas = text.split('\n').filter((line) => line.startsWith('-> '))
  if (stanzas.length === 0 || stanzas.length > STANZA_LIMIT) return err('damaged')
  return ok(stanzas.map((line) => line.split(' ')[1] ?? ''))
}

/** A file that each of the recipients opens. Strings are `age1…`. */
export async function encryptTo(
  recipients: readonly (string | Recipient)[],
  plaintext: Uint8Array,
): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  for (const recipient of recipients) encrypter.addRecipient(recipient)
  return collect(await encrypter.encrypt(inPieces(plaintext)))
}

/** The plaintext, in a buffer of its own that the caller wipes. The identity is `AGE-SECRET-KEY-1…` or an age `Identity`. */
export async function decryptWith(
  identity: string | Identity,
  file: Uint8Array,
): Promise<Result<Uint8Array, DecryptFault>> {
  const types = stanzaTypes(file)
  if (!types.ok) return types
  let noneMatched = false
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  // The library's failures are text only. It asks its identities in order, so this one is asked when the first did not match.
  decrypter.addIdentity({
    unwrapFileKey() {
      noneMatched = true
      return null
    },
  })
  try {
    return ok(await collect(await decrypter.decrypt(inPieces(file))))
  } catch {
    return err(noneMatched ? 'no-recipient' : 'damaged')
  }
}

function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at > 0) await setImmediate()
        if (at >= bytes.length) return controller.close()
        controller.enqueue(bytes.subarray(at, at + PIECE_BYTES))
        at += PIECE_BYTES
      },
    },
    { highWaterMark: 0 },
  )
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    const reader = stream.getReader()
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      pieces.push(next.value)
      length += next.value.length
    }
    const whole = Buffer.alloc(length)
    let at = 0
    for (const piece of pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  } finally {
    for (const piece of pieces) piece.fill(0)
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte)
}
