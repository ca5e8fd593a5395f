/** The `prf` extension over hmac-secret (WebAuthn §10.1.4): salts, and results. */
import { concat, toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { sha256 } from '../ctap2/hash.ts'
import { chooseProtocol, clientPin, type extensions, type SharedSecret } from '../ctap2/index.ts'
import { CeremonyError } from './ceremony-error.ts'
import type { Context } from './context.ts'
import { bytesOf, type PrfValuesJSON } from './json.ts'

/** SHA-256 of "WebAuthn PRF", a zero byte and the input. */
export function salts(values: PrfValuesJSON): extensions.Salts {
  const first = salt(values.first, 'prf.first')
  return values.second === undefined ? [first] : [first, salt(values.second, 'prf.second')]
}

function salt(input: string, member: string): Uint8Array {
  return sha256(concat(utf8('WebAuthn PRF'), new Uint8Array(1), bytesOf(input, member)))
}

export function results(outputs: extensions.Salts): { first: string; second?: string } {
  const [first, second] = outputs
  return { first: toBase64url(first), ...(second === undefined ? {} : { second: toBase64url(second) }) }
}

/** The secret that hmac-secret's salts are encrypted with. */
export function agree({ transport, info, random, signal }: Context): Promise<SharedSecret> {
  const version = chooseProtocol(info.pinUvAuthProtocols)
  if (version === undefined) throw new CeremonyError('refused', 'prf')
  return clientPin.agree({ transport, version, random }, { signal })
}
