/** What the loss engine says, in words: things, steps of a way in, causes, what follows. Each code has its words, by type. */
import type { LosableKind, LossCause, Named, NamedAccount, Report, WayStep } from '../../shared/contract/index.ts'
import type { ContactKind, Loss } from '../../shared/domain/device.ts'
import { questionWords } from './whatif-questions.ts'

type AccountName = NamedAccount['name']
export type Followed = Report['follows'][number]['what']

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
const dot = (text: string) => (/[.?!…]$/u.test(text) ? text : `${text}.`)

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

const openers: Readonly<Partial<Record<LosableKind, string>>> = {
  'slot-passphrase': 'the passphrase',
  'slot-recovery-code': 'the recovery code',
  'slot-keychain': 'this computer’s keychain',
}
const usedBy = ({ uses }: WayStep, otherwise: string) => (uses ? namedWords(uses) : otherwise)
const whose = ({ account }: WayStep) => (account ? accountWords(account.name) : 'the account')
const atBackend = ({ account }: WayStep) => account?.ref.is === 'identity'

/** A way in, named by what its last step uses: what stands after "Opens with". */
export function wayName(step: WayStep): string {
  switch (step.step) {
    case 'code-from-vault':
      return 'the code in this vault'
    case 'code-from-backup':
      return `the code in ${usedBy(step, 'a backup')}`
    case 'code-from-thing':
      return `the code on ${usedBy(step, 'another thing')}`
    case 'touch-key':
      return usedBy(step, 'its key')
    case 'passkey':
      return step.uses?.kind === 'passkey' ? namedWords(step.uses) : `the passkey on ${usedBy(step, 'its key')}`
    case 'use-device':
      return usedBy(step, step.deviceName ?? 'its device')
    case 'recovery-code':
      return `a recovery code on ${usedBy(step, 'a sheet')}`
    case 'password-alone':
      return 'the password alone'
    case 'other-way':
      return 'another way in'
    case 'alternative-factors':
      return 'email and phone'
    case 'phone-by-administrator':
      return `a phone number that ${step.administrator ?? 'an administrator'} puts in`
    case 'administrator-deactivates':
      return step.administrator ?? 'an administrator'
    case 'support':
      return atBackend(step) ? 'the provider’s support' : 'the site’s support'
    case 'open-vault':
      return 'this vault'
    case 'open-backup':
      return usedBy(step, 'a backup')
    case 'read-password':
      return `the password on ${usedBy(step, 'another thing')}`
    case 'read-mail':
      return `mail to ${usedBy(step, 'the address on record')}`
    case 'answer-phone':
      return `a call to ${usedBy(step, 'the number on record')}`
  }
}

/** One step of a way in, as something to do. */
export function stepSentence(step: WayStep): string {
  switch (step.step) {
    case 'open-vault':
      return `Open this vault with ${(step.uses && openers[step.uses.kind]) ?? (step.uses?.name || 'its security key')}.`
    case 'open-backup':
      return `Open ${usedBy(step, 'a backup')} with its passphrase, on any computer.`
    case 'read-password':
      return `Read the password of ${whose(step)} on ${usedBy(step, 'what it is kept on')}.`
    case 'password-alone':
      return `Sign in to ${whose(step)} with the password; no device is registered.`
    case 'code-from-vault':
      return `Sign in to ${whose(step)} with the code that Latchkey shows.`
    case 'code-from-backup':
      return `Sign in to ${whose(step)} with the code that comes back with ${usedBy(step, 'the backup')}.`
    case 'touch-key':
      return `Sign in to ${whose(step)} and touch ${usedBy(step, 'its key')}.`
    case 'code-from-thing':
    case 'use-device':
    case 'passkey':
    case 'recovery-code':
      return `Sign in to ${whose(step)} with ${wayName(step)}.`
    case 'read-mail':
      return step.account
        ? `Sign in to ${whose(step)}, where mail to ${usedBy(step, 'the address on record')} is read.`
        : `Read the message to ${usedBy(step, 'the address on record')}.`
    case 'answer-phone':
      return step.uses?.kind === 'phone-number' || step.uses === undefined
        ? `Answer the call to ${usedBy(step, 'the number on record')}.`
        : `Answer the call on ${namedWords(step.uses)}.`
    case 'alternative-factors':
      return `Sign in to ${whose(step)} by alternative factors: the link in the message, then six digits on the phone.`
    case 'phone-by-administrator':
      return `${step.administrator ?? 'An administrator'} puts in a phone number that can be answered; then email and phone lead in to ${whose(step)}.`
    case 'administrator-deactivates':
      return `${step.administrator ?? 'An administrator'} deactivates the lost device; then ${whose(step)} gets a new one.`
    case 'support':
      return atBackend(step)
        ? `The provider’s support checks who you are, and lets you in to ${whose(step)}.`
        : `The site’s support lets you back in to ${whose(step)}.`
    case 'other-way':
      return `Sign in to ${whose(step)} another way, one that is not listed here.`
  }
}

export function followedWords({ is, what, account }: Followed): string {
  const thing = what ? namedWords(what) : undefined
  switch (is) {
    case 'vault':
      return 'This vault can’t be opened'
    case 'slot':
      return `${capital(thing ?? 'a way in')} opens the vault no more`
    case 'backup':
      return `${capital(thing ?? 'a backup')} can’t be opened`
    case 'mailbox':
      return `Mail to ${thing ?? 'the address on record'} can’t be read`
    case 'number':
      return `Nobody can answer ${thing ?? 'the number on record'}`
    case 'sign-in':
      return `Nobody can sign in to ${account ? accountWords(account.name) : 'an account it hangs on'}`
  }
}

function missingWords(what: Named): string {
  switch (what.kind) {
    case 'virtual-totp':
    case 'hardware-totp':
    case 'fido':
      return `${capital(namedWords(what))} is out of use already`
    case 'email':
      return 'No email address is on record'
    case 'phone-number':
      return 'No phone number is on record'
    case 'password':
      return `Nobody remembers ${namedWords(what)}`
    default:
      return `${capital(namedWords(what))} is not there`
  }
}

/** Why something is closed, one cause. */
export function causeWords(cause: LossCause): string {
  switch (cause.cause) {
    case 'lost':
      return lossWords(cause.what, cause.how)
    case 'follows':
      return followedWords(cause.what)
    case 'missing':
      return missingWords(cause.what)
    case 'not-known':
      return `Not known: ${questionWords(cause.question).short}`
  }
}

/** Causes as sentences, from what was lost to what fell by it. */
export const chainWords = (causes: readonly LossCause[]): readonly string[] =>
  causes.toReversed().map((cause) => dot(causeWords(cause)))
