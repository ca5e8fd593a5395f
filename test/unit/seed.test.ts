import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ALL_RULES } from '../../electron/backends/index.ts'
import { RULES } from '../../shared/domain/playbooks/index.ts'
import { playbookRows } from './seed/playbook-rows.ts'
import { sentencesOf, type SeedRow } from './seed/row.ts'
import { deviceRows } from './seed/world-devices.ts'
import { rootRows } from './seed/world-root.ts'
import { afterwardsRows } from './seed/world-afterwards.ts'
import { userRows } from './seed/world-user.ts'

const sentences = sentencesOf(readFileSync(new URL('../fixtures/seed.txt', import.meta.url), 'utf8'))
const worldRows = [...deviceRows, ...rootRows, ...afterwardsRows, ...userRows]
const rows: readonly SeedRow[] = [...worldRows, ...playbookRows]

describe('the seed', () => {
  it('has a rule of the product for each of its sentences', () => {
    const answered = new Set(rows.map((row) => row.sentence))
    expect(sentences.filter((sentence) => !answered.has(sentence))).toEqual([])
  })

  it('is quoted word for word', () => {
    expect(rows.map((row) => row.sentence).filter((sentence) => !sentences.includes(sentence))).toEqual([])
  })

  it('is where every rule of the demo world comes from', () => {
    const used = new Set<string>(worldRows.map((row) => row.rule))
    expect(Object.keys(ALL_RULES).filter((rule) => !used.has(rule))).toEqual([])
  })

  it('is where every rule of the playbooks comes from', () => {
    const used = new Set<string>(playbookRows.map((row) => row.rule))
    expect(RULES.filter((rule) => !used.has(rule))).toEqual([])
  })
})

describe.each(rows.map((row) => ({ ...row, title: `“${row.sentence}” (${row.rule})` })))('$title', ({ scenario }) => {
  it('holds', () => scenario(true))

  it('would be missed if its rule were taken out', async () => {
    await expect(scenario(false)).rejects.toHaveProperty('name', 'AssertionError')
  })
})
