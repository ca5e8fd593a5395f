/** Words of the locked page, the first run, and Settings › Vault. */
import type { Progress } from '../../shared/contract/index.ts'
import { plural } from './format.ts'

export const locked = {
  title: 'Latchkey is locked',
  passphrase: 'Passphrase',
  recoveryCode: 'Recovery code',
  recoveryHelp: 'As printed; hyphens and capitals don’t matter.',
  unlock: 'Unlock',
  byPassphrase: 'Passphrase',
  byRecoveryCode: 'Recovery code',
  byRecoveryMeta: 'From the sheet you printed.',
  damaged: 'The vault is damaged',
  damagedMore: (file: string) =>
    `${file} can’t be read, nor can an older copy of it. Nothing was changed. Put a copy of the file back, or move the folder aside and restore a backup into a new vault.`,
  missing: 'The vault file is missing',
  missingMore: (file: string) =>
    `${file} is not where it was, though its keys are. Put the file back, or move the folder aside and restore a backup into a new vault.`,
  newer: 'The vault was written by a newer Latchkey',
  newerMore: (format: number) =>
    `It has format ${format}, which this version does not know. It was left untouched. Update Latchkey to open it.`,
  again: 'Try again',
  folder: (path: string) => `The folder is ${path}.`,
} as const

export const lockedKey = {
  open: 'Security key',
  openMeta: 'Plugged in here, with its PIN or your finger.',
  page: 'Security key, through the browser',
  pageMeta: 'In the browser’s own window; for keys this program can’t reach.',
  cancel: 'Cancel',
  progress: (progress: Progress<'vault.unlockWithKey'> | undefined): string => {
    switch (progress?.doing) {
      case 'touch':
        return `Touch ${progress.keyName || 'your key'}. It blinks.`
      case 'finger':
        return 'Put your finger on the key.'
      case 'waiting-for-key':
        return 'Plug in a security key of this vault.'
      case 'other-key':
        return `${capital(progress.keyName)} does not open this vault. Plug in one that does.`
      default:
        return 'Looking for your key'
    }
  },
} as const

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1)

export const firstRun = {
  title: 'Set a passphrase',
  why: 'It encrypts your vault on this computer. Nobody can reset it; a recovery code and a backup come next.',
  passphrase: 'Passphrase',
  again: 'Passphrase again',
  help: 'At least 8 characters. Four or five words that only you would join are best.',
  short: (left: number) => `${plural(left, 'character')} more.`,
  strong: 'Long enough.',
  differs: 'The two differ.',
  same: 'Both are the same.',
  go: 'Make the vault',
  making: 'Making the vault',
} as const
