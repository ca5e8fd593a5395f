/**
 * `AGE-PLUGIN-FIDO2PRF-1…`: which credential opens a file, for the age plugin and for us. Bech32 over version 1, credential
 * id, relying party id and transports, each in CBOR with arguments of 16 bits at most. It holds no secret.
 */
import { concat, fromUtf8, utf8 } from '../../../shared/kit/index.ts'
import { fromBech32, toBech32 } from './bech32.ts'

export interface PrfCredential {
  readonly id: Uint8Array
  readonly rpId: string
  /** As WebAuthn names them: `usb`, `nfc`, … */
  readonly transports: readonly string[]
}

const PREFIX = 'age-plugin-fido2prf-'
const VERSION = 1
/** CTAP 2.1 §6.1 has credential ids of 1023 bytes at most; an rp id is a domain name. */
const ID_LIMIT_BYTES = 1023
const TEXT_LIMIT_BYTES = 255
const TRANSPORTS_LIMIT = 16

const MAJOR = { uint: 0, bytes: 2, text: 3, array: 4 } as const

export function writePluginIdentity({ id, rpId, transports }: PrfCredential): string {
  const bytes = concat(
    head(MAJOR.uint, VERSION),
    head(MAJOR.bytes, id.length),
    id,
    ...text(rpId),
    head(MAJOR.array, transports.length),
    ...transports.flatMap(text),
  )
  return toBech32(PREFIX, bytes).toUpperCase()
}

/** Total: the credential, or `undefined`. */
export function readPluginIdentity(line: string): PrfCredential | undefined {
  const bytes = line === line.toUpperCase() ? fromBech32(PREFIX, line) : undefined
  if (bytes === undefined) return undefined
  const reader = new Reader(bytes)
  if (reader.argument(MAJOR.uint) !== VERSION) return undefined
  const id = reader.bytes(MAJOR.bytes, ID_LIMIT_BYTES)
  const rpId = reader.text()
  const count = reader.argument(MAJOR.array)
  if (id === undefined || id.length === 0 || rpId === undefined || count === undefined || count > TRANSPORTS_LIMIT)
    return undefined
  const transports: string[] = []
  for (let at = 0; at < count; at++) {
    const transport = reader.text()
    if (transport === undefined) return undefined
    transports.push(transport)
  }
  return reader.isAtEnd ? { id, rpId, transports } : undefined
}

const text = (value: string): Uint8Array[] => {
  const bytes = utf8(value)
  return [head(MAJOR.text, bytes.length), bytes]
}

function head(major: number, argument: number): Uint8Array {
  const type = major << 5
  if (argument < 24) return Uint8Array.of(type | argument)
  return argument < 0x100
    ? Uint8Array.of(type | 24, argument)
    : Uint8Array.of(type | 25, argument >> 8, argument & 0xff)
}

class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  /** In its shortest form only. */
  argument(major: number): number | undefined {
    const first = this.#bytes[this.#at]
    if (first === undefined || first >> 5 !== major) return undefined
    const short = first & 31
    if (short > 25) return undefined
    const size = short < 24 ? 0 : short - 23
    const more = this.#bytes.subarray(this.#at + 1, this.#at + 1 + size)
    if (more.length < size) return undefined
    const value = size === 0 ? short : more.reduce((sum, byte) => (sum << 8) | byte, 0)
    if ((size === 1 && value < 24) || (size === 2 && value < 0x100)) return undefined
    this.#at += 1 + size
    return value
  }

  bytes(major: number, limit: number): Uint8Array | undefined {
    const length = this.argument(major)
    if (length === undefined || length > limit || this.#at + length > this.#bytes.length) return undefined
    this.#at += length
    return this.#bytes.slice(this.#at - length, this.#at)
  }

  text(): string | undefined {
    const bytes = this.bytes(MAJOR.text, TEXT_LIMIT_BYTES)
    return bytes && fromUtf8(bytes)
  }
}
