/**
 * The CBOR codec against two libraries: cborg, strict, and cbor2 with the options of RFC 8949's deterministic encoding.
 * `FUZZ=10000000 npx vitest run test/fuzz/cbor.test.ts` runs that many of each.
 */
import { decode as cbor2Decode } from 'cbor2'
import * as cborg from 'cborg'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, decodeFirst, encode, type CborKey, type CborValue } from '../../electron/fido/cbor/index.ts'
import { toHex } from '../../shared/kit/index.ts'

const numRuns = Number(process.env['FUZZ'] ?? 3000)
const options = { timeout: 20_000 + numRuns }

const wellFormed = fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => !/\p{Surrogate}/u.test(text))
const integers = fc.oneof(
  fc.integer({ min: -300, max: 300 }),
  fc.maxSafeInteger(),
  fc
    .bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
)
const keys: fc.Arbitrary<CborKey> = fc.oneof(
  fc.integer({ min: -40, max: 300 }),
  fc.maxSafeInteger(),
  fc.constantFrom('id', 'type', 'alg', 'rk', 'hmac-secret', 'credProtect', ''),
  wellFormed,
)

/** What a message may hold, no deeper than `levels`. */
function values(levels: number): fc.Arbitrary<CborValue> {
  const leaves: fc.Arbitrary<CborValue> = fc.oneof(
    integers,
    wellFormed,
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom<CborValue>(true, false, null),
  )
  if (levels === 0) return leaves
  const inner = values(levels - 1)
  return fc.oneof(
    leaves,
    fc.array(inner, { maxLength: 5 }),
    fc.array(fc.tuple(keys, inner), { maxLength: 6 }).map((entries) => new Map(entries)),
  )
}
const messages = values(4)

/** Bytes that mean something in CBOR, so that mutations reach beyond the first check. */
const TELLING = [0x00, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1f, 0x20, 0x38, 0x3b, 0x40, 0x58, 0x5b, 0x5f, 0x60, 0x61, 0x78, 0x7b, 0x7f, 0x80, 0x81, 0x98, 0x9b, 0x9f, 0xa0, 0xa1, 0xa2, 0xb8, 0xbb, 0xbf, 0xc0, 0xd8, 0xe0, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff, 0xc3, 0xed] // prettier-ignore
const anyByte = fc.oneof(fc.constantFrom(...TELLING), fc.nat(255))
const edits = fc.array(
  fc.record({
    place: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(3),
    put: fc.array(anyByte, { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
)
const mutated = fc.tuple(messages, edits).map(([message, changes]) => {
  let bytes = [...encode(message)]
  for (const { place, remove, put } of changes) bytes.splice(Math.floor(place * bytes.length), remove, ...put)
  return Uint8Array.from(bytes)
})
const soup = fc.array(anyByte, { maxLength: 24 }).map((bytes) => Uint8Array.from(bytes))
const inputs = fc.oneof({ arbitrary: mutated, weight: 3 }, { arbitrary: soup, weight: 1 })

function cborgAccepts(bytes: Uint8Array): boolean {
  try {
    cborg.decode(bytes, {
      strict: true,
      useMaps: true,
      rejectDuplicateMapKeys: true,
      allowIndefinite: false,
      allowUndefined: false,
    })
    return true
  } catch {
    return false
  }
}
function cbor2Accepts(bytes: Uint8Array): boolean {
  try {
    cbor2Decode(bytes, { cde: true })
    return true
  } catch {
    return false
  }
}

describe('any bytes at all', () => {
  it('are a value that is written back as the same bytes, or a fault', options, () => {
    let accepted = 0
    fc.assert(
      fc.property(inputs, (bytes) => {
        const read = decode(bytes)
        if (!read.ok) {
          expect(read.error.code).toMatch(/^[a-z0-9-]+$/)
          expect(read.error.at).toBeLessThanOrEqual(bytes.length)
          return
        }
        accepted += 1
        expect(read.value.misordered).toBe(0)
        expect(toHex(encode(read.value.value))).toBe(toHex(bytes))
      }),
      { numRuns },
    )
    expect(accepted).toBeGreaterThan(numRuns / 50)
  })

  it('are never accepted where both libraries refuse them', options, () => {
    fc.assert(
      fc.property(inputs, (bytes) => {
        if (!decode(bytes, { maxDepth: 16 }).ok) return
        expect(cborgAccepts(bytes) || cbor2Accepts(bytes), toHex(bytes)).toBe(true)
      }),
      { numRuns },
    )
  })

  it('are accepted out of order only where a library that does not look at order accepts them', options, () => {
    fc.assert(
      fc.property(inputs, (bytes) => {
        const read = decode(bytes, { tolerateOrder: true, maxDepth: 16 })
        if (!read.ok) return
        expect(cborgAccepts(bytes), toHex(bytes)).toBe(true)
        expect(read.value.misordered > 0).toBe(!decode(bytes, { maxDepth: 16 }).ok)
      }),
      { numRuns },
    )
  })

  it('hold a first item that ends where the strict reader says it ends', options, () => {
    fc.assert(
      fc.property(messages, soup, (message, rest) => {
        const first = encode(message)
        const read = decodeFirst(Uint8Array.from([...first, ...rest]))
        expect(read.ok && read.value.consumed).toBe(first.length)
      }),
      { numRuns },
    )
  })
})

describe('millions of damaged messages', () => {
  const corpus = fc.sample(messages, { numRuns: 300, seed: 4 }).map(encode)

  it('are each done with in less than 5 ms, and nothing is thrown', { timeout: 60_000 + numRuns }, () => {
    const random = xorshift(Number(process.env['SEED'] ?? 1))
    let accepted = 0
    for (let run = 0; run < 10 * numRuns; run++) {
      const bytes = damaged(corpus[random(corpus.length)]!, random)
      let started = performance.now()
      accepted += decode(bytes).ok ? 1 : 0
      // The collector or another process may have had the time: only an input that is slow each time is.
      for (let again = 0; again < 3 && performance.now() - started > 5; again++) {
        if (again === 2) expect.fail(`slow: ${toHex(bytes)}`)
        started = performance.now()
        decode(bytes)
      }
    }
    expect(accepted).toBeGreaterThan(numRuns / 10)
  })
})

/** Whole numbers below a bound, many a microsecond; the same for the same seed. */
function xorshift(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

function damaged(message: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = [...message]
  for (let edit = random(4); edit >= 0; edit--) {
    const at = random(bytes.length + 1)
    const byte = TELLING[random(2 * TELLING.length)] ?? random(256)
    bytes.splice(at, random(3), ...(random(3) > 0 ? [byte] : []))
  }
  return Uint8Array.from(bytes)
}

describe('any message', () => {
  it('is read as it was written', options, () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decode(encode(message))).toEqual({ ok: true, value: { value: message, misordered: 0 } })
      }),
      { numRuns },
    )
  })

  it('is written in the bytes that cborg writes', options, () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(toHex(encode(message))).toBe(toHex(cborg.encode(message)))
      }),
      { numRuns },
    )
  })

  it('is read by both libraries', options, () => {
    fc.assert(
      fc.property(messages, (message) => {
        const bytes = encode(message)
        expect({ cborg: cborgAccepts(bytes), cbor2: cbor2Accepts(bytes) }, toHex(bytes)).toEqual({
          cborg: true,
          cbor2: true,
        })
      }),
      { numRuns },
    )
  })
})
