/** Linux: where hidraw devices show, and who may open them. Everything here is cheap beside asking hidapi. */
import { watch, type FSWatcher } from 'node:fs'
import { access, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const isHidraw = (name: string): boolean => name.startsWith('hidraw')

export interface HidrawWatch {
  /** False where the folder can't be watched, or not any more: polling alone must do then. */
  readonly isWatching: boolean
  stop(): void
}

/** Calls `listener` when a hidraw device comes, goes or has its permissions changed. */
export function watchHidraw(listener: () => void, folder = '/dev'): HidrawWatch {
  let watcher: FSWatcher | undefined
  const stop = (): void => {
    watcher?.close()
    watcher = undefined
  }
  try {
    watcher = watch(folder, (_, name) => {
      if (name === null || isHidraw(name)) listener()
    })
    watcher.on('error', stop)
  } catch {
    // The system has no watch left, or the folder is not there.
  }
  return {
    get isWatching() {
      return watcher !== undefined
    },
    stop,
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
