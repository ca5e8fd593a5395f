import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, type Settings, type State } from '../../shared/contract/index.ts'
import type { CallContext } from './handlers.ts'
import type { Shell } from './ports.ts'
import { createSettingsService } from './settings.ts'

const shell: Shell = {
  kind: 'browser',
  clipboard: { where: 'page' },
  webauthn: { origin: 'http://latchkey.localhost:1', rpId: 'latchkey.localhost' },
  onLockWish: () => () => {},
  quit: () => {},
}
const context: CallContext<'settings.set'> = {
  signal: new AbortController().signal,
  progress: () => {},
  ask: () => Promise.reject(new Error('asks nothing')),
}

function setUp(kept: Record<string, unknown>, movedAside?: string) {
  const written: Record<string, unknown>[] = []
  const service = createSettingsService({
    store: { read: () => kept, write: (values) => written.push(values), movedAside },
    shell,
    about: { version: '1.2.3', demo: false, dataDir: '/data' },
  })
  return { service, written }
}

test('a setting that is out of range is its default and spoils no other', () => {
  const { service } = setUp({ theme: 'dark', lockAfterMinutes: -4, density: 'huge' })
  expect(service.current()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' })
})

test('a changed setting is kept, told to watchers, and leaves what a later version wrote', async () => {
  const { service, written } = setUp({ theme: 'dark', laterThing: 7 })
  const seen: Settings[] = []
  service.topics.settings.watch(
    {},
    (state) => seen.push(state),
    () => {},
  )
  await service.handlers['settings.set']({ lockAfterMinutes: 10 }, context)
  expect(written).toEqual([{ ...DEFAULT_SETTINGS, theme: 'dark', lockAfterMinutes: 10, laterThing: 7 }])
  expect(seen.map(({ lockAfterMinutes }) => lockAfterMinutes)).toEqual([5, 10])
})

test('the app topic says what the shell can, and which file was moved aside', () => {
  const { service } = setUp({}, 'config.broken-1.json')
  const seen: State<'app'>[] = []
  service.topics.app.watch(
    {},
    (state) => seen.push(state),
    () => {},
  )
  expect(seen).toEqual([
    {
      version: '1.2.3',
      demo: false,
      dataDir: '/data',
      shell: 'browser',
      clipboard: 'page',
      webauthn: true,
      settingsMovedAside: 'config.broken-1.json',
    },
  ])
})
