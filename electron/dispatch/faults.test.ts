import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { callError } from '../../shared/contract/index.ts'
import { MemoryLog } from '../../test/support/connect.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { createFaults, fieldFaults } from './faults.ts'

const faults = () => {
  const log = new MemoryLog()
  return { log, ...createFaults(log, new FakeClock()) }
}

describe('fields that were refused', () => {
  const schema = z.strictObject({
    name: z.string().min(1).max(3),
    count: z.number().int().min(1).max(3),
    kind: z.enum(['a']),
    code: z.string().regex(/^[0-9]$/),
    list: z.array(z.string()).min(1).max(1),
    way: z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
    act: z.discriminatedUnion('is', [z.strictObject({ is: z.literal('x') })]),
  })
  const right = { name: 'n', count: 1, kind: 'a', code: '1', list: ['x'], way: { a: '' }, act: { is: 'x' } }
  const cases: [change: object, field: string, reason: string][] = [
    [{ name: undefined }, 'name', 'missing'],
    [{ name: 1 }, 'name', 'wrong-type'],
    [{ name: '' }, 'name', 'too-short'],
    [{ name: 'secret' }, 'name', 'too-long'],
    [{ count: 0 }, 'count', 'too-small'],
    [{ count: 4 }, 'count', 'too-big'],
    [{ kind: 'secret' }, 'kind', 'not-one-of'],
    [{ kind: undefined }, 'kind', 'missing'],
    [{ code: 'x' }, 'code', 'wrong-format'],
    [{ list: [] }, 'list', 'too-short'],
    [{ list: ['a', 'b'] }, 'list', 'too-long'],
    [{ list: [1] }, 'list.0', 'wrong-type'],
    [{ way: { secret: 1 } }, 'way', 'not-one-of'],
    [{ act: { is: 'secret' } }, 'act.is', 'not-one-of'],
    [{ act: undefined }, 'act', 'missing'],
    [{ secret: 1 }, '', 'unknown-field'],
  ]
  for (const [change, field, reason] of cases) {
    test(`${JSON.stringify(change)} is told as ${field || 'the whole'}: ${reason}`, () => {
      const input = { ...right, ...change }
      const told = fieldFaults(schema.safeParse(input).error!.issues, input)
      expect(told).toEqual([{ field, reason }])
    })
  }
  test('a list of thousands of wrong ones is cut', () => {
    const input = Array.from({ length: 5000 }, () => 1)
    expect(fieldFaults(z.array(z.string()).safeParse(input).error!.issues, input)).toHaveLength(20)
  })
})

describe('what the log is told of a fault', () => {
  test('a file that can not be read: its system code and where in our code, without its name or text', async () => {
    const { log, crossing } = faults()
    const path = '/no/such/planted-name'
    await readFile(path).catch((error: unknown) => crossing(error, 'vault.create'))
    expect(log.lines).toHaveLength(1)
    expect(log.lines[0]).toMatchObject({
      event: 'failed',
      facts: { what: 'vault.create', kind: 'Error', system: 'ENOENT' },
    })
    expect(log.text).not.toContain('planted')
  })
  test('a mistake of ours: the kind of error, and function, file and line without folders', () => {
    const { log, crossing } = faults()
    const mistaken = () => (undefined as unknown as { x: { y: 1 } }).x.y
    try {
      mistaken()
    } catch (error) {
      crossing(error, 'codes.add')
    }
    const facts = log.lines[0]!.facts
    expect(facts.kind).toBe('TypeError')
    expect(facts.at).toMatch(/^mistaken faults\.test\.ts:\d+:\d+ < faults\.test\.ts:\d+:\d+/)
  })
  test('each fault has an id of its own', () => {
    const { log, crossing } = faults()
    const ids = [1, 2, 3].map((n) => crossing(n, 'codes.add'))
    expect(new Set(ids.map((error) => JSON.stringify(error))).size).toBe(3)
    expect(log.lines.map(({ facts }) => facts.kind)).toEqual(['number', 'number', 'number'])
  })
  test('a declared error and an aborted wait are everyday answers, and no line of the log', () => {
    const { log, crossing } = faults()
    expect(crossing(callError('locked', {}), 'codes.add')).toEqual({ code: 'locked', detail: {} })
    const abort = new DOMException('planted', 'AbortError')
    expect(crossing(abort, 'codes.add')).toEqual({ code: 'cancelled', detail: {} })
    expect(crossing(abort, 'codes.add', { code: 'disconnected', detail: {} })).toEqual({
      code: 'disconnected',
      detail: {},
    })
    expect(log.lines).toEqual([])
  })
})
