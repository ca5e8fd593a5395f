/** The few things the vault asks of a file system, so that a test can fail each of them. */
import { constants } from 'node:fs'
import { link, mkdir, open, readdir, rename, rmdir, unlink } from 'node:fs/promises'
import { sleep, type Clock } from '../../shared/kit/index.ts'
import { errnoOf } from './faults.ts'

export interface NewFile {
  /** Writes some of the bytes and says how many: callers go on until all are written. */
  write(bytes: Uint8Array): Promise<number>
  /** Down to the disk itself, not only to the system's memory. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Every call throws a system error with a `code`, but for what its comment names. */
export interface VaultFs {
  /** The whole of a file of at most `limitBytes`. */
  read(path: string, limitBytes: number): Promise<Uint8Array | 'absent' | 'too-large'>
  /** The names in a folder; none where the folder is absent. */
  list(path: string): Promise<readonly string[]>
  /** A folder for its owner alone (0700) with those above it; one that exists is left as it is. */
  makeDir(path: string): Promise<void>
  /** A file that did not exist before, for its owner alone (0600). */
  create(path: string): Promise<NewFile>
  link(from: string, to: string): Promise<void>
  /** Replaces what is at `to` in one step. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file; nothing happens where it is absent. */
  remove(path: string): Promise<void>
  /** Removes an empty folder; nothing happens where it is absent. */
  removeDir(path: string): Promise<void>
  /** Makes names that came and went in a folder outlast a loss of power. */
  syncDir(path: string): Promise<void>
}

const READ = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

const nodeFs: VaultFs = {
  async read(path, limitBytes) {
    // Without O_NONBLOCK a pipe put in a file's place would hold a thread for ever.
    const file = await unlessAbsent(open(path, READ))
    if (file === undefined) return 'absent'
    try {
      const facts = await file.stat()
      if (!facts.isFile()) throw Object.assign(new Error('not a file'), { code: 'EINVAL' })
      if (facts.size > limitBytes) return 'too-large'
      // One byte more than it says: a file that grows meanwhile is noticed.
      const bytes = Buffer.alloc(facts.size + 1)
      let length = 0
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
        if (bytesRead === 0) return bytes.subarray(0, length)
        length += bytesRead
      }
      throw Object.assign(new Error('changed while being read'), { code: 'EAGAIN' })
    } finally {
      await file.close()
    }
  },
  list: async (path) => (await unlessAbsent(readdir(path))) ?? [],
  async makeDir(path) {
    await mkdir(path, { recursive: true, mode: 0o700 })
  },
  async create(path) {
    const file = await open(path, 'wx', 0o600)
    return {
      write: async (bytes) => (await file.write(bytes)).bytesWritten,
      sync: () => file.sync(),
      close: () => file.close(),
    }
  },
  link,
  rename,
  async remove(path) {
    await unlessAbsent(unlink(path))
  },
  async removeDir(path) {
    await unlessAbsent(rmdir(path))
  },
  async syncDir(path) {
    const folder = await open(path, constants.O_RDONLY)
    try {
      await folder.sync()
    } finally {
      await folder.close()
    }
  },
}

async function unlessAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The real file system of `platform`, as `process.platform` names it. */
export function nodeVaultFs(clock: Clock, platform: NodeJS.Platform): VaultFs {
  if (platform !== 'win32') return nodeFs
  // Windows has no handle on a folder that could be synced; NTFS keeps its names in a journal.
  return withRetries({ ...nodeFs, syncDir: () => Promise.resolve() }, clock)
}

const RETRY_DELAYS_MS = [10, 20, 50, 100, 200, 400]
const BUSY = new Set(['EPERM', 'EBUSY', 'EACCES'])

/** Virus scanners and indexers hold files for moments on Windows: what changes names is tried again for up to 780 ms. */
export function withRetries(fs: VaultFs, clock: Clock): VaultFs {
  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (const delayMs of RETRY_DELAYS_MS) {
      try {
        return await work()
      } catch (error) {
        if (!BUSY.has(errnoOf(error) ?? '')) throw error
        await sleep(clock, delayMs)
      }
    }
    return work()
  }
  return {
    ...fs,
    link: (from, to) => retried(() => fs.link(from, to)),
    rename: (from, to) => retried(() => fs.rename(from, to)),
    remove: (path) => retried(() => fs.remove(path)),
    removeDir: (path) => retried(() => fs.removeDir(path)),
  }
}
