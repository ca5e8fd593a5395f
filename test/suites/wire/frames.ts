/** Frames for the wire suite: none of them, or only by rare chance, a message of the contract. */
import * as fc from 'fast-check'
import type { EntryRow } from '../../../shared/contract/index.ts'

export const row = (id: string, issuer = 'Example'): EntryRow => ({
  id,
  kind: 'totp',
  issuer,
  account: 'me@example.com',
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
  favourite: false,
  tags: [],
  note: '',
  hidden: false,
  createdAt: 1,
  useCount: 0,
})

const VALID = [
  {
    jsonrpc: '2.0',
    id: 7,
    method: 'call',
    params: { call: 1, name: 'codes.update', request: { id: 'a', note: 'planted' } },
  },
  {
    jsonrpc: '2.0',
    id: 8,
    method: 'call',
    params: { call: 2, name: 'vault.unlock', request: { passphrase: 'planted' } },
  },
  { jsonrpc: '2.0', id: 9, method: 'watch', params: { watch: 1, topic: 'codes', params: { ids: ['planted'] } } },
  { jsonrpc: '2.0', method: 'unwatch', params: { watch: 1 } },
  { jsonrpc: '2.0', method: '$/cancelRequest', params: { id: 7 } },
  { jsonrpc: '2.0', id: 0, result: { confirmed: true, nonce: 'planted' } },
  { jsonrpc: '2.0', id: 0, error: { code: -32000, message: 'planted', data: { code: 'cancelled', detail: {} } } },
]

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, -1, 1e308, 2 ** 53, 0.5, '', '__proto__', [], {}, 'planted', [[[[[]]]]]),
  fc.jsonValue(),
)

/** Puts something odd in a member somewhere, takes one out or adds one. */
const mutated = fc
  .tuple(
    fc.constantFrom(...VALID),
    fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
    odd,
    fc.constantFrom('put', 'drop', 'add'),
  )
  .map(([message, path, value, act]) => JSON.stringify(change(message, path, value, act)))

function change(value: unknown, [at, ...deeper]: number[], odd: unknown, act: 'put' | 'drop' | 'add'): unknown {
  if (at === undefined || typeof value !== 'object' || value === null) return odd
  const entries = Object.entries(value)
  const index = at % Math.max(1, entries.length)
  const key = entries[index]?.[0]
  if (deeper.length > 0 && key !== undefined) {
    const changed = change(entries[index]![1], deeper, odd, act)
    return Object.fromEntries(entries.map((entry, i) => (i === index ? [key, changed] : entry)))
  }
  if (act === 'drop') return Object.fromEntries(entries.filter((_entry, i) => i !== index))
  if (act === 'add') return Object.fromEntries([...entries, [['__proto__', 'constructor', 'more'][at % 3]!, odd]])
  return Object.fromEntries(entries.map((entry, i) => (i === index ? [entry[0], odd] : entry)))
}

/** Cuts, doubles or overwrites a stretch of a valid frame's text. */
const garbled = fc
  .tuple(fc.constantFrom(...VALID), fc.nat(), fc.nat(12), fc.string({ unit: 'binary', maxLength: 6 }))
  .map(([message, seed, length, text]) => {
    const frame = JSON.stringify(message)
    const at = seed % frame.length
    return frame.slice(0, at) + text + frame.slice(at + length)
  })

const deep = fc.nat(5000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`)
const deepParams = fc
  .nat(5000)
  .map(
    (depth) =>
      `{"jsonrpc":"2.0","id":3,"method":"call","params":{"call":5,"name":"app.quit","request":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}}`,
  )

export const badFrames: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: mutated },
  { weight: 4, arbitrary: garbled },
  { weight: 1, arbitrary: fc.json() },
  // Lone surrogates can't be sent over a socket: the frame's text is well-formed there.
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: deep },
  { weight: 1, arbitrary: deepParams },
)
