/**
 * The file of the demo world. Written whole: temporary file, fsync, rename, fsync of the folder (security.md §2.4, without
 * what only a vault needs). A file that can't be read as a world is moved aside and never overwritten.
 */
import * as nodeFiles from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { toHex, type Random } from '../../../shared/kit/index.ts'
import { worldState, type WorldState } from './state.ts'

export type WorldFiles = Pick<
  typeof nodeFiles,
  'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'stat' | 'unlink'
>

/** A world is some 30 KB; what is far beyond is none of ours. */
const MAX_FILE_BYTES = 16 * 1024 * 1024

/** No save takes as long. */
const LEFTOVER_AGE_MS = 60_000

export interface WorldFile {
  write(state: WorldState): Promise<void>
}

export interface OpenedWorldFile {
  readonly file: WorldFile
  /** Absent where there was no file, or none that could be read. */
  readonly state: WorldState | undefined
  /** The file name a bad file was moved to. */
  readonly movedAside: string | undefined
}

/** Throws what the file system says where the folder can't be made or the file can't be read at all. */
export async function openWorldFile(
  path: string,
  options: { readonly now: number; readonly random: Random; readonly files?: WorldFiles },
): Promise<OpenedWorldFile> {
  const { now, random, files = nodeFiles } = options
  await files.mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await removeLeftovers(files, path, now)
  const file: WorldFile = { write: (state) => writeWhole(files, path, random, JSON.stringify(state)) }
  const text = await ifThere(files.readFile(path, 'utf8'))
  if (text === undefined) return { file, state: undefined, movedAside: undefined }
  const state = parseWorld(text)
  if (state) return { file, state, movedAside: undefined }
  const aside = `${path}.broken-${now}`
  await files.rename(path, aside)
  return { file, state: undefined, movedAside: basename(aside) }
}

/** Undefined where there is no such file, or none any more. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parseWorld(text: string): WorldState | undefined {
  if (text.length > MAX_FILE_BYTES) return undefined
  try {
    return worldState.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const temporaryName = (path: string, random: Random) => `${path}.${toHex(random(16))}.tmp`

/** Temporary files of a process that was killed while it wrote. A young one may be of a process that is writing now. */
async function removeLeftovers(files: WorldFiles, path: string, now: number): Promise<void> {
  const prefix = `${basename(path)}.`
  for (const name of await files.readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !/\.[0-9a-f]{32}\.tmp$/.test(name)) continue
    const leftover = join(dirname(path), name)
    const writtenAt = await ifThere(files.stat(leftover).then(({ mtimeMs }) => mtimeMs))
    if (writtenAt !== undefined && now - writtenAt > LEFTOVER_AGE_MS) await ifThere(files.unlink(leftover))
  }
}

async function writeWhole(files: WorldFiles, path: string, random: Random, text: string): Promise<void> {
  const temporary = temporaryName(path, random)
  try {
    const handle = await files.open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await files.rename(temporary, path)
  } catch (error) {
    await files.unlink(temporary).catch(() => undefined)
    throw error
  }
  // Windows can't open a folder to flush it; a rename there is journaled by NTFS.
  if (process.platform === 'win32') return
  const folder = await files.open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
