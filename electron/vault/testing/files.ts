/** For tests: what lies in a vault's folder, and how to spoil it. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Every file below the folder but the names of the write lock, in order, folders left out. */
export async function filesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('writer.'))
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .toSorted()
}

/** The same, with what is random or a time in names replaced by `*`. */
export async function plainFilesIn(dir: string): Promise<string[]> {
  return (await filesIn(dir)).map((name) => name.replaceAll(/\b[0-9a-f]{16,32}\b|\d{8}T\d{6}Z-g\d+/g, '*'))
}

/** Turns one bit of the byte at `offset`, counted from the end where it is negative. */
export async function flip(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path)
  const at = offset < 0 ? bytes.length + offset : offset
  bytes[at]! ^= 1
  await writeFile(path, bytes)
}

export async function slotFiles(dir: string): Promise<string[]> {
  return (await readdir(join(dir, 'slots'))).toSorted().map((name) => join(dir, 'slots', name))
}
