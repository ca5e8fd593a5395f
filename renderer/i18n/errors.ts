/** What each error of the contract says to a person: what happened, and what to do next. One row a code, or it does not compile. */
import type { ContractError, ErrorCode, FieldFault } from '../../shared/contract/index.ts'
import { CERTIFICATE_FAULTS, notSupportedWords } from './backend-reasons.ts'
import { atTime, plural } from './format.ts'
import { formatName } from './formats.ts'

type Detail<C extends ErrorCode> = Extract<ContractError, { code: C }>['detail']
type Words = { readonly [C in ErrorCode]: string | ((detail: Detail<C>) => string) }

const later = (retryAt: number | undefined, otherwise: string) =>
  retryAt === undefined ? otherwise : `Try again at ${atTime(retryAt)}.`

/** Why a key can't do a thing: the reasons of `can` in the keys topic. */
export const keyCannotWords = (reason: string) => KEY_CANNOT[reason] ?? 'This key can’t do that.'

const KEY_CANNOT: Readonly<Record<string, string>> = {
  'u2f-only': 'An older key: it registers and signs in, and has no PIN, passkeys or settings.',
  'not-offered': 'This key does not offer it.',
  'no-pin-set': 'Set a PIN first.',
  'pin-set-already': 'It has a PIN already.',
  'pin-blocked': 'The PIN is blocked; only a reset helps.',
  'needs-power-cycle': 'Unplug it and plug it in again first.',
  'preview-cannot-rename': 'This key’s firmware is older than the command that renames passkeys.',
  'no-reader': 'This key has no reader.',
  'already-on': 'It is on, and only a reset turns it off.',
  'same-key': 'A key can’t be its own spare.',
  'no-hmac-secret': 'This key can’t keep a secret for a vault (it has no hmac-secret).',
  'developer-key': 'That is a developer’s stand-in, not a key. A vault can’t depend on it.',
  'not-over-usb': 'This key takes a reset by another transport than USB only.',
}

