/**
 * Settings in `config.json` of the data folder, the same file for both windowed shells: conf opens it in plain Node,
 * electron-store on the desktop, each given the same folder, name and schema. A file that can't be read is moved aside and
 * named, never silently replaced.
 */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Conf, { type Options } from 'conf'
import { z } from 'zod'
import { settings } from '../../../shared/contract/index.ts'
import type { SettingsStore } from '../../services/ports.ts'

type Values = Record<string, unknown>

const NAME = 'config'
const FILE = `${NAME}.json`

/** JSON Schema of each setting, as conf and electron-store take it. */
const schema = z.toJSONSchema(settings).properties as NonNullable<Options<Values>['schema']>

/** All that is asked of either library; `name` goes without its extension. */
export interface SettingsFileOptions {
  readonly cwd: string
  readonly name: string
  readonly schema: typeof schema
  readonly configFileMode: number
  readonly accessPropertiesByDotNotation: false
}
/** What either gives: all of the file, and writing it. Throws where the file is damaged or not of the schema. */
export type OpenFile = (options: SettingsFileOptions) => { store: Values }

const openConf: OpenFile = ({ name, ...options }) => new Conf<Values>({ ...options, configName: name })

/** @throws where the folder can't be written. */
export function openSettingsFile(dataDir: string, now: number, openFile: OpenFile = openConf): SettingsStore {
  const open = () =>
    openFile({ cwd: dataDir, name: NAME, schema, configFileMode: 0o600, accessPropertiesByDotNotation: false })
  let movedAside: string | undefined
  let file: { store: Values }
  try {
    file = open()
  } catch (error) {
    if (!existsSync(join(dataDir, FILE))) throw error
    movedAside = `${NAME}.broken-${now}.json`
    renameSync(join(dataDir, FILE), join(dataDir, movedAside))
    file = open()
  }
  return {
    read: () => ({ ...file.store }),
    write(values) {
      file.store = values
    },
    movedAside,
  }
}
