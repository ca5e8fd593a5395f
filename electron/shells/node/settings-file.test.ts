import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../../../shared/contract/index.ts'
import { openSettingsFile } from './settings-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-settings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))
const file = () => join(folder, 'config.json')

test('settings are kept in config.json, for this user alone', async () => {
  const store = openSettingsFile(folder, 1)
  expect(store.movedAside).toBeUndefined()
  store.write({ ...DEFAULT_SETTINGS, theme: 'dark' })
  expect(openSettingsFile(folder, 2).read()).toMatchObject({ theme: 'dark' })
  expect((await stat(file())).mode & 0o777).toBe(0o600)
})

test('what a later version wrote stays', () => {
  openSettingsFile(folder, 1).write({ ...DEFAULT_SETTINGS, laterThing: 7 })
  const store = openSettingsFile(folder, 2)
  expect(store.movedAside).toBeUndefined()
  expect(store.read()).toMatchObject({ laterThing: 7 })
})

test.each([
  ['is no JSON', '{ "theme": '],
  ['has a setting out of its range', JSON.stringify({ ...DEFAULT_SETTINGS, lockAfterMinutes: -1 })],
])('a file that %s is moved aside and named, and defaults hold', async (_what, text) => {
  await writeFile(file(), text)
  const store = openSettingsFile(folder, 1700000000000)
  expect(store.movedAside).toBe('config.broken-1700000000000.json')
  expect(await readFile(join(folder, store.movedAside!), 'utf8')).toBe(text)
  store.write({ ...DEFAULT_SETTINGS })
  expect((await readdir(folder)).toSorted()).toEqual(['config.broken-1700000000000.json', 'config.json'])
})
