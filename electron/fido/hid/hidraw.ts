/** Linux: where hidraw devices show, and who may open them. Everything here is cheap beside asking hidapi. */
import { watch } from 'node:fs'
import { access, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const isHidraw = (name: string): boolean => name.startsWith('hidraw')

/**
 * Calls `listener` when a hidraw device comes, goes or has its permissions changed; what is returned stops that. Where the
 * folder can't be watched nothing is called, and polling alone must do.
 */
export function watchHidraw(listener: () => void, folder = '/dev'): () => void {
  try {
    const watcher = watch(folder, (_, name) => {
      if (name === null || isHidraw(name)) listener()
    })
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return () => undefined
  }
}

/**
 * Names the devices that are there now, so that two equal answers mean that none came or went between: a node that is
 * made anew has another inode, even where it has the old name.
 */
export async function hidrawNodes(folder = '/dev'): Promise<ReadonlyMap<string, number>> {
  const names = (await readdir(folder)).filter(isHidraw)
  const inodes = await Promise.all(names.map(async (name) => [join(folder, name), await inodeOf(join(folder, name))]))
  return new Map(inodes.filter((entry): entry is [string, number] => entry[1] !== undefined))
}

/** `undefined` where it went away meanwhile. */
async function inodeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ ino }) => ino,
    () => undefined,
  )
}

/** Why a device node can't be opened for reading and writing: its code (EACCES, ENOENT), or nothing where it can. */
export async function accessFault(path: string): Promise<string | undefined> {
  return access(path, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? 'EIO',
  )
}
