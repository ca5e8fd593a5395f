/** What the command line says to a person. Each error says what happened and, where there is something, what to do next. */
import type { ContractError, ErrorCode, FieldFault } from '../../../shared/contract/index.ts'
import { cannotWords, KEY_ERROR_WORDS, newPinWords, tries } from './key-words.ts'
import type { PictureFault } from './picture.ts'

export const PICTURE_WORDS: Readonly<Record<PictureFault, string>> = {
  'not-a-picture': 'That is neither an otpauth:// link nor a PNG or JPEG picture.',
  'picture-too-large': 'The picture is larger than 20 MB or 40 million pixels.',
  'picture-damaged': 'The picture is damaged.',
  'picture-interlaced': 'Interlaced PNG pictures are not read; save it without interlacing.',
  'no-qr-code': 'There is no QR code in the picture that can be read.',
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  'not-otpauth': 'this is no otpauth:// link',
  'no-secret': 'it has no secret',
  'secret-too-short': 'its secret is too short',
  'secret-too-long': 'its secret is longer than 128 bytes',
  'label-too-long': 'its name is longer than 256 letters',
  'type-unknown': 'its type is none of totp, hotp and steam',
  'algorithm-unknown': 'its algorithm is none of SHA1, SHA256 and SHA512',
  'digits-out-of-range': 'its digits are not 5 to 10',
  'period-out-of-range': 'its period is not 1 to 86400 seconds',
  'counter-missing': 'it has no counter',
  'counter-out-of-range': 'its counter is out of range',
}

const fieldWords = ({ field, reason, position, letter }: FieldFault): string =>
  position === undefined
    ? (FIELD_WORDS[reason] ?? `${field}: ${reason}`)
    : `letter ${position} of the secret, "${letter ?? ''}", is not Base32 (A to Z, 2 to 7)`

/** One line; also whether something was done before it. Errors that no command can meet are said by their code. */
export const errorWords = (error: ContractError): string =>
  [codeWords(error), error.changed === true ? 'Part of it was done before.' : NOTHING_DONE[error.code]]
    .filter((words) => words !== undefined)
    .join(' ')

const NOTHING_DONE: Partial<Record<ErrorCode, string>> = { cancelled: 'Nothing was changed.' }

function codeWords(error: ContractError): string {
  switch (error.code) {
    case 'wrong-passphrase':
      return 'Wrong passphrase.'
    case 'weak-passphrase':
      return `The passphrase must have at least ${error.detail.minimumLength} letters.`
    case 'vault-absent':
      return 'There is no vault here yet. Make one with: latchkey vault create'
    case 'vault-exists':
      return 'There is a vault here already. It was not touched.'
    case 'vault-damaged':
      return `The vault is damaged: ${error.detail.file}. Nothing was changed.`
    case 'vault-missing':
      return `The vault's file is missing, though its ways in are there: ${error.detail.file}`
    case 'vault-newer':
      return `The vault was written by a newer Latchkey (format ${error.detail.format}). Nothing was changed.`
    case 'vault-held':
      return `Another process writes this vault (${error.detail.holder}); it can be read meanwhile. Nothing was changed.`
    case 'kdf-too-costly':
      return 'Opening it would take more memory than Latchkey allows (scrypt above 2^19).'
    case 'backup-wrong-passphrase':
      return 'Wrong passphrase for the backup.'
    case 'backup-damaged':
      return 'The backup is damaged. Nothing was added.'
    case 'backup-not-recognised':
      return 'This is no backup of Latchkey. Nothing was added.'
    case 'backup-newer':
      return `The backup was made by a newer Latchkey (format ${error.detail.format}). Nothing was added.`
    case 'backup-not-verified':
      return 'The backup was opened again after it was made and did not hold what it should. It was not kept.'
    case 'entry-refused':
      return `It was not added: ${error.detail.fields.map(fieldWords).join('; ')}.`
    case 'entry-duplicate':
      return `The same ${error.detail.sameSecret ? 'secret' : 'account'} is there already (${error.detail.issuer} ${error.detail.account}). Add it all the same with --keep-both.`
    case 'migration-later':
      return 'This is an export of Google Authenticator. A later version of Latchkey will read it.'
    case 'disk-failed':
      return `The disk refused (${error.detail.reason}). What was saved before is still there.`
    case 'import-not-recognised':
      return 'This is no format that Latchkey knows. Nothing was added.'
    case 'import-password-needed':
      return `The ${error.detail.format} file is encrypted; give its password. Nothing was added.`
    case 'import-wrong-password':
      return error.detail.isSure
        ? 'That is not the password of the file. Nothing was added.'
        : 'It does not open with that password: it is another one, or the file is damaged. Nothing was added.'
    case 'import-damaged':
      return `The ${error.detail.format} file is damaged${error.detail.line === undefined ? '' : ` at line ${error.detail.line}`}. Nothing was added.`
    case 'import-unsupported':
      return `This ${error.detail.format} file is of a kind that can’t be read (${error.detail.found}). Nothing was added.`
    case 'internal':
      return `Something went wrong inside (${error.detail.diagnosticId}).`
    case 'pin-wrong':
      return `Wrong PIN.${error.detail.retries === undefined ? '' : ` ${tries(error.detail.retries)}.`}`
    case 'finger-not-matched':
      return `The finger did not match.${error.detail.retries === undefined ? '' : ` ${tries(error.detail.retries)}.`}`
    case 'pin-refused':
      return newPinWords(error.detail.fault, error.detail.minLength)
    case 'key-cannot':
      return cannotWords(error.detail.reason)
    case 'key-answer':
      return `The key’s answer can’t be read (${error.detail.fault}${error.detail.member === undefined ? '' : `, ${error.detail.member}`}).`
    case 'key-status':
      return `The key refused it: ${error.detail.name ?? `status 0x${error.detail.status.toString(16).padStart(2, '0')}`}.`
    case 'keys-unavailable':
      return error.detail.reason === 'module-missing'
        ? 'Keys can’t be reached: the module that speaks USB could not be loaded. See: latchkey key doctor'
        : 'Keys can’t be reached here. See: latchkey key doctor'
    case 'key-name-taken':
      return `Another key is called ${error.detail.name}.`
    case 'blob-too-large':
      return `That does not fit: this key keeps ${error.detail.maxBytes} bytes in all.`
    case 'bad-request':
      return `It was not understood: ${error.detail.fields.map(fieldWords).join('; ')}.`
    default:
      return KEY_ERROR_WORDS[error.code] ?? `Failed: ${error.code}.`
  }
}
