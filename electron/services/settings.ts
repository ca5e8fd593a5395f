/** Settings (no secret among them), what the program is, and its end. */
import { DEFAULT_SETTINGS, settings as schema, type Settings, type State } from '../../shared/contract/index.ts'
import type { Handlers, TopicSources } from './handlers.ts'
import type { SettingsStore, Shell } from './ports.ts'
import { createSignal, createSource, type OnChange } from './source.ts'

export interface SettingsService {
  current(): Settings
  readonly onChange: OnChange
  readonly handlers: Pick<Handlers, 'settings.set' | 'app.quit'>
  readonly topics: Pick<TopicSources, 'settings' | 'app'>
}

export interface SettingsOptions {
  readonly store: SettingsStore
  readonly shell: Shell
  readonly about: Pick<State<'app'>, 'version' | 'demo' | 'dataDir' | 'worldMovedAside'>
}

export function createSettingsService({ store, shell, about }: SettingsOptions): SettingsService {
  const changed = createSignal()
  const kept = store.read()
  let current = readSettings(kept)
  const app: State<'app'> = {
    ...about,
    shell: shell.kind,
    clipboard: shell.clipboard.where,
    webauthn: shell.webauthn !== undefined,
    ...(store.movedAside === undefined ? {} : { settingsMovedAside: store.movedAside }),
  }

  return {
    current: () => current,
    onChange: changed.on,
    handlers: {
      async 'settings.set'(request) {
        current = readSettings({ ...current, ...request })
        // What a later version keeps in the same file stays in it.
        store.write({ ...kept, ...current })
        changed.emit()
        return {}
      },
      async 'app.quit'() {
        // After the answer went out: quitting closes the wire it goes over.
        setImmediate(() => shell.quit())
        return {}
      },
    },
    topics: {
      settings: createSource(() => current, changed.on),
      app: createSource(
        () => app,
        () => () => {},
      ),
    },
  }
}

/** Each setting by itself: one that is missing or out of range is its default and spoils no other. */
function readSettings(values: Record<string, unknown>): Settings {
  const read = Object.entries(schema.shape).map(([name, field]) => {
    const value = field.safeParse(values[name])
    return [name, value.success ? value.data : DEFAULT_SETTINGS[name as keyof Settings]]
  })
  return schema.parse(Object.fromEntries(read))
}
