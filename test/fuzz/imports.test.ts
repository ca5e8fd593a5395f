/**
 * Files of every format, damaged in all ways: an answer within its time, and no entry that fails later (security.md figure 12).
 * `FUZZ=100000 npx vitest run test/fuzz/imports.test.ts` damages each file that many times.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeAt, codeOfStep } from '../../electron/otp/index.ts'
import {
  applyPlan,
  exportAegis,
  IMPORT_FORMATS,
  planImport,
  readImport,
  recognise,
  verdicts,
  type Found,
  type ReadOptions,
} from '../../electron/transfer/index.ts'
import { readJavaMap } from '../../electron/transfer/import/java-map.ts'
import { readXml } from '../../electron/transfer/import/xml.ts'
import { readKdbxEntries } from '../../electron/transfer/import/formats/kdbx-entries.ts'
import { authenticatorEntry, entryDraft } from '../../shared/domain/entry.ts'
import { utf8 } from '../../shared/kit/index.ts'
import { seededRandom } from '../support/seeded-random.ts'

const numRuns = Number(process.env['FUZZ'] ?? 40)
const options = { timeout: 20_000 + numRuns * 20 }
const FOLDER = join(import.meta.dirname, '../fixtures/import')
const FILES = readdirSync(FOLDER).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(FOLDER, name))) }))
/** A key derivation a run would leave time for little else; what is behind it is damaged in the plain files. */
const PLAIN = FILES.filter(({ name, bytes }) => !recognise(bytes, name)[0]?.isEncrypted)
const NOW = Date.UTC(2026, 10, 24)
/** Far beyond what any of these takes; only what hangs or explodes gets near. */
const MAX_MS = 2000

const ODD_VALUES = [
  '0',
  '-1',
  '1e999',
  '9007199254740993',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '"__proto__"',
  '"otpauth://totp/?secret="',
]
const ODD = [...ODD_VALUES, '\u202e', '\uFEFF', '"', '<', '&x;', ']]>', ',', '\n', '[[[[[[[[', '{"a":'.repeat(50)]

interface Damage {
  /** 0 to 1 of the file. */
  readonly place: number
  readonly remove: number
  readonly insert: Uint8Array
}

const damage: fc.Arbitrary<Damage> = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 400 })),
  insert: fc.oneof(fc.uint8Array({ maxLength: 8 }), fc.constantFrom(...ODD).map(utf8)),
})

const damaged = (bytes: Uint8Array) =>
  fc.array(damage, { minLength: 1, maxLength: 5 }).map((damages) =>
    damages.reduce((before: Uint8Array, { place, remove, insert }) => {
      const at = Math.floor(place * before.length)
      return new Uint8Array(Buffer.concat([before.subarray(0, at), insert, before.subarray(at + remove)]))
    }, bytes),
  )

/** JSON with some of its values exchanged for odd ones, or XML with some of its texts: still JSON, still XML. */
const exchanged = (bytes: Uint8Array) => {
  const text = Buffer.from(bytes).toString('utf8')
  // JSON's names are matched too, so that no match begins within one, and then left alone.
  const values = isJson(bytes)
    ? [...text.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|-?\d+(?:\.\d+)?|true|false|null/g)].filter(([, colon]) => !colon)
    : [...text.matchAll(/(?<=>)[^<>]+(?=<\/)/g)]
  const change = fc.tuple(fc.nat(Math.max(0, values.length - 1)), fc.constantFrom(...ODD_VALUES))
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const chosen = new Map(changes)
    let out = ''
    let at = 0
    for (const [index, value] of values.entries()) {
      out += text.slice(at, value.index) + (chosen.get(index) ?? value[0])
      at = value.index + value[0].length
    }
    return utf8(out + text.slice(at))
  })
}

const isJson = (bytes: Uint8Array) => bytes[0] === 0x7b || bytes[0] === 0x5b

function check({ items }: Found) {
  for (const item of items) {
    if (item.is === 'refused') {
      expect(item.why.code).toMatch(/^[a-z-]+$/)
      continue
    }
    const { draft } = item
    expect(entryDraft.parse(draft)).toEqual(draft)
    const code = draft.kind === 'hotp' ? codeOfStep(draft, draft.counter) : codeAt(draft, NOW).code
    expect(code).toHaveLength(draft.digits)
  }
  let next = 0
  const made = planImport({
    items,
    verdicts: verdicts(items, []),
    choices: new Map(),
    existing: [],
    freshId: () => `id${next++}`,
    now: NOW,
  })
  if (!made.ok) throw new Error(made.error.code)
  const entries = applyPlan([], made.value)
  for (const entry of entries) expect(authenticatorEntry.parse(entry)).toEqual(entry)
  expect(exportAegis(entries, seededRandom('fuzz')).entries).toBe(entries.length)
}

