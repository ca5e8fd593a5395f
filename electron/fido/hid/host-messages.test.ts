import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_FACT_LENGTH, readFromHost, readToHost, type FromHost, type ToHost } from './host-messages.ts'

const numRuns = Number(process.env['FUZZ'] ?? 1_000)
const report = '0f'.repeat(64)

/** As each channel carries them. */
const carried = (message: unknown): unknown => JSON.parse(JSON.stringify(message))

const TO_HOST: readonly ToHost[] = [
  { op: 'list', id: 1 },
  { op: 'can-open', id: 2, place: '/dev/hidraw0#7' },
  { op: 'open', id: 3, place: '\\\\?\\HID#VID_1050&PID_0407#7&1#{4d1e55b2}', port: 1 },
  { op: 'listen', port: 1 },
  { op: 'write', id: Number.MAX_SAFE_INTEGER, port: 1, report },
  { op: 'close', id: 5, port: 1 },
  { op: 'hints', isOn: false },
]
const FROM_HOST: readonly FromHost[] = [
  { op: 'keys', id: 1, keys: [], isHinting: false },
  {
    op: 'keys',
    id: 1,
    keys: [{ place: 'x' }, { place: 'y', vendorId: 0, productId: 0xffff, product: 'Schlüssel' }],
    isHinting: true,
  },
  { op: 'access', id: 2, canOpen: false },
  { op: 'done', id: 3 },
  { op: 'not-done', id: 4, why: { kind: 'unavailable', missingLibrary: 'libusb-1.0.so.0' } },
  { op: 'not-done', id: 4, why: { kind: 'unavailable' } },
  { op: 'not-done', id: 5, why: { kind: 'refused', reason: 'busy' } },
  { op: 'not-done', id: 6, why: { kind: 'failed' } },
  { op: 'report', port: 1, report },
  { op: 'report', port: 1, report: '' },
  { op: 'closed', port: 1, isFault: true },
  { op: 'hint' },
]

describe('messages of the HID host', () => {
  it.each(TO_HOST)('to it are read as they were meant: $op', (message) => {
    expect(readToHost(carried(message))).toEqual(message)
  })

  it.each(FROM_HOST)('from it are read as they were meant: $op', (message) => {
    expect(readFromHost(carried(message))).toEqual(message)
  })

  it('hold nothing but what they are made of', () => {
    expect(readToHost({ op: 'list', id: 1, more: 'x' })).toEqual({ op: 'list', id: 1 })
    const key = { place: 'x', kind: 'virtual', more: 'x' }
    const told = { op: 'keys', id: 1, isHinting: true }
    expect(readFromHost({ ...told, keys: [key] })).toEqual({ ...told, keys: [{ place: 'x' }] })
  })

  it.each([TO_HOST, FROM_HOST])('are none without each of their parts', (...messages: readonly object[]) => {
    const read = (message: unknown) => readToHost(message) ?? readFromHost(message)
    for (const message of messages) {
      for (const part of Object.keys(message)) expect(read({ ...message, [part]: undefined })).toBeUndefined()
    }
  })

  it('that are bent in any one place are read within bounds or not at all', () => {
    const bent = fc
      .tuple(fc.constantFrom(...TO_HOST, ...FROM_HOST), fc.nat(5), fc.anything())
      .map(([message, part, value]) => {
        const names = Object.keys(message)
        return { ...message, [names[part % names.length]!]: value }
      })
    fc.assert(
      fc.property(fc.oneof(bent, fc.anything()), (message) => {
        const read = readToHost(message) ?? readFromHost(message)
        if (read === undefined) return
        const { id = 1, port = 1, keys = [] } = read as { id?: number; port?: number; keys?: { product?: string }[] }
        expect(Number.isSafeInteger(id) && id > 0 && Number.isSafeInteger(port) && port > 0).toBe(true)
        for (const { product = '' } of keys) expect(product.length).toBeLessThanOrEqual(MAX_FACT_LENGTH)
        expect(JSON.stringify(read).length).toBeLessThan(200_000)
      }),
      { numRuns },
    )
  })
})