const ERRORS: Words = {
  'unknown-call': 'This page and the program are of different versions. Reload the page.',
  'bad-request': ({ fields }) => fields.map(fieldWords).join(' ') || 'Something typed was not understood.',
  'too-large': 'That is too large. Files up to 10 MB are read.',
  busy: 'Too much is going on at once. Wait a moment and try again.',
  cancelled: 'Stopped.',
  disconnected: 'The connection to Latchkey was lost. What came of it is shown when it is back.',
  'timed-out': 'No answer came in time. Try again.',
  internal: ({ diagnosticId }) => `Something went wrong inside Latchkey. The log has it as ${diagnosticId}.`,
  'not-here': ({ reason }) =>
    ({
      'demo-only': 'This is part of the demo. Start Latchkey with --demo.',
      'desktop-only': 'This works in Latchkey’s own window only.',
      'browser-only': 'This works in the browser only.',
      later: 'This comes with a later version.',
    })[reason],
  'not-confirmed': 'Nothing was done: it was not confirmed.',
  'confirmation-stale': 'Things changed while the question stood. Look again and confirm anew.',
  locked: 'The vault is locked. Unlock it first.',
  'vault-exists': 'There is a vault here already. Unlock it instead.',
  'vault-absent': 'There is no vault here yet. Set a passphrase first.',
  'wrong-passphrase': ({ retryAt }) =>
    `That is not the passphrase. ${later(retryAt, 'Mind capitals and the keyboard layout.')}`,
  'wrong-recovery-code': ({ retryAt }) =>
    `That is not the recovery code. ${later(retryAt, 'Check each group against the sheet.')}`,
  'wrong-security-key': 'That key opened nothing here. It may have been reset since it was added.',
  'key-untrustworthy': ({ fault }) =>
    ({
      'no-answer': 'The key did not answer as it should, so nothing was added.',
      'not-repeatable':
        'The key answered the same question in two ways, so the vault can’t depend on it. Nothing was added.',
      'not-distinct': 'The key gives one answer to everything, so the vault can’t depend on it. Nothing was added.',
    })[fault],
  'weak-passphrase': ({ minimumLength }) =>
    `Too short. Use at least ${minimumLength} characters; several words are best.`,
  'recovery-code-differs': 'That differs from the code shown. Check each group.',
  'vault-damaged': ({ file }) =>
    `${file} is damaged and can’t be read. It was left as it is; restore a backup into a new vault.`,
  'vault-missing': ({ file }) =>
    `${file} is missing, though this vault has been used. Put it back, or restore a backup.`,
  'vault-newer': ({ format }) =>
    `The vault was written by a newer Latchkey (format ${format}). It was left untouched; update Latchkey to open it.`,
  'vault-held': ({ holder }) => `Another Latchkey writes this vault (${holder}). Close it there to make changes here.`,
  'kdf-too-costly': 'The file asks for more work than Latchkey will do. It may be hostile; it was not opened.',
  'last-portable-slot': 'A passphrase or a recovery code must remain. Add the other one first.',
  'disk-failed': ({ reason }) =>
    ({
      full: 'The disk is full. Nothing was saved; free some space and try again.',
      denied: 'The system does not let Latchkey write there. Nothing was saved.',
      failed: 'The disk reported a fault. Nothing was saved; the last good state is kept.',
    })[reason],
  'backup-wrong-passphrase': 'That is not the passphrase of this backup.',
  'backup-damaged': 'The backup is damaged and can’t be read. Nothing was changed; try another copy.',
  'backup-not-recognised': 'This file is no Latchkey backup.',
  'backup-newer': ({ format }) =>
    `The backup was made by a newer Latchkey (format ${format}). Update Latchkey to read it.`,
  'backup-not-verified': 'The backup was opened again and did not match. It was thrown away; try again.',
  'key-gone':
    'The key is not plugged in any more. What it had not answered may be done or not; plug it in again and look.',
  'key-busy':
    'Another program is using this key. Close it there (a browser asking for a key, another key manager) and try again.',
  'key-denied': 'The system keeps this key from you. Open “A key is not seen” for the line that mends it.',
  'key-silent': 'The key does not answer. Unplug it and plug it in again.',
  'key-answer': ({ fault, member }) =>
    `The key’s answer can’t be read (${fault}${member === undefined ? '' : `, ${member}`}). Nothing more was asked of it.`,
  'key-status': ({ status, name }) =>
    `The key refused it: ${name ?? `status 0x${status.toString(16).padStart(2, '0')}`}.`,
  'key-cannot': ({ reason }) => keyCannotWords(reason),
  'key-full': 'The key is full. Delete a passkey you no longer need, or use another key.',
  'keys-unavailable': ({ reason }) =>
    ({
      'module-missing': 'Keys can’t be reached: the module that speaks USB could not be loaded here.',
      'host-failing': 'The part that speaks to keys stopped and is being started again. Try again in a moment.',
      'none-here': 'There are no security keys to speak to here.',
    })[reason],
  'key-name-taken': ({ name }) => `Another key is called ${name}. Choose a name that tells them apart.`,
  'several-keys': 'Several keys are plugged in that can’t be told apart. Leave only the one that is meant.',
  'pin-wrong': ({ retries }) =>
    retries === undefined ? 'That is not the PIN.' : `That is not the PIN. ${plural(retries, 'try', 'tries')} left.`,
  'pin-blocked':
    'The PIN is blocked: too many wrong ones. Only a reset, which deletes everything on the key, makes it usable again.',
  'pin-needs-power-cycle': 'Three wrong PINs in a row. Unplug the key and plug it in again before the next try.',
  'pin-unanswered':
    'The key was sent the PIN and broke off; another program may be using it. Nothing was sent twice. Look at the tries left before you try again.',
  'pin-not-set': 'This key has no PIN yet. Set one first.',
  'pin-already-set': 'This key has a PIN already. Change it instead.',
  'pin-must-change': 'This key wants its PIN changed before anything else.',
  'pin-refused': ({ fault, minLength }) =>
    ({
      'too-short': `Too short. This key wants at least ${minLength ?? 4} characters.`,
      'too-long': 'Too long. A PIN has 63 bytes at most; letters with marks take two or more.',
      'ends-in-nul': 'A PIN can’t end in a zero byte.',
      same: 'That is the PIN it has now. Choose another.',
      policy: 'The key’s own rules refuse this PIN. Choose another.',
    })[fault],
  'finger-not-matched': ({ retries }) =>
    retries === undefined
      ? 'The finger did not match.'
      : `The finger did not match. ${plural(retries, 'try', 'tries')} left.`,
  'finger-blocked': 'Fingerprints are blocked after too many tries. Use the PIN once, and they work again.',
  'touch-timed-out': 'The key was not touched in time. Nothing was done.',
  'touch-declined': 'The key got no touch or finger, or was told no. Nothing was done.',
  'reset-too-late':
    'The key takes a reset only in the first seconds after it is plugged in. Unplug it, plug it in, and touch it at once.',
  'reset-other-key': 'Another key came back than the one you confirmed. Nothing was done to it.',
  'blob-too-large': ({ maxBytes }) => `That does not fit: this key keeps ${maxBytes} bytes in all.`,
  'blob-unreadable': 'What the site kept on the key can’t be opened: it is damaged, or not this passkey’s.',
  'import-not-recognised':
    'Latchkey does not know this format. If it came from another authenticator, export it there as otpauth links or as JSON.',
  'import-password-needed': ({ format }) => `This ${formatName(format)} file is encrypted. Type its password.`,
  'import-wrong-password': ({ format, isSure }) =>
    isSure
      ? `That is not the password of this ${formatName(format)} file.`
      : 'It does not open with that password. Either the password is another, or the file is damaged.',
  'import-damaged': ({ format, line }) =>
    `This looks like a ${formatName(format)} file, but it is damaged${line === undefined ? '' : ` at line ${line}`}. Export it there once more.`,
  'import-unsupported': ({ format, found }) =>
    `This ${formatName(format)} file is of a kind that Latchkey can’t read (${found}). Export it there in another way.`,
  'import-too-much': ({ what }) =>
    what === 'entries'
      ? 'That file holds more entries than can be read at once.'
      : 'The file asks for more work to derive its key than is safe to do.',
  'import-too-slow': ({ seconds }) => `Reading it took longer than ${seconds} seconds and was given up.`,
  'choice-impossible': 'That can’t be done with one of the entries. Look at the list again.',
  'changed-twice': 'Two entries of the file would change the same entry here. Choose one of them.',
  'not-found': ({ what }) => `That ${what} is not there any more.`,
  'entry-refused': ({ fields }) => fields.map(fieldWords).join(' '),
  'entry-duplicate': ({ issuer, account, sameSecret }) =>
    `${name(issuer, account)} is here already${sameSecret ? ', with the same secret' : ', with another secret'}. It was not changed.`,
  'migration-later': ({ batch, batches }) =>
    `This is an export of Google Authenticator${batches === undefined ? '' : `, part ${batch} of ${batches}`}. Reading it comes with a later version; until then add accounts one by one.`,
  'no-code-match': 'No moment within a day gives that code. Check the entry and the digits.',
  'code-ambiguous': 'That code fits more than one moment. Type the next one your phone shows.',
  'step-moved-on': 'This step is done already. The case goes on where it is now.',
  'answer-refused': ({ fields }) => fields.map(fieldWords).join(' ') || 'That answer does not fit this step.',
  'codes-refused': ({ retryAt }) =>
    `The backend refused the codes. ${later(retryAt, 'Wait for the next code and try again.')}`,
  'codes-not-consecutive': 'Those are not two codes in a row. Type the code shown now, then the one after it.',
  'code-repeated': 'That is the same code twice. Wait for the next one.',
  'code-malformed': ({ digits }) => `The code has ${digits} digits.`,
  'mfa-session-needed': ({ onlyFido }) =>
    onlyFido
      ? 'The backend wants a code, and only security keys are registered. Use its own sign-in page.'
      : 'The backend wants a code of a registered device first.',
  'mfa-session-refused': 'The backend refused that code. Type the next one.',
  'limit-reached': ({ names }) => `All eight places are taken: ${names.join(', ')}. Remove or replace one first.`,
  'account-quota': 'The account has no room for more virtual devices. An administrator can delete unassigned ones.',
  'name-taken': ({ name }) => `A device named ${name} exists already. Choose another name.`,
  'serial-taken': ({ serial }) =>
    `${serial} is registered for somebody else. Check the serial number, or ask an administrator.`,
  'serial-unknown': ({ serial }) => `The backend does not know ${serial}. Check the number on the back of the token.`,
  'still-assigned': 'The device is still assigned. Deactivate it first.',
  'not-permitted': ({ action }) => `Not permitted for you: ${action}. An administrator can do it.`,
  'sign-in-failed': 'The sign-in was refused.',
  'sign-in-expired': 'The sign-in has run out. Sign in again.',
  'locked-out': 'Too many wrong tries: the backend has locked this. An administrator can unlock it.',
  'try-later': ({ retryAt }) => `Not now. ${later(retryAt, 'Try again in a few minutes.')}`,
  throttled: ({ retryAt }) => `The backend asks to slow down. ${later(retryAt, 'Try again in a minute.')}`,
  'clock-wrong': ({ offsetSeconds }) =>
    offsetSeconds === undefined
      ? 'This computer’s clock is wrong. Set it, then try again.'
      : `This computer’s clock is off by ${plural(Math.abs(Math.round(offsetSeconds)), 'second')}. Set it, then try again.`,
  'password-refused': ({ minimumLength }) =>
    minimumLength === undefined
      ? 'The backend refused that password. Choose another.'
      : `The backend wants another password of at least ${minimumLength} characters.`,
  'key-refused': ({ reason }) =>
    ({
      duplicate: 'This key is registered for this account already. Use another key.',
      attestation: 'The backend does not accept this kind of key.',
      origin: 'The answer came for another site and was refused.',
      signature: 'The key’s answer could not be verified.',
      'unknown-credential': 'This key is not registered for this account.',
    })[reason],
  'challenge-expired': 'It took too long. Start the touch again.',
  'contact-not-changeable': ({ contact }) =>
    contact === 'phone'
      ? 'Only the root user or an administrator may change the phone number.'
      : 'Only the root user may change the email address.',
  'not-supported': ({ reason }) => notSupportedWords(reason) ?? 'That can’t be done here.',
  'only-way-in': ({ name }) => `${name} is the only way in. Register another device first, or confirm by its name.`,
  unreachable: 'The backend can’t be reached. Check the network and try again.',
  'untrusted-server': ({ certificate }) =>
    `The server’s certificate is not to be trusted. ${certificate === undefined ? '' : `${CERTIFICATE_FAULTS[certificate]} `}Nothing was sent.`,
  'backend-in-use': ({ names }) =>
    `Something begun there is not finished: ${names.join(', ')}. Finish it or give it up in Recovery first.`,
  'outcome-unknown': 'The backend did not answer. Latchkey looks by itself what came of it.',
  'backend-fault': 'The backend reported a fault of its own. Try again later.',
  'answer-not-understood': 'The backend’s answer was not understood, so nothing is assumed of it.',
}

