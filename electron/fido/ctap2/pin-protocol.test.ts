import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { concat, fromHex, toHex, utf8 } from '../../../shared/kit/index.ts'
import type { CborKey, CborValue } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import { authenticate, chooseProtocol, encapsulate, isTokenLength } from './pin-protocol.ts'

const hex = (text: string) => fromHex(text)!
/** Keys and secret: python-fido2, tests/test_ctap2.py (EC_PRIV, DEV_PUB_X, DEV_PUB_Y, EC_PUB_X, EC_PUB_Y). */
const PRIVATE = hex('7452e599fee739d8a653f6a507343d12d382249108a651402520b72f24fe7684')
const PEER = {
  x: hex('0501d5bc78da9252560a26cb08fcc60cbe0b6d3b8e1d1fcee514fac0af675168'),
  y: hex('d551b3ed46f665731f95b4532939c25d91db7eb844bd96d4abd4083785f8df47'),
}
const PUBLIC = {
  x: hex('44d78d7989b97e62ea993496c9ef6e8fd58b8b00715f9a89153ddd9c4657e47f'),
  y: hex('ec802ee7d22bd4e100f12e48537eb4e7e96ed3a47a0a3bd5f5eeab65001664f9'),
}

function cose(change: readonly [CborKey, CborValue | undefined][] = []): Map<CborKey, CborValue> {
  const map = new Map<CborKey, CborValue>([
    [1, 2],
    [3, -25],
    [-1, 1],
    [-2, PEER.x],
    [-3, PEER.y],
  ])
  for (const [key, value] of change) {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }
  return map
}

/** The private key first, then the IV 00 01 … 0f. */
const known = (length: number) => (length === 32 ? PRIVATE : Uint8Array.from({ length }, (_, i) => i))

describe('protocol 1', () => {
  const shared = encapsulate(1, cose(), known)

  it('sends its own public key with the five members of COSE', () => {
    expect(shared.platformKey).toEqual(
      new Map<CborKey, CborValue>([
        [1, 2],
        [3, -25],
        [-1, 1],
        [-2, PUBLIC.x],
        [-3, PUBLIC.y],
      ]),
    )
  })

  it('encrypts, decrypts and authenticates as python-fido2 does', () => {
    // python-fido2, test/test_ctap2.py: PIN_HASH_ENC of "1234", TOKEN_ENC and TOKEN, new_pin_enc and pin_auth of set_pin.
    const pinHash = hex('03ac674216f3e15c761ee1a5e255f067')
    expect(toHex(shared.encrypt(pinHash))).toBe('afe8327ce416da8ee3d057589c2ce1a9')
    expect(toHex(shared.decrypt(hex('7a9f98e31b77be90f9c64d12e9635040')))).toBe('aff12c6dcfbf9df52f7a09211e8865cd')
    const newPinEnc = shared.encrypt(concat(utf8('1234'), new Uint8Array(60)))
    expect(toHex(newPinEnc)).toBe(
      '0222fc42c6dd76a274a7057858b9b29d98e8a722ec2dc6668476168c5320473cec9907b4cd76ce7943c96ba5683943211d84471e64d9c51e54763488cd66526a',
    )
    expect(toHex(shared.authenticate(newPinEnc))).toBe('7b40c084ccc5794194189ab57836475f')
  })
})

describe('protocol 2', () => {
  const shared = encapsulate(2, cose(), known)

  it('encrypts, decrypts and authenticates as python-fido2 does', () => {
    // Made with python-fido2 0.9.1's PinProtocolV2 from the same keys, IV 00 01 … 0f.
    const encrypted = shared.encrypt(concat(utf8('1234'), new Uint8Array(60)))
    expect(toHex(encrypted)).toBe(
      '000102030405060708090a0b0c0d0e0f76f442d0c109cfc29362cfdea56c2dd2a64f2a11b02e40df972a71df1011cf8426ff2f3887edf477a73a518467f90ff76adf360c00e8cd95e2eef66012267ec2',
    )
    expect(toHex(shared.authenticate(encrypted))).toBe(
      'cbd8ce828e9847125882660c6f7ffd3b71e5dbb13039a2b37dbae9d50f7c34cb',
    )
    expect(shared.decrypt(encrypted)).toEqual(concat(utf8('1234'), new Uint8Array(60)))
    expect(
      toHex(
        authenticate(
          2,
          known(32).map((_, i) => i),
          utf8('hello'),
        ),
      ),
    ).toBe('53c40272a70c15ca4ee0af4df1f155fd6c41e00ce2307d8987ecd4bb36a7e990')
  })

  it('takes a new IV for every message', () => {
    const random = encapsulate(2, cose(), seededRandom('iv'))
    expect(random.encrypt(new Uint8Array(16))).not.toEqual(random.encrypt(new Uint8Array(16)))
  })
})

describe('what is refused', () => {
  it.each<[string, [CborKey, CborValue | undefined][]]>([
    ['no kty', [[1, undefined]]],
    ['another kty', [[1, 1]]],
    ['no alg', [[3, undefined]]],
    ['ES256 for alg', [[3, -7]]],
    ['another curve', [[-1, 2]]],
    ['no y', [[-3, undefined]]],
    ['a sign for y', [[-3, true]]],
    ['a short x', [[-2, PEER.x.subarray(1)]]],
    ['a long x', [[-2, concat(new Uint8Array(1), PEER.x)]]],
    ['a private key beside', [[-4, new Uint8Array(32)]]],
    ['a key id beside', [[2, new Uint8Array(1)]]],
    ['the point at 0, 0', [[-2, new Uint8Array(32)], [-3, new Uint8Array(32)]]], // prettier-ignore
    ['coordinates beyond the field', [[-2, new Uint8Array(32).fill(0xff)]]],
  ])('a key agreement key with %s is refused', (_, change) => {
    for (const version of [1, 2] as const) {
      expect(() => encapsulate(version, cose(change), known)).toThrow(
        expect.objectContaining({ name: 'AnswerError', fault: 'key-agreement' }),
      )
    }
  })

  it('2,000 points off the curve are refused', () => {
    const random = seededRandom('off the curve')
    for (let i = 0; i < 2000; i++) {
      const change: [CborKey, CborValue][] = [
        [-2, random(32)],
        [-3, random(32)],
      ]
      // A random pair is a point once in 2^255.
      expect(() => encapsulate(2, cose(change), known)).toThrow(AnswerError)
    }
  })

  it('ciphertext that is not whole blocks is refused, and so is our own', () => {
    for (const version of [1, 2] as const) {
      const shared = encapsulate(version, cose(), known)
      expect(() => shared.decrypt(new Uint8Array(33))).toThrow(AnswerError)
      expect(() => shared.encrypt(new Uint8Array(17))).toThrow(MisuseError)
    }
    expect(() => encapsulate(2, cose(), known).decrypt(new Uint8Array(0))).toThrow(AnswerError)
  })

  it('a source of randomness without any private key is found out', () => {
    expect(() => encapsulate(1, cose(), () => new Uint8Array(32))).toThrow(MisuseError)
  })
})

it("the key's preferred protocol is taken, of those we know", () => {
  expect(chooseProtocol([2, 1])).toBe(2)
  expect(chooseProtocol([3, 1, 2])).toBe(1)
  expect(chooseProtocol([3])).toBeUndefined()
  expect(chooseProtocol(undefined)).toBeUndefined()
  expect([isTokenLength(1, 16), isTokenLength(1, 32), isTokenLength(2, 16), isTokenLength(2, 32)]).toEqual([
    true,
    true,
    false,
    true,
  ])
})
