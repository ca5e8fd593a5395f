/**
 * Entries from other programs and to them. A file goes up whole and is read into a preview: a verdict for each entry, no seed.
 * Nothing is kept before `import.apply`, which does all that was chosen or nothing, and one `import.undo` takes it back.
 */
import { z } from 'zod'
import { MAX_ENTRIES_EXPORTED, MAX_IMPORT_BYTES } from './transfer-limits.ts'
import { algorithm, entryKind } from './codes.ts'
import { call, empty, id, Secret } from './define.ts'

export const importFormat = z.enum([
  'latchkey-backup',
  'otpauth-list',
  'google-migration',
  'aegis',
  'ente',
  '2fas',
  'andotp',
  'freeotp',
  'freeotp-2',
  'freeotp-plus',
  'stratum',
  'bitwarden-json',
  'bitwarden-csv',
  'proton-authenticator',
  'raivo',
  'keepassxc-csv',
  'kdbx',
  'authy',
  'steam',
  'pskc',
  'oath-csv',
])
export type ImportFormat = z.infer<typeof importFormat>

/** A whole file as base64url; it holds seeds. */
const secretFile = z
  .string()
  .max(Math.ceil((MAX_IMPORT_BYTES * 4) / 3))
  .meta({ secret: true })

export const importChoice = z.enum(['add', 'change', 'skip'])
export type ImportChoice = z.infer<typeof importChoice>

const names = { issuer: z.string(), account: z.string() }
const existing = z.strictObject({ id, ...names })

/** What an entry of the file would be to this vault. */
export const importVerdict = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('new') }),
  z.strictObject({ is: z.literal('duplicate'), of: existing }),
  /** The same secret with something else about it, or the same name with another secret. */
  z.strictObject({ is: z.literal('changed'), of: existing, fields: z.array(z.string()) }),
  /** The same as an earlier row of the file. */
  z.strictObject({ is: z.literal('repeated'), row: z.number().int() }),
  /** Never what stands in the file, but for one wrong letter and its place in the field (the first is 1). */
  z.strictObject({
    is: z.literal('refused'),
    reason: z.string(),
    field: z.string().optional(),
    position: z.number().int().optional(),
    letter: z.string().optional(),
    found: z.string().optional(),
  }),
])
export type ImportVerdict = z.infer<typeof importVerdict>

export const importRow = z.strictObject({
  /** Where it stands: its number among the entries of the file, and its line in a text. */
  item: z.number().int(),
  line: z.number().int().optional(),
  ...names,
  kind: entryKind.optional(),
  algorithm: algorithm.optional(),
  digits: z.number().int().optional(),
  periodSeconds: z.number().int().optional(),
  counter: z.number().int().optional(),
  verdict: importVerdict,
  /** What is done unless the person chooses otherwise. */
  proposed: importChoice,
  /** Too long to be kept whole. */
  cut: z.array(z.enum(['tags', 'note'])),
})
export type ImportRow = z.infer<typeof importRow>

export const exportFormat = z.enum(['otpauth-list', 'aegis', 'google', 'sheet'])
export type ExportFormat = z.infer<typeof exportFormat>

const exported = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('file'), fileName: z.string(), mediaType: z.string(), text: z.string() }),
  /** Texts of QR codes, to be scanned one after the other. */
  z.strictObject({ is: z.literal('codes'), codes: z.array(z.string()) }),
  z.strictObject({
    is: z.literal('sheet'),
    entries: z.array(
      z.strictObject({
        id,
        ...names,
        kind: entryKind,
        algorithm,
        digits: z.number().int(),
        periodSeconds: z.number().int().optional(),
        counter: z.number().int().optional(),
        uri: z.string(),
        seed: z.array(z.string()),
      }),
    ),
  }),
])
export type Exported = z.infer<typeof exported>

export const transferCalls = {
  /**
   * Reads a file, or pasted text (links, one a line, or the texts of QR codes). Fails with `import-password-needed`,
   * `import-wrong-password`, `import-damaged`, `import-unsupported` or `import-not-recognised`, which are five different things.
   */
  'import.read': call({
    request: z.strictObject({
      source: z.union([
        z.strictObject({ file: secretFile, name: z.string().max(1024).optional() }),
        z.strictObject({ text: secretFile }),
      ]),
      /** Where the person says what it is, against what it looks like. */
      format: importFormat.optional(),
      password: Secret.optional(),
      /** KeePass: the content of a key file. */
      keyFile: secretFile.optional(),
    }),
    response: z.strictObject({
      preview: id,
      format: importFormat,
      version: z.string().optional(),
      rows: z.array(importRow),
      /** Records without any code: passwords and the like. */
      withoutCode: z.number().int(),
      /** QR codes of the same export that were not read yet, numbered from 1. */
      batches: z.strictObject({ of: z.number().int(), missing: z.array(z.number().int()) }).optional(),
    }),
    progress: z.strictObject({ stage: z.enum(['reading', 'comparing']) }),
  }),
  /**
   * Does what was chosen, by row; a row that is not named is done as proposed. Fails with `confirmation-stale` where the vault
   * changed so that a verdict is another by now, and with `choice-impossible`; then nothing was done.
   */
  'import.apply': call({
    request: z.strictObject({
      preview: id,
      choices: z.array(z.strictObject({ row: z.number().int().min(0), choice: importChoice })).max(50_000),
    }),
    response: z.strictObject({ added: z.number().int(), changed: z.number().int(), undo: id }),
  }),
  /** Takes the last import back, until the vault is locked. What was done since to entries it had touched stays done. */
  'import.undo': call({ request: z.strictObject({ undo: id }), response: empty }),
  /** Forgets a preview and the seeds in it. */
  'import.drop': call({ request: z.strictObject({ preview: id }), response: empty }),

  /** Seeds in the clear: after re-authentication, and each with its warning. `ids` absent: all entries but those in the bin. */
  'export.make': call({
    request: z.strictObject({
      passphrase: Secret,
      format: exportFormat,
      ids: z.array(id).min(1).max(MAX_ENTRIES_EXPORTED).optional(),
    }),
    response: z.strictObject({
      exported,
      entries: z.number().int(),
      /** What the format can't hold, by name. */
      refused: z.array(z.strictObject({ id, ...names, reason: z.string() })),
      leftOut: z.array(z.enum(['tags', 'note', 'favourite', 'hidden', 'link'])),
    }),
  }),
} as const
