/**
 * Where the plain-Node shells keep their data, by the custom of each system. The demo has a folder of its own, so that
 * real entries are never mixed into it, nor its accounts into theirs.
 */
import { mkdir } from 'node:fs/promises'
import { posix, win32 } from 'node:path'

export interface DataFolderQuery {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homedir: string
  readonly isDemo: boolean
  /** What `--data-dir` says, already absolute; the demo then lives in `demo` inside it. */
  readonly override?: string
}

export function dataFolder({ platform, env, homedir, isDemo, override }: DataFolderQuery): string {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix
  if (override !== undefined) return isDemo ? join(override, 'demo') : override

  /** A relative folder would depend on where Latchkey was started; the XDG specification says to ignore it, too. */
  const named = (name: string): string | undefined => {
    const folder = env[name]
    return folder !== undefined && isAbsolute(folder) ? folder : undefined
  }
  if (platform === 'win32') {
    return join(named('APPDATA') ?? join(homedir, 'AppData', 'Roaming'), isDemo ? 'latchkey-demo' : 'Latchkey')
  }
  if (platform === 'darwin') {
    return join(homedir, 'Library', 'Application Support', isDemo ? 'latchkey-demo' : 'Latchkey')
  }
  return join(named('XDG_DATA_HOME') ?? join(homedir, '.local', 'share'), isDemo ? 'latchkey-demo' : 'latchkey')
}

/**
 * Creates the folder, and what is missing above it, for this user alone (0700; Windows inherits the profile's rights).
 * One that exists keeps its mode: it may be any folder a person named. Files in it are 0600 by themselves.
 * @throws the system's error where it can't be created.
 */
export async function createDataFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
}
