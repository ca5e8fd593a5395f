/**
 * For tests: a file system in memory that knows what would outlast a loss of power. A file's bytes do when the file was
 * synced; a name does when its folder was. Everything else may or may not, each by itself.
 */
import { dirname } from 'node:path'
import type { VaultFs } from '../fs.ts'
import { systemError } from './stepped-fs.ts'

interface File {
  bytes: Uint8Array
  synced: Uint8Array
}
type Names = Map<string, File | 'folder'>
/** One change of names, whole or not at all: `undefined` removes. */
type Change = readonly (readonly [path: string, node: File | 'folder' | undefined])[]

/** `keeps`: whether the next thing that was not synced has reached the disk all the same. */
export interface Luck {
  changes(): boolean
  bytes(): 'synced' | 'half' | 'all'
}

export class PowerLossFs implements VaultFs {
  #names: Names
  #durable: Names
  #pending: Change[] = []

  constructor(names: Names = new Map()) {
    this.#names = new Map(names)
    this.#durable = new Map(names)
  }

  /** Everything so far is on the disk for certain. */
  settle(): void {
    this.#durable = new Map(this.#names)
    this.#pending = []
    for (const node of this.#names.values()) if (node !== 'folder') node.synced = node.bytes
  }

  /** The disk as it is found after the power went, now. */
  afterPowerLoss(luck: Luck): PowerLossFs {
    const found: Names = new Map(this.#durable)
    for (const change of this.#pending) if (luck.changes()) apply(found, change)
    const files = new Map<File, File>()
    for (const [path, node] of found) {
      if (node === 'folder') continue
      const copy = files.get(node) ?? survivor(node, luck)
      files.set(node, copy)
      found.set(path, copy)
    }
    // A file in a folder that is not there can't be reached.
    for (const path of found.keys()) if (!isReachable(found, path)) found.delete(path)
    return new PowerLossFs(found)
  }

  async read(path: string, limitBytes: number) {
    const node = this.#names.get(path)
    if (node === undefined) return 'absent'
    if (node === 'folder') throw systemError('EISDIR')
    return node.bytes.length > limitBytes ? 'too-large' : Uint8Array.from(node.bytes)
  }

  async list(path: string) {
    return [...this.#names.keys()]
      .filter((other) => dirname(other) === path)
      .map((other) => other.slice(path.length + 1))
  }

  async makeDir(path: string) {
    const missing: string[] = []
    for (let at = path; !this.#names.has(at) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
    for (const folder of missing) this.#change([[folder, 'folder']])
  }

  async create(path: string) {
    if (this.#names.has(path)) throw systemError('EEXIST')
    if (this.#names.get(dirname(path)) !== 'folder') throw systemError('ENOENT')
    const file: File = { bytes: new Uint8Array(), synced: new Uint8Array() }
    this.#change([[path, file]])
    return {
      async write(bytes: Uint8Array) {
        file.bytes = Uint8Array.from([...file.bytes, ...bytes])
        return bytes.length
      },
      async sync() {
        file.synced = file.bytes
      },
      close: () => Promise.resolve(),
    }
  }

  async link(from: string, to: string) {
    const node = this.#names.get(from)
    if (node === undefined) throw systemError('ENOENT')
    if (this.#names.has(to)) throw systemError('EEXIST')
    this.#change([[to, node]])
  }

  async rename(from: string, to: string) {
    const node = this.#names.get(from)
    if (node === undefined) throw systemError('ENOENT')
    if (this.#names.get(to) === node) return
    const inside = [...this.#names].filter(([path]) => path.startsWith(`${from}/`))
    const moved = inside.flatMap(([path, child]) => [
      [path, undefined] as const,
      [to + path.slice(from.length), child] as const,
    ])
    this.#change([[from, undefined], [to, node], ...moved])
  }

  async remove(path: string) {
    if (this.#names.get(path) === 'folder') throw systemError('EISDIR')
    if (this.#names.has(path)) this.#change([[path, undefined]])
  }

  async removeDir(path: string) {
    if (!this.#names.has(path)) return
    if ((await this.list(path)).length > 0) throw systemError('ENOTEMPTY')
    this.#change([[path, undefined]])
  }

  async syncDir(path: string) {
    if (this.#names.get(path) !== 'folder') throw systemError('ENOENT')
    const isOf = (change: Change) => change.some(([changed]) => dirname(changed) === path)
    for (const change of this.#pending) if (isOf(change)) apply(this.#durable, change)
    this.#pending = this.#pending.filter((change) => !isOf(change))
  }

  #change(change: Change) {
    apply(this.#names, change)
    this.#pending.push(change)
  }
}

function apply(names: Names, change: Change) {
  for (const [path, node] of change) {
    if (node === undefined) names.delete(path)
    else names.set(path, node)
  }
}

function survivor(file: File, luck: Luck): File {
  const kept = luck.bytes()
  const bytes =
    kept === 'all'
      ? file.bytes
      : kept === 'half' && file.bytes !== file.synced
        ? file.bytes.subarray(0, file.bytes.length >> 1)
        : file.synced
  return { bytes, synced: bytes }
}

function isReachable(names: Names, path: string): boolean {
  const folder = dirname(path)
  const isAtRoot = folder === dirname(folder)
  return isAtRoot || (names.get(folder) === 'folder' && isReachable(names, folder))
}