/** How many entries were read out of damaged files: fuzzing that only met refusals would prove little. */
async function answered(bytes: Uint8Array, readOptions: ReadOptions): Promise<number> {
  const begun = performance.now()
  const found = await readImport(bytes, readOptions)
  expect(performance.now() - begun).toBeLessThan(MAX_MS)
  if (!found.ok) {
    expect(found.error.code).toMatch(/^[a-z-]+$/)
    return 0
  }
  check(found.value)
  return found.value.items.filter(({ is }) => is === 'entry').length
}

describe('a damaged file', () => {
  let total = 0
  it.each(PLAIN)('$name is answered, and what it still holds can be kept', options, async ({ name, bytes }) => {
    const format = recognise(bytes, name)[0]?.format
    const isStructured = isJson(bytes) || bytes[0] === 0x3c
    let entries = 0
    await fc.assert(
      fc.asyncProperty(
        isStructured ? fc.oneof(damaged(bytes), exchanged(bytes)) : damaged(bytes),
        fc.boolean(),
        async (file, isNamed) => {
          recognise(file, name)
          entries += await answered(file, { name, ...(isNamed ? { format } : {}) })
        },
      ),
      { numRuns },
    )
    total += entries
  })

  it('often still holds something, or this would prove nothing', () => {
    expect(total).toBeGreaterThan((numRuns * PLAIN.length) / 4)
  })

  it.each(FILES)('$name without its password, or as another format, is answered', options, async ({ bytes }) => {
    await fc.assert(
      fc.asyncProperty(damaged(bytes), fc.constantFrom(...IMPORT_FORMATS), async (file, format) => {
        await answered(file, {})
        await answered(file, { format })
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    )
  })

  it.each(['raivo-aes.zip', '2fas-encrypted-v4.2fas', 'keepassxc-4.kdbx'])(
    '%s with its password is answered',
    options,
    async (name) => {
      const bytes = FILES.find((file) => file.name === name)!.bytes
      await fc.assert(
        fc.asyncProperty(damaged(bytes), async (file) => {
          await answered(file, { password: name.startsWith('raivo') ? 'hunter2' : 'hunter2 ü' })
        }),
        { numRuns: Math.ceil(numRuns / 20) },
      )
    },
  )
})

describe('what stands behind encryption', () => {
  const map = FILES.find(({ name }) => name === 'freeotp-2.xml')!.bytes
  const document = utf8(
    '<KeePassFile><Meta><RecycleBinUUID>AA==</RecycleBinUUID></Meta><Root><Group><Name>R</Name><Group><Name>W</Name>' +
      '<Entry><String><Key>Title</Key><Value>T &amp; &#x41;</Value></String><String><Key>otp</Key><Value Protected="True">b3RwYXV0aDovL3RvdHAvP3NlY3JldD1BQUFB</Value></String></Entry>' +
      '<Entry><String><Key>TOTP Seed</Key><Value><![CDATA[JBSWY3DP]]></Value></String><String><Key>TOTP Settings</Key><Value>30;8</Value></String></Entry>' +
      '<Entry><String><Key>TimeOtp-Secret-Hex</Key><Value>00ff</Value></String></Entry></Group></Group></Root></KeePassFile>',
  )

  it('a Java map is read or refused', options, () => {
    fc.assert(
      fc.property(damaged(map), (bytes) => [undefined, true].includes(readJavaMap(bytes) && true)),
      { numRuns: numRuns * 5 },
    )
  })

  it('a KeePass document is read or refused', options, () => {
    let entries = 0
    fc.assert(
      fc.property(fc.oneof(damaged(document), exchanged(document)), (bytes) => {
        const root = readXml(Buffer.from(bytes).toString('utf8'))
        if (!root) return
        const { items } = readKdbxEntries(root, (sealed) => sealed)
        check({ format: 'kdbx', items, withoutCode: 0 })
        entries += items.length
      }),
      { numRuns: numRuns * 5 },
    )
    expect(entries).toBeGreaterThan(0)
  })

  it('XML of any letters is read or refused', options, () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<',
        '>',
        '/',
        'a',
        '="',
        '"',
        ' ',
        '&amp;',
        '&',
        ';',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<a>',
        '</a>',
        '<?xml ?>',
        '<!DOCTYPE',
      ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(pieces, (parts) => [undefined, true].includes(readXml(parts.join('')) && true)),
      { numRuns: numRuns * 25 },
    )
  })
})
