/** What things and accounts of the loss engine are called. */
import type { LosableKind, Named, NamedAccount } from '../../shared/contract/index.ts'
import type { ContactKind, Loss } from '../../shared/domain/device.ts'

type AccountName = NamedAccount['name']

/** "a, b and c"; of many the first few and how many more. */
export function listed(names: readonly string[], most = 4): string {
  const shown = names.length > most ? [...names.slice(0, most - 1), `${names.length - most + 1} more`] : names
  const last = shown.at(-1) ?? ''
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`
}

/** Words that we begin with ourselves; a name begins as its owner writes it. */
const OWN = /^(?:the|a|an|another|its|this|no|one|all|with|it|mail|email|phone|at|there|vault)\b/u

/** At the head of a sentence. */
export const capital = (text: string) => (OWN.test(text) ? text.charAt(0).toLocaleUpperCase() + text.slice(1) : text)

/** The account in a line of its own: "GitHub", "Root user". */
export const accountTitle = ({ kind, at, who }: AccountName): string =>
  kind === 'entry' || kind === 'site' ? at || who || 'An entry without a name' : who
/** What stands beside it: whose, or where. */
export const accountMeta = ({ kind, at, who }: AccountName): string =>
  kind === 'entry' || kind === 'site' ? (at === '' ? '' : who) : at

/** The account within a sentence: "GitHub (alice)", "Root user of Northwind production". */
export function accountWords({ kind, at, who }: AccountName): string {
  if (kind === 'root' || kind === 'user') return at === '' ? who : `${who} of ${at}`
  if (at === '' || who === '') return at || who || 'an entry without a name'
  return `${at} (${who})`
}

export const contactNames: Readonly<Record<ContactKind, string>> = { email: 'email address', phone: 'phone number' }

/** What stands for a thing that has no name of its own. */
const kinds: Readonly<Record<LosableKind, string>> = {
  computer: 'this computer',
  phone: 'a phone',
  sheet: 'a printed sheet',
  other: 'another place',
  key: 'a security key',
  'virtual-totp': 'a virtual device',
  'hardware-totp': 'a hardware token',
  fido: 'a registered key',
  entry: 'an entry',
  passkey: 'a passkey',
  'slot-passphrase': 'the vault’s passphrase',
  'slot-recovery-code': 'the vault’s recovery code',
  'slot-security-key': 'the vault’s security key',
  'slot-keychain': 'this computer’s keychain',
  backup: 'the last backup',
  email: 'an email address',
  'phone-number': 'a phone number',
  passphrase: 'the passphrase',
  password: 'a password',
}

/** As on a chip, where its icon says what kind it is: the name alone. */
export const chipWords = ({ kind, name }: Named): string => (name === '' ? capital(kinds[kind]) : name)

/** Within a sentence. */
export function namedWords({ kind, name, of }: Named): string {
  switch (kind) {
    case 'password':
      return of ? `the password of ${accountWords(of)}` : kinds[kind]
    case 'entry':
      return name === '' ? kinds[kind] : `the codes for ${name}`
    case 'passkey':
      return name === '' ? kinds[kind] : `the passkey for ${name}`
    case 'backup':
      return name === '' ? kinds[kind] : `the backup ${name}`
    case 'slot-security-key':
      return name === '' ? kinds[kind] : `${name}, as a way into the vault`
    case 'slot-passphrase':
    case 'slot-recovery-code':
    case 'slot-keychain':
      return kinds[kind]
    default:
      return name === '' ? kinds[kind] : name
  }
}

const lossVerbs: Readonly<Record<Loss, string>> = { lost: 'is lost', stolen: 'is stolen', broken: 'is broken' }
/** What is known is forgotten rather than lost. */
export const isKnowledge = ({ kind }: Named) => kind === 'passphrase' || kind === 'password'

export const lossWords = (what: Named, how: Loss): string =>
  capital(`${namedWords(what)} ${isKnowledge(what) ? 'is forgotten' : lossVerbs[how]}`)
