/** What a person gives for a new entry, read into a draft or refused with the fields at fault; and whether it is there already. */
import type { z } from 'zod'
import { callError, type entrySource, type FieldFault } from '../../shared/contract/index.ts'
import { authenticatorEntry, sameAccount, type Entry, type EntryDraft } from '../../shared/domain/entry.ts'
import { entryFromFields, type FieldFault as DraftFault } from '../../shared/domain/entry-fields.ts'
import { recogniseGoogleExport } from '../../shared/domain/migration.ts'
import { parseOtpauth, type LinkFault } from '../../shared/domain/otpauth.ts'

export type EntrySource = z.infer<typeof entrySource>

/** Throws `entry-refused`, or `migration-later` for a Google export. */
export function readSource(source: EntrySource): EntryDraft {
  const read = 'uri' in source ? readLink(source.uri) : readFields(source.fields)
  if (read.ok) return read.value
  throw callError('entry-refused', { fields: [...read.error].map(toField) })
}

function readLink(uri: string) {
  const google = recogniseGoogleExport(uri)
  if (google) {
    const { batch } = google
    throw callError('migration-later', batch ? { batch: batch.number, batches: batch.of } : {})
  }
  const read = parseOtpauth(uri)
  return read.ok ? read : { ok: false as const, error: [read.error] }
}

const readFields = ({ periodSeconds, ...fields }: Extract<EntrySource, { fields: unknown }>['fields']) =>
  entryFromFields({ ...fields, period: periodSeconds })

/** The contract's name of the field, and the fault's code as its reason. Never what was typed, but for one wrong letter. */
function toField(fault: LinkFault | DraftFault): FieldFault {
  const field = !('field' in fault) ? 'uri' : fault.field === 'period' ? 'periodSeconds' : fault.field
  return {
    field,
    reason: fault.code,
    ...('position' in fault ? { position: fault.position, letter: fault.letter } : {}),
  }
}

/** An entry as it will be kept: cleaned, within its limits. Throws `entry-refused`. */
export function checkedEntry(entry: Entry): Entry {
  const read = authenticatorEntry.safeParse(entry)
  if (!read.success) {
    const fields = read.error.issues.map((issue) => ({
      field: String(issue.path[0] ?? ''),
      reason: issue.code ?? 'invalid',
    }))
    throw callError('entry-refused', { fields })
  }
  if (read.data.issuer === '' && read.data.account === '') {
    throw callError('entry-refused', { fields: [{ field: 'account', reason: 'name-missing' }] })
  }
  return read.data
}

/** Tags without what is empty, and each once. */
export const tidyTags = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== '')),
]

export interface DuplicateOf {
  readonly id: string
  readonly issuer: string
  readonly account: string
  readonly sameSecret: boolean
}

/** The entry that is the same account already: by secret before by name, and never one in the bin. */
export function findDuplicate(entries: readonly Entry[], draft: EntryDraft): DuplicateOf | undefined {
  const live = entries.filter((entry) => entry.deletedAt === undefined)
  const same = live.find((entry) => entry.secret === draft.secret) ?? live.find((entry) => sameAccount(entry, draft))
  if (!same) return undefined
  return { id: same.id, issuer: same.issuer, account: same.account, sameSecret: same.secret === draft.secret }
}
