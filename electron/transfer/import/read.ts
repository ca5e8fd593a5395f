/** Recognising a file by its content, and reading it. Total for any bytes: entries and refusals, or one fault. */
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import type { Confidence, ReadContext } from './format.ts'
import type { Found, ImportFormat, ReadFault } from './found.ts'
import { MAX_FILE_BYTES } from './limits.ts'
import { READERS, readerOf } from './readers.ts'
import { openSource, type Source } from './source.ts'

export interface Candidate {
  readonly format: ImportFormat
  readonly confidence: Confidence
  readonly isEncrypted: boolean
}

/** Formats the content may be of, the surest first; empty where it is none. The name is only a hint. */
export function recognise(bytes: Uint8Array, name = ''): readonly Candidate[] {
  return bytes.length > MAX_FILE_BYTES ? [] : candidatesOf(openSource(bytes, name))
}

const ORDER: readonly Confidence[] = ['certain', 'likely', 'possible']

function candidatesOf(source: Source): readonly Candidate[] {
  const found: Candidate[] = []
  for (const { format, recognise, isEncrypted } of READERS) {
    const confidence = recognise(source)
    if (confidence) found.push({ format, confidence, isEncrypted: isEncrypted?.(source) ?? false })
  }
  return found.toSorted((a, b) => ORDER.indexOf(a.confidence) - ORDER.indexOf(b.confidence))
}

export interface ReadOptions {
  /** The file's name: a hint. */
  readonly name?: string | undefined
  /** Where the person chose among candidates. */
  readonly format?: ImportFormat | undefined
  readonly password?: string | undefined
  /** KeePass: the content of a key file. */
  readonly keyFile?: Uint8Array | undefined
}

/**
 * Reads a file of the given format, or of the surest candidate. Key derivations may take seconds of this thread's time: where
 * that matters, read on a worker (on-worker.ts).
 */
export async function readImport(bytes: Uint8Array, options: ReadOptions = {}): Promise<Result<Found, ReadFault>> {
  if (bytes.length > MAX_FILE_BYTES) return err({ code: 'too-large', what: 'bytes', max: MAX_FILE_BYTES })
  const source = openSource(bytes, options.name)
  const format = options.format ?? candidatesOf(source)[0]?.format
  const reader = format && readerOf(format)
  if (!reader) return err({ code: 'not-this-format' })
  const context: ReadContext = { password: options.password, keyFile: options.keyFile }
  const read = await reader.read(source, context)
  return read.ok ? ok({ format: reader.format, ...read.value }) : read
}
