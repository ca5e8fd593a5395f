/** A backup is one age file under one passphrase, made by the vault part's functions, which are handed in. */
import { equalBytes, err, ok, type Result } from '../../shared/kit/index.ts'
import { readBackup, writeBackup, type BackupContent, type BackupFault } from './backup-format.ts'

/** Errors of opening are the vault part's own, `E`. */
export interface Sealing<E> {
  /** One passphrase-encrypted age file, ASCII-armored. */
  seal(plaintext: Uint8Array, passphrase: string): Promise<string>
  open(file: string, passphrase: string): Promise<Result<Uint8Array, E>>
}

export type MakeStage = 'deriving' | 'sealing' | 'comparing'

/**
 * Seals the content, then opens what was made as a restore would and compares it, byte for byte: a backup that was never
 * opened is a hope. `not-verified`: it did not open, or holds something else.
 */
export async function makeBackup<E>(
  content: BackupContent,
  passphrase: string,
  { seal, open }: Sealing<E>,
  onStage: (stage: MakeStage) => void,
): Promise<Result<string, 'not-verified'>> {
  const plaintext = writeBackup(content)
  let reopened: Uint8Array | undefined
  try {
    onStage('deriving')
    const file = await seal(plaintext, passphrase)
    onStage('comparing')
    const read = await open(file, passphrase)
    if (!read.ok) return err('not-verified')
    reopened = read.value
    return equalBytes(reopened, plaintext) && readBackup(reopened).ok ? ok(file) : err('not-verified')
  } finally {
    plaintext.fill(0)
    reopened?.fill(0)
  }
}

/** The content of a backup file, or why not: the vault part's error, or the content's. */
export async function openBackup<E>(
  file: string,
  passphrase: string,
  { open }: Sealing<E>,
): Promise<Result<BackupContent, { readonly sealed: E } | { readonly content: BackupFault }>> {
  const opened = await open(file, passphrase)
  if (!opened.ok) return err({ sealed: opened.error })
  try {
    const read = readBackup(opened.value)
    return read.ok ? read : err({ content: read.error })
  } finally {
    opened.value.fill(0)
  }
}
