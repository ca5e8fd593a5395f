/** What the loss engine says, in the command line's words. */
import type { LosableKind, LosableRow, LossQuestion, LossRow, Named, WayStep } from '../../../shared/contract/index.ts'

const KINDS: Readonly<Record<LosableKind, string>> = {
  computer: 'this computer',
  phone: 'phone',
  sheet: 'sheet',
  other: 'other place',
  key: 'security key',
  'virtual-totp': 'virtual device',
  'hardware-totp': 'hardware token',
  fido: 'FIDO device',
  entry: 'entry',
  passkey: 'passkey',
  'slot-passphrase': 'passphrase of the vault',
  'slot-recovery-code': 'recovery code of the vault',
  'slot-security-key': 'security key of the vault',
  'slot-keychain': 'keychain',
  backup: 'backup',
  email: 'email address',
  'phone-number': 'phone number',
  passphrase: 'passphrase',
  password: 'password',
}

export const nameOf = ({ kind, name }: Named): string => (name === '' ? KINDS[kind] : name)

/** The kind, and whose it is. */
export const kindOf = ({ kind, name, of }: LosableRow): string =>
  [name === '' ? '' : KINDS[kind], of ? `of ${accountOf(of)}` : ''].filter(Boolean).join(' ')

export const accountOf = ({ at, who }: LossRow['account']['name']): string =>
  [who, at].filter(Boolean).join(', ') || '(no name)'

export const OUTCOMES: Readonly<Record<LossRow['outcome'], string>> = {
  locked: 'Locked for good',
  support: 'Needs support',
  administrator: 'Needs an administrator',
  'alternative-factors': 'Needs email and phone',
  unknown: 'Not known',
  opens: 'Still opens',
}

const QUESTIONS: Readonly<Record<LossQuestion['ask'], string>> = {
  'where-is-device': 'where is it',
  'which-key-is-device': 'which key is it',
  'where-is-backup': 'where is the backup kept',
  'which-key-opens-slot': 'which key opens the vault',
  'other-ways': 'is there another way in',
  'what-contact': 'what contact does it have',
  'who-administers': 'who else administers it',
  'how-mailbox-opens': 'how is its mail read',
  'where-number-rings': 'where does the number ring',
  'what-else-opens-with-key': 'what else does the key open',
}

/** In one line: what it opens with, who helps, or what would settle it. */
export function howOf({ outcome, ways, questions, helpers }: LossRow): string {
  if (outcome === 'administrator' && helpers.length > 0) return helpers.join(', ')
  if (outcome === 'unknown')
    return questions
      .map(({ ask }) => `${QUESTIONS[ask]}?`)
      .slice(0, 1)
      .join('')
  const last = ways[0]?.steps.at(-1)
  return outcome === 'opens' && last ? `with ${wayOf(last)}` : ''
}

function wayOf({ step, uses, deviceName }: WayStep): string {
  switch (step) {
    case 'password-alone':
      return 'the password alone'
    case 'code-from-vault':
      return 'the code in this vault'
    case 'code-from-backup':
      return 'the code in a backup'
    case 'other-way':
      return 'another way in'
    default:
      return uses ? nameOf(uses) : (deviceName ?? step)
  }
}
