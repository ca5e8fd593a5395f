import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameJson } from './same-json.ts'

describe('sameness as JSON', () => {
  test('a value is the same as what is left of it after a wire', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(sameJson(value, JSON.parse(JSON.stringify(value)))).toBe(true)
      }),
    )
  })
  test('two values are the same where they read the same, whatever the order of their members', () => {
    const small = fc.letrec((tie) => ({
      value: fc.oneof(
        fc.constantFrom(0, 1, '0', null, true),
        fc.array(tie('value'), { maxLength: 2 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'toString'), tie('value'), { noNullPrototype: true }),
      ),
    })).value
    const canonical = (value: unknown): string =>
      JSON.stringify(value, (_key, inner: unknown) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      )
    fc.assert(
      fc.property(small, small, (a, b) => {
        expect(sameJson(a, b)).toBe(canonical(a) === canonical(b))
      }),
      { numRuns: 2000 },
    )
  })
  test('a member that is undefined is an absent one, in either', () => {
    expect(sameJson({ a: 1, b: undefined }, { a: 1 })).toBe(true)
    expect(sameJson({ a: 1 }, { a: 1, b: undefined })).toBe(true)
    expect(sameJson({ a: undefined }, { b: undefined })).toBe(true)
    expect(sameJson({ a: undefined, b: 1 }, { a: 1, b: undefined })).toBe(false)
  })
  test('a list is no record, and nothing inherited counts', () => {
    expect(sameJson([], {})).toBe(false)
    expect(sameJson({ 0: 1 }, [1])).toBe(false)
    expect(sameJson({}, { toString: 1 })).toBe(false)
    expect(sameJson({ toString: 1 }, { other: 1 })).toBe(false)
  })
})
