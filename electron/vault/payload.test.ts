import { describe, expect, test } from 'vitest'
import { fromUtf8, utf8 } from '../../shared/kit/index.ts'
import { decodePayload, encodePayload } from './payload.ts'

const recipient = `age1${'q'.repeat(58)}`
const slot = { id: 'passphrase-0123456789abcdef', kind: 'passphrase', label: '', createdAt: 1, recipient }
const payload = { format: 1, vaultId: 'a'.repeat(32), generation: 1, savedAt: 1, slots: [slot], data: {} }
const bytesOf = (value: unknown) => utf8(JSON.stringify(value))

describe('the payload', () => {
  test('keeps every field it does not know, in its place', () => {
    const text =
      `{"later":{"a":[1,null,"x"]},"format":1,"vaultId":"${'a'.repeat(32)}","generation":7,"savedAt":1,` +
      `"slots":[{"id":"security-key-0123456789abcdef","kind":"security-key","label":"k","createdAt":1,"recipient":"${recipient}","credential":"abc"}],` +
      `"data":{"entries":[],"__proto__":{"x":1}},"__proto__":{"y":2}}`
    const read = decodePayload(utf8(text))
    expect(read.ok && fromUtf8(encodePayload(read.value))).toBe(text)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('of a later format is told as newer, whatever else is in it', () => {
    expect(decodePayload(bytesOf({ format: 2 }))).toEqual({ ok: false, error: { fault: 'newer-format', format: 2 } })
  })

  test.each([
    ['no UTF-8', Uint8Array.of(0x7b, 0xff)],
    ['no JSON', utf8('{')],
    ['nested past any use', utf8('['.repeat(500_000))],
    ['a list', bytesOf([])],
    ['null', bytesOf(null)],
    ['format 0', bytesOf({ ...payload, format: 0 })],
    ['no format', bytesOf({ ...payload, format: undefined })],
    ['a format of text', bytesOf({ ...payload, format: '2' })],
    ['a bad vault id', bytesOf({ ...payload, vaultId: 'x' })],
    ['generation 0', bytesOf({ ...payload, generation: 0 })],
    ['half a generation', bytesOf({ ...payload, generation: 1.5 })],
    [
      'a generation past 2^53',
      utf8(JSON.stringify(payload).replace('"generation":1', '"generation":9007199254740993')),
    ],
    ['no slots', bytesOf({ ...payload, slots: [] })],
    ['17 slots', bytesOf({ ...payload, slots: Array.from({ length: 17 }, () => slot) })],
    ['one slot twice', bytesOf({ ...payload, slots: [slot, slot] })],
    [
      'two slots of one recipient',
      bytesOf({ ...payload, slots: [slot, { ...slot, id: 'passphrase-0123456789abcde0' }] }),
    ],
    ['a slot id that is a path', bytesOf({ ...payload, slots: [{ ...slot, id: '../../x-0123456789abcdef' }] })],
    ['a recipient of another kind', bytesOf({ ...payload, slots: [{ ...slot, recipient: 'age1pq1xyz' }] })],
    ['data that is a list', bytesOf({ ...payload, data: [] })],
    ['no data', bytesOf({ ...payload, data: undefined })],
  ])('with %s is refused', (_, bytes) => {
    expect(decodePayload(bytes)).toEqual({ ok: false, error: { fault: 'content' } })
  })

  test('as written is read', () => {
    expect(decodePayload(bytesOf(payload))).toEqual({ ok: true, value: payload })
  })
})
