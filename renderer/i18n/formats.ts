/** What people call the programs whose files are read. */
import type { ImportFormat } from '../../shared/contract/index.ts'

const FORMATS: Readonly<Record<ImportFormat, string>> = {
  'latchkey-backup': 'Latchkey backup',
  'otpauth-list': 'otpauth link',
  'google-migration': 'Google Authenticator',
  aegis: 'Aegis',
  ente: 'Ente Auth',
  '2fas': '2FAS',
  andotp: 'andOTP',
  freeotp: 'FreeOTP',
  'freeotp-2': 'FreeOTP',
  'freeotp-plus': 'FreeOTP+',
  stratum: 'Stratum',
  'bitwarden-json': 'Bitwarden',
  'bitwarden-csv': 'Bitwarden',
  'proton-authenticator': 'Proton Authenticator',
  raivo: 'Raivo',
  'keepassxc-csv': 'KeePassXC',
  kdbx: 'KeePass',
  authy: 'Authy',
  steam: 'Steam',
  pskc: 'PSKC',
  'oath-csv': 'OATH token',
}

export const formatName = (format: string): string => (FORMATS as Readonly<Record<string, string>>)[format] ?? format
