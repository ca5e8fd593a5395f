/** For tests: a file system that announces each of its steps, so that one can be counted, failed, torn or never finished. */
import { sep } from 'node:path'
import type { VaultFs } from '../fs.ts'

export interface Step {
  readonly number: number
  /** What is done to what, without what is random in names: `rename vault.age.*.tmp`. */
  readonly name: string
}

export interface Hooks {
  /** A throw is the step's failure; the step is then not done. */
  before?(step: Step): Promise<void> | void
  /** A throw is the step's failure although it was done. */
  after?(step: Step): Promise<void> | void
  /** How many of `length` bytes a write may take. */
  take?(step: Step, length: number): number
}

export const systemError = (code: string) => Object.assign(new Error(`${code}: for a test`), { code })

export function steppedFs(fs: VaultFs, dir: string, hooks: Hooks): VaultFs {
  let count = 0
  const stepped = async <T>(operation: string, path: string, work: (step: Step) => Promise<T>): Promise<T> => {
    count += 1
    const step = { number: count, name: `${operation} ${plainName(path, dir)}` }
    await hooks.before?.(step)
    const value = await work(step)
    await hooks.after?.(step)
    return value
  }
  return {
    read: (path, limitBytes) => stepped('read', path, () => fs.read(path, limitBytes)),
    list: (path) => stepped('list', path, () => fs.list(path)),
    makeDir: (path) => stepped('makeDir', path, () => fs.makeDir(path)),
    async create(path) {
      const file = await stepped('create', path, () => fs.create(path))
      return {
        write: (bytes) =>
          stepped('write', path, (step) =>
            file.write(bytes.subarray(0, hooks.take?.(step, bytes.length) ?? bytes.length)),
          ),
        sync: () => stepped('sync', path, () => file.sync()),
        close: () => stepped('close', path, () => file.close()),
      }
    },
    link: (from, to) => stepped('link', to, () => fs.link(from, to)),
    rename: (from, to) => stepped('rename', to, () => fs.rename(from, to)),
    remove: (path) => stepped('remove', path, () => fs.remove(path)),
    removeDir: (path) => stepped('removeDir', path, () => fs.removeDir(path)),
    syncDir: (path) => stepped('syncDir', path, () => fs.syncDir(path)),
  }
}

function plainName(path: string, dir: string): string {
  return path
    .replace(dir, '.')
    .replaceAll(sep, '/')
    .replaceAll(/\b[0-9a-f]{16,32}\b/g, '*')
    .replaceAll(/\d{8}T\d{6}Z-g\d+/g, '*')
}