const name = (issuer: string, account: string) => [issuer, account].filter(Boolean).join(', ') || 'This account'

/** The error in words; where it matters, whether anything changed at the backend, or on the key that was spoken to. */
export function errorWords(error: ContractError, place: 'backend' | 'key' = 'backend'): string {
  const words = ERRORS[error.code] as string | ((detail: unknown) => string)
  const text = typeof words === 'string' ? words : words(error.detail)
  if (error.changed === undefined) return text
  const where = place === 'key' ? 'on the key' : 'at the backend'
  return `${text} ${error.changed ? `Part of it was done ${where}.` : `Nothing was changed ${where}.`}`
}

const FIELDS: Readonly<Record<string, string>> = {
  secret: 'The key',
  issuer: 'The name',
  account: 'The account',
  digits: 'The number of digits',
  periodSeconds: 'The period',
  counter: 'The counter',
  algorithm: 'The algorithm',
  type: 'The kind of code',
  uri: 'The link',
  code: 'The code',
  codes: 'The codes',
  serial: 'The serial number',
  url: 'The address',
  user: 'The user name',
  password: 'The password',
  key: 'The API key',
  authorities: 'The certificate',
  accessKeyId: 'The access key ID',
  secretAccessKey: 'The secret access key',
  region: 'The region',
  roleArn: 'The role ARN',
  mfaSerial: 'The serial number',
  name: 'The name',
  text: 'The text',
  'codes.0': 'The first code',
  'codes.1': 'The second code',
  current: 'The present one',
  next: 'The new one',
  passphrase: 'The passphrase',
  backupPassphrase: 'The passphrase of the backup',
  recoveryCode: 'The code',
  note: 'The note',
  tags: 'A tag',
  userName: 'The name of the account',
  displayName: 'The name of its person',
  length: 'The shortest length',
  rpIds: 'The list of sites',
  data: 'What is to be written',
  spare: 'The spare',
}

