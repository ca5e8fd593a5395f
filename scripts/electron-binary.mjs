// Electron's binary, which its package fetches by itself only when it is first used.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './built.mjs'

export const electronFolder = join(root, 'node_modules/electron')

/** The binary of the installed version, or nothing: it is missing, or left from another version. Fetches nothing. */
export function electronBinary() {
  const read = (path) => {
    const file = join(electronFolder, path)
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
  }
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const executable = read('path.txt')
  if (override) return existing(join(override, executable ?? 'electron'))
  const { version } = JSON.parse(read('package.json'))
  if (executable === undefined || read('dist/version')?.replace(/^v/, '') !== version) return undefined
  return existing(join(electronFolder, 'dist', executable))
}

const existing = (path) => (existsSync(path) ? path : undefined)
