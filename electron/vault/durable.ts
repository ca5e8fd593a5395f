/** The crash-safe write: a new file is complete on the disk before it takes the old one's name. At no moment is there neither. */
import { dirname } from 'node:path'
import { WriteFailed, RereadDiffers, errnoOf } from './faults.ts'
import type { VaultFs } from './fs.ts'
import { temporaryName, type Folder } from './layout.ts'

export interface DurableWrite {
  readonly path: string
  readonly bytes: Uint8Array
  /** Whether what came back from the disk is what was meant. Byte for byte where absent. */
  readonly check?: (reread: Uint8Array) => Promise<boolean>
  /** Runs when the new file is complete, just before it takes the name. */
  readonly beforeReplacing?: () => Promise<void>
}

/** Resolves when the file would outlast a loss of power. Throws `WriteFailed`, with the temporary file gone if that was possible. */
export async function writeDurably({ fs, random }: Pick<Folder, 'fs' | 'random'>, write: DurableWrite): Promise<void> {
  const { path, bytes, check, beforeReplacing } = write
  const temporary = temporaryName(path, random)
  let outcome: WriteFailed['outcome'] = 'unchanged'
  try {
    await writeNew(fs, temporary, bytes)
    const reread = await fs.read(temporary, bytes.length)
    const isSame = typeof reread !== 'string' && (check ? await check(reread) : Buffer.compare(reread, bytes) === 0)
    if (!isSame) throw new RereadDiffers(path)
    await beforeReplacing?.()
    outcome = 'unknown'
    await fs.rename(temporary, path)
    await fs.syncDir(dirname(path))
  } catch (error) {
    await fs.remove(temporary).catch(() => undefined)
    throw new WriteFailed(outcome, error)
  }
}

/** A file that did not exist, complete and synced. Its name is not durable before its folder is synced. */
export async function writeNew(fs: VaultFs, path: string, bytes: Uint8Array): Promise<void> {
  const file = await fs.create(path)
  try {
    // A disk that fills up may take a part and report no error yet.
    for (let at = 0; at < bytes.length;) {
      const written = await file.write(bytes.subarray(at))
      if (written <= 0) throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
      at += written
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])

/**
 * Makes `to` another name of the file now at `from`, replacing what `to` was. `from` keeps its name throughout.
 * Where the file system has no hard links (FAT, some network shares) the bytes are copied. Nothing happens where `from` is absent.
 */
export async function keepAs(folder: Folder, from: string, to: string, limitBytes: number): Promise<void> {
  const { fs, random } = folder
  const temporary = temporaryName(to, random)
  try {
    await fs.link(from, temporary)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === 'ENOENT') return
    if (!NO_HARD_LINKS.has(errno ?? '')) throw error
    const bytes = await fs.read(from, limitBytes)
    if (bytes === 'absent') return
    if (bytes === 'too-large') throw Object.assign(new Error('too large to copy'), { code: 'EFBIG' })
    return writeDurably(folder, { path: to, bytes })
  }
  try {
    await fs.rename(temporary, to)
  } finally {
    // rename(2) does nothing where both are names of one file already, as after a crash between this and the next step.
    await fs.remove(temporary).catch(() => undefined)
  }
}