const REASONS: Readonly<Record<string, (fault: FieldFault) => string>> = {
  'secret-letter': ({ letter, position }) =>
    `has a letter that Base32 does not have: “${letter}” at position ${position}. Base32 uses A to Z and 2 to 7.`,
  'no-secret': () => 'is missing.',
  'secret-too-short': () => 'is too short to be one.',
  'secret-too-long': () => 'is longer than 128 bytes.',
  'label-too-long': () => 'is longer than 256 characters.',
  'name-missing': () => 'is missing: give a name or an account.',
  'algorithm-unknown': () => 'is not SHA-1, SHA-256 or SHA-512.',
  'digits-out-of-range': () => 'must be from 5 to 10.',
  'period-out-of-range': () => 'must be from 1 to 86400 seconds.',
  'counter-out-of-range': () => 'is outside what is possible.',
  'counter-missing': () => 'is missing, and counter codes need one.',
  'type-unknown': () => 'is of a kind Latchkey does not know.',
  'bad-percent': () => 'is broken: a % sign in it is not followed by two hex digits.',
  'parameter-repeated': () => 'is given twice in the link, and differently.',
  'not-otpauth': () => 'is not one of an authenticator: those begin with otpauth://.',
  'too-long': () => 'is too long.',
  'too-short': () => 'is too short.',
  taken: () => 'is taken.',
  empty: () => 'is empty.',
  length: () => 'has the wrong length.',
  digits: () => 'may have digits only.',
  // Of a recovery code
  letter: ({ letter, position }) => `has a letter that none has: “${letter}” at position ${position}.`,
  checksum: () => 'has a letter that was misread or mistyped. Check each group against the sheet.',
  // Of passphrases, passwords and typed codes
  'letter-not-usable': () => 'has a character that can’t be used.',
  'same-password': () => 'is the present one. Choose another.',
  'wrong-password': () => 'is not the password.',
  'wrong-count': () => 'are not complete.',
  'same-code': () => 'is the same as the first. Wait for the next one.',
  'code-empty': () => 'is missing.',
  'code-letter': ({ letter, position }) => `has “${letter}” at position ${position}; only digits belong there.`,
  'code-length': () => 'has the wrong number of digits.',
  // Of a backend's form
  malformed: () => 'is not written as it should be.',
  'not-https': () => 'must begin with https://.',
  'has-credentials': () => 'may hold no user name or password. They have fields of their own.',
  'has-query': () => 'may not have a ? or # in it.',
  'not-certificates': () => 'can’t be read as PEM, the text between BEGIN CERTIFICATE and END CERTIFICATE.',
  // Of what is done to a security key
  missing: () => 'is missing.',
  'too-many': () => 'is longer than what is kept of it.',
  'not-base64url': () => 'is not base64url.',
  'same-key': () => 'is the key itself; it takes another one.',
  'not-made-here': () => 'was not made here. Move the counter on first.',
}

/** One refused field in words. */
export function fieldWords(fault: FieldFault): string {
  const what = FIELDS[fault.field] ?? 'Something'
  return `${what} ${(REASONS[fault.reason] ?? (() => 'was not understood.'))(fault)}`
}
