/** What a reader of a format is. Each covers one program's file and says in its head what it refuses. */
import type { Result } from '../../../shared/kit/index.ts'
import type { FoundItem, Found, ImportFormat, ReadFault } from './found.ts'
import type { Source } from './source.ts'

/** `certain`: nothing else looks so. `likely`: it has the shape. `possible`: nothing speaks against it but little for it. */
export type Confidence = 'certain' | 'likely' | 'possible'

export interface ReadContext {
  /** Empty is a password too; `undefined` is none given. */
  readonly password: string | undefined
  /** KeePass: the content of a key file. */
  readonly keyFile: Uint8Array | undefined
}

export type Content = Omit<Found, 'format'>
export type ReadResult = Result<Content, ReadFault>

export interface FormatReader {
  readonly format: ImportFormat
  /** `undefined` where it is another format. Cheap: no key is derived. */
  recognise(source: Source): Confidence | undefined
  /** Whether a password will be asked for, as far as can be told without one. */
  isEncrypted?(source: Source): boolean
  read(source: Source, context: ReadContext): Promise<ReadResult>
}

export const content = (items: readonly FoundItem[], rest: Partial<Content> = {}): Content => ({
  items,
  withoutCode: 0,
  ...rest,
})
