/** Codes of imported entries beside those that oathtool makes of the seeds as the files have them. Skipped by name without it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { codeAt, codeOfStep } from '../../electron/otp/index.ts'
import { readImport } from '../../electron/transfer/index.ts'
import { toHex } from '../../shared/kit/index.ts'
import { secretBytes, type EntryDraft } from '../../shared/domain/entry.ts'

const hasOathtool = spawnSync('oathtool', ['--version']).status === 0
const NOW = Date.UTC(2026, 10, 24, 12)

const oathtool = (draft: Exclude<EntryDraft, { kind: 'steam' }>): string => {
  const kind =
    draft.kind === 'hotp'
      ? ['--hotp', '-c', String(draft.counter)]
      : [`--totp=${draft.algorithm.toLowerCase()}`, '-s', `${draft.periodSeconds}s`, '-N', '2026-11-24 12:00:00 UTC']
  // The seed goes in by standard input, as seeds should.
  return execFileSync('oathtool', [...kind, '-d', String(draft.digits), '-'], {
    input: toHex(secretBytes(draft.secret)),
  })
    .toString()
    .trim()
}

describe.skipIf(!hasOathtool)('oathtool', () => {
  test.each([
    ['aegis-plain.json', undefined],
    ['2fas-encrypted-v4.2fas', 'hunter2 ü'],
    ['freeotp-2.xml', 'hunter2 ü'],
    ['google-whole.txt', undefined],
    ['keepassxc-4.kdbx', 'hunter2 ü'],
    ['raivo-aes.zip', 'hunter2'],
    ['pskc-plain.xml', undefined],
    ['oath-bare.csv', undefined],
  ])('makes the same codes as entries out of %s', async (name, password) => {
    const found = await readImport(
      new Uint8Array(readFileSync(join(import.meta.dirname, '../fixtures/import', name))),
      { name, password },
    )
    if (!found.ok) throw new Error(found.error.code)
    let compared = 0
    for (const item of found.value.items) {
      if (item.is === 'refused' || item.draft.kind === 'steam') continue
      const { draft } = item
      expect(draft.kind === 'hotp' ? codeOfStep(draft, draft.counter) : codeAt(draft, NOW).code).toBe(oathtool(draft))
      compared += 1
    }
    expect(compared).toBeGreaterThan(1)
  })
})
