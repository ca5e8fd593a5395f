/** One-time passwords as RFC 4226 §5.3 and RFC 6238 §4 write them down, so that the demo world is not judged by its own maker. */
import { createHmac } from 'node:crypto'

export function codeOfStep(
  secret: Uint8Array,
  params: { readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'; readonly digits: number },
  step: number,
): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(params.algorithm.toLowerCase(), secret).update(counter).digest()
  const offset = mac[mac.length - 1]! & 0xf
  const binary = mac.readUInt32BE(offset) & 0x7fffffff
  return String(binary % 10 ** params.digits).padStart(params.digits, '0')
}
