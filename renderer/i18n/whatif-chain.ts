/** What the loss engine says, in words: steps of a way in, causes, what follows. Each code has its words, by type. */
import type { LosableKind, LossCause, Named, Report, WayStep } from '../../shared/contract/index.ts'
import { accountWords, capital, lossWords, namedWords } from './whatif-names.ts'
import { questionWords } from './whatif-questions.ts'

export type Followed = Report['follows'][number]['what']

const dot = (text: string) => (/[.?!…]$/u.test(text) ? text : `${text}.`)

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
