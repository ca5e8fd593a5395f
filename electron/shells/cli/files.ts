/** Files that a person names: read up to a bound, written anew. */
import { open as openFile, readFile, stat } from 'node:fs/promises'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'

export async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > maxBytes) throw new CommandFault(EXIT.refused, 'too-large', `${path} is larger than ${maxBytes} bytes.`)
    return await readFile(path)
  } catch (error) {
    throw fileFault(path, error)
  }
}

/** Writes a file of its own for this user alone, durably, and reads it back. An existing one is never replaced. */
export async function writeNewFile(path: string, bytes: Uint8Array): Promise<Buffer> {
  try {
    const handle = await openFile(path, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    return await readFile(path)
  } catch (error) {
    throw fileFault(path, error)
  }
}

function fileFault(path: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string') || error instanceof CommandFault)
    return error
  const words =
    error.code === 'EEXIST'
      ? `${path} is there already and was not replaced.`
      : error.code === 'ENOENT'
        ? `There is no ${path}.`
        : `${path} can’t be used (${error.code}).`
  return new CommandFault(EXIT.fileTrouble, error.code, words)
}
