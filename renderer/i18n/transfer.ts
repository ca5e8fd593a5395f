/** Words of importing and exporting entries. */
import type { ExportFormat, ImportChoice, ImportRow, ImportVerdict, Response } from '../../shared/contract/index.ts'
import { fieldWords } from './errors.ts'
import { plural } from './format.ts'
import { formatName } from './formats.ts'

const entries = (count: number) => plural(count, 'entry', 'entries')

export const imports = {
  menu: 'Import',
  title: 'Import entries',
  why: 'A file of another authenticator or password manager, a picture of a QR code, or links. What comes of it is shown before anything is kept.',
  choose: 'Choose a file',
  drop: 'Or drop it here.',
  paste: 'Or paste links, one a line',
  pasteHelp: 'They begin with otpauth:// or otpauth-migration://.',
  password: 'Password of the file',
  look: 'Look at it',
  stages: { reading: 'Reading the file', comparing: 'Comparing with your entries' },
  tooLarge: 'Files up to 10 MB are read.',
  noCode: 'No QR code was found in that picture.',
  cancel: 'Cancel',
  back: 'Another file',
  found: ({ format, rows, withoutCode }: Response<'import.read'>) =>
    `${formatName(format)}: ${entries(rows.length)}${withoutCode > 0 ? `, and ${plural(withoutCode, 'record')} without a code` : ''}.`,
  batches: (of: number, missing: readonly number[]) =>
    `This is part of ${of} QR codes. Still missing: ${missing.join(', ')}. Paste their texts as well, or import what is here.`,
  all: 'All',
  filters: { new: 'New', changed: 'Changed', duplicate: 'Here already', refused: 'Can’t be read' },
  list: 'Entries of the file',
  nothing: 'None of these.',
  unnamed: 'Unnamed',
  choiceFor: (name: string) => `What to do with ${name}`,
  choices: (verdict: ImportVerdict['is']): Readonly<Record<ImportChoice, string>> => ({
    add: verdict === 'new' ? 'Add' : 'Add beside it',
    change: 'Change the one here',
    skip: 'Leave out',
  }),
  verdict: ({ verdict }: ImportRow): string => {
    switch (verdict.is) {
      case 'new':
        return 'New'
      case 'duplicate':
        return 'Here already'
      case 'changed':
        return `Here with another ${verdict.fields.map((field) => FIELDS[field] ?? field).join(', ')}`
      case 'repeated':
        return 'A second time in this file'
      case 'refused':
        return refusalWords(verdict)
    }
  },
  cut: 'Too long to be kept whole: its note or tags are cut.',
  go: (added: number, changed: number) =>
    added + changed === 0
      ? 'Nothing to import'
      : changed === 0
        ? `Import ${entries(added)}`
        : `Import ${added}, change ${changed}`,
  done: (added: number, changed: number) =>
    [
      ...(added > 0 || changed === 0 ? [`${entries(added)} imported`] : []),
      ...(changed > 0 ? [`${entries(changed)} changed`] : []),
    ].join(', ') + '.',
  undo: 'Undo',
  undone: 'The import was taken back.',
} as const

const FIELDS: Readonly<Record<string, string>> = {
  issuer: 'issuer',
  account: 'account',
  secret: 'secret',
  kind: 'kind',
  algorithm: 'algorithm',
  digits: 'number of digits',
  periodSeconds: 'period',
  counter: 'counter',
  tags: 'tags',
  note: 'note',
}

function refusalWords({ reason, field, position, letter, found }: Extract<ImportVerdict, { is: 'refused' }>): string {
  switch (reason) {
    case 'kind-unsupported':
      return `A kind of code that Latchkey does not make (${found ?? ''}).`
    case 'seed-locked':
      return 'Its secret is encrypted by itself and does not open.'
    case 'entry-damaged':
      return 'It is damaged.'
    case 'value-malformed':
      return `Its ${FIELDS[field ?? ''] ?? field ?? 'value'} is not what the format says.`
    case 'google-export':
      return 'A Google Authenticator export among other links.'
    default:
      return fieldWords({
        field: field ?? 'uri',
        reason,
        ...(position === undefined ? {} : { position }),
        ...(letter === undefined ? {} : { letter }),
      })
  }
}

export const exports = {
  menu: 'Export',
  title: 'Export entries',
  why: 'Whoever has an export has your secrets: nothing in it is encrypted. For a copy to keep, make a backup instead.',
  format: 'As what',
  formats: {
    'otpauth-list': 'Links, one a line',
    aegis: 'Aegis (plain)',
    google: 'QR codes for Google Authenticator',
    sheet: 'A sheet to print',
  } satisfies Readonly<Record<ExportFormat, string>>,
  formatMeta: {
    'otpauth-list': 'A text file that nearly every authenticator reads.',
    aegis: 'A JSON file with notes, tags and favourites.',
    google: 'Scanned one after the other from this screen.',
    sheet: 'QR code and secret of each entry, on paper.',
  } satisfies Readonly<Record<ExportFormat, string>>,
  passphrase: 'Passphrase',
  go: 'Export',
  cancel: 'Cancel',
  close: 'Close',
  save: 'Save the file',
  print: 'Print',
  before: 'Before',
  next: 'Next',
  code: (at: number, of: number) => `QR code ${at} of ${of}`,
  done: (count: number) => `${entries(count)} ready.`,
  warn: 'Delete the file when it has been read in elsewhere.',
  refused: (count: number) => `${entries(count)} can’t be exported this way:`,
  refusedWhy: (reason: string) => EXPORT_REFUSALS[reason] ?? reason,
  leftOut: (what: readonly string[]) => `This way leaves out ${what.map((each) => LEFT_OUT[each] ?? each).join(', ')}.`,
  sheetTitle: 'Latchkey entries',
  sheetLine: (algorithm: string, digits: number, periodSeconds: number | undefined, counter: number | undefined) =>
    `${algorithm}, ${plural(digits, 'digit')}, ${
      periodSeconds === undefined ? `counter ${counter ?? 0} as printed` : plural(periodSeconds, 'second')
    }`,
} as const

const EXPORT_REFUSALS: Readonly<Record<string, string>> = {
  'kind-unsupported': 'of a kind it does not know',
  'digits-unsupported': 'with a number of digits it does not know',
  'period-unsupported': 'with another period than 30 seconds',
  'too-long-for-qr': 'too long for a QR code',
}
const LEFT_OUT: Readonly<Record<string, string>> = {
  tags: 'tags',
  note: 'notes',
  favourite: 'favourites',
  hidden: 'which are hidden',
  link: 'links to devices',
}
