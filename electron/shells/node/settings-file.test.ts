import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS } from '../../../shared/contract/index.ts'
import { openSettingsFile } from './settings-file.ts'

const NOW = 1_790_000_000_000
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the file of settings', () => {
  it('is empty at first, and holds what was written for the next start', () => {
    const first = openSettingsFile(folder, NOW)
    expect([first.read(), first.movedAside]).toEqual([{}, undefined])
    first.write({ ...DEFAULT_SETTINGS, density: 'compact' })
    expect(openSettingsFile(folder, NOW).read()).toEqual({ ...DEFAULT_SETTINGS, density: 'compact' })
  })

  it.each([
    'not JSON',
    '{"theme":',
    '{"theme":"pink"}',
    '{"clipboardClearSeconds":4}',
    '{"sort":null}',
    '{"hideCodes":"yes"}',
  ])('that can’t be read is moved aside and named, and defaults begin: %s', (broken) => {
    writeFileSync(join(folder, 'config.json'), broken)
    const opened = openSettingsFile(folder, NOW)
    expect([opened.read(), opened.movedAside]).toEqual([{}, `config.broken-${NOW}.json`])
    expect(readFileSync(join(folder, `config.broken-${NOW}.json`), 'utf8')).toBe(broken)
    opened.write({ theme: 'dark' })
    expect(openSettingsFile(folder, NOW).read()).toEqual({ theme: 'dark' })
  })

  it('refuses a value outside its schema, and keeps what was there', () => {
    const opened = openSettingsFile(folder, NOW)
    opened.write({ theme: 'dark' })
    expect(() => opened.write({ theme: 'pink' })).toThrow(/schema/)
    expect(opened.read()).toEqual({ theme: 'dark' })
  })

  it('that can’t be opened for another reason is not moved', () => {
    const fault = new Error('no room')
    expect(() =>
      openSettingsFile(folder, NOW, () => {
        throw fault
      }),
    ).toThrow(fault)
    expect(readdirSync(folder)).toEqual([])
  })

  it('gives the library that opens it folder, name, schema and mode: nothing is its own choice', () => {
    let given: unknown
    openSettingsFile(folder, NOW, (options) => {
      given = options
      return { store: {} }
    })
    expect(given).toMatchObject({ cwd: folder, name: 'config', configFileMode: 0o600 })
    expect(Object.keys((given as { schema: object }).schema).toSorted()).toEqual(
      Object.keys(DEFAULT_SETTINGS).toSorted(),
    )
  })
})
