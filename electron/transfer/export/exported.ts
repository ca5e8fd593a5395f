/** What an export yields: its value, and by name what it could not hold. The person sees both before anything is written. */
import type { Entry } from '../../../shared/domain/entry.ts'
import type { GoogleRefusal } from '../../../shared/domain/migration.ts'

export type ExportFault =
  GoogleRefusal | { readonly code: 'too-long-for-qr'; readonly letters: number; readonly max: number }

export interface ExportRefusal {
  readonly id: string
  readonly issuer: string
  readonly account: string
  readonly why: ExportFault
}

/** What an entry has that the format has no place for. */
export type LeftOut = 'tags' | 'note' | 'favourite' | 'hidden' | 'link'

export interface Exported<T> {
  readonly value: T
  readonly entries: number
  readonly refused: readonly ExportRefusal[]
  /** Of any of the entries. */
  readonly leftOut: readonly LeftOut[]
}

export const refusedExport = ({ id, issuer, account }: Entry, why: ExportFault): ExportRefusal => ({
  id,
  issuer,
  account,
  why,
})

const HELD: Readonly<Record<LeftOut, (entry: Entry) => boolean>> = {
  tags: ({ tags }) => tags.length > 0,
  note: ({ note }) => note !== '',
  favourite: ({ favourite }) => favourite,
  hidden: ({ hidden }) => hidden,
  link: ({ link }) => link !== undefined,
}

/** Those of `unheld` that some entry has. */
export const leftOutOf = (entries: readonly Entry[], unheld: readonly LeftOut[]): readonly LeftOut[] =>
  unheld.filter((what) => entries.some(HELD[what]))
