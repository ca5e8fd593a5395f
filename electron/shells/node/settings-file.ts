/**
 * Settings in `config.json` of the data folder, by conf: the same file and schema that electron-store is given on the
 * desktop. A file that can't be read is moved aside and named, never silently replaced.
 */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf from 'conf'
import { z } from 'zod'
import { settings } from '../../../shared/contract/index.ts'
import type { SettingsStore } from '../../services/ports.ts'

const FILE = 'config.json'

/** JSON Schema of each setting, as conf and electron-store take it. */
const schema = z.toJSONSchema(settings).properties as NonNullable<
  ConstructorParameters<typeof Conf<Record<string, unknown>>>[0]
>['schema']

/** @throws where the folder can't be written. */
export function openSettingsFile(dataDir: string, now: number): SettingsStore {
  const open = () =>
    new Conf<Record<string, unknown>>({
      cwd: dataDir,
      configName: 'config',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      ...(schema ? { schema } : {}),
    })
  let movedAside: string | undefined
  let conf: Conf<Record<string, unknown>>
  try {
    conf = open()
  } catch (error) {
    if (!existsSync(join(dataDir, FILE))) throw error
    movedAside = `config.broken-${now}.json`
    renameSync(join(dataDir, FILE), join(dataDir, movedAside))
    conf = open()
  }
  return {
    read: () => ({ ...conf.store }),
    write(values) {
      conf.store = values
    },
    movedAside,
  }
}
