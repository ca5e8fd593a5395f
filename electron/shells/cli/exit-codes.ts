/** Exit codes of the command line, for scripts. Documented in `latchkey --help` and docs/command-line.md; a number never changes its meaning. */
import type { ContractError, ErrorCode } from '../../../shared/contract/index.ts'

export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  wrongPassphrase: 4,
  held: 5,
  vaultUnreadable: 6,
  noVault: 7,
  ambiguous: 8,
  refused: 9,
  fileTrouble: 10,
  backend: 11,
  noSuchKey: 12,
  severalKeys: 13,
  wrongPin: 14,
  pinBlocked: 15,
  notConfirmed: 16,
  keyTrouble: 17,
  noTouch: 18,
  keyCannot: 19,
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP = `
Exit codes:
    0  done
    1  failed inside
    2  the command was used wrongly, or there was no terminal to ask on
    3  no entry, passkey or fingerprint of that name
    4  wrong passphrase, or wrong password of a file
    5  another process writes this vault (reading still works)
    6  the vault is damaged, missing or from a newer Latchkey
    7  there is no vault yet, or there is one already
    8  more than one entry, passkey or fingerprint of that name
    9  what was given was refused: a link, a picture, a backup, a weak passphrase, a new PIN, an account that is there already
   10  a file could not be read or written
   11  a backend refused or could not be reached
   12  no such security key is plugged in, or none at all
   13  several security keys are plugged in that could be meant
   14  wrong PIN, or a finger that the key does not know
   15  the PIN or the fingerprints are blocked; some must be unplugged and plugged in before the next try
   16  not confirmed: --yes or --last-tries says something else, or the answer was no
   17  trouble with the key: unplugged, busy, kept from you, silent, or it refused
   18  the key was not touched in time, or declined
   19  the key can't do that, or not as it is now: no PIN set, no room
  130  interrupted: by Ctrl-C, or at a question
`

/** Errors with an exit code of their own; all others are the backends'. */
const EXIT_OF: Partial<Record<ErrorCode, ExitCode>> = {
  internal: EXIT.failed,
  'unknown-call': EXIT.failed,
  'bad-request': EXIT.refused,
  'too-large': EXIT.refused,
  'not-here': EXIT.usage,
  'not-found': EXIT.notFound,
  'wrong-passphrase': EXIT.wrongPassphrase,
  'wrong-recovery-code': EXIT.wrongPassphrase,
  'backup-wrong-passphrase': EXIT.wrongPassphrase,
  locked: EXIT.wrongPassphrase,
  'vault-held': EXIT.held,
  'vault-damaged': EXIT.vaultUnreadable,
  'vault-missing': EXIT.vaultUnreadable,
  'vault-newer': EXIT.vaultUnreadable,
  'kdf-too-costly': EXIT.vaultUnreadable,
  'vault-absent': EXIT.noVault,
  'vault-exists': EXIT.noVault,
  'weak-passphrase': EXIT.refused,
  'backup-damaged': EXIT.refused,
  'backup-not-recognised': EXIT.refused,
  'backup-newer': EXIT.refused,
  'backup-not-verified': EXIT.failed,
  'import-not-recognised': EXIT.refused,
  'import-password-needed': EXIT.wrongPassphrase,
  'import-wrong-password': EXIT.wrongPassphrase,
  'import-damaged': EXIT.refused,
  'import-unsupported': EXIT.refused,
  'import-too-much': EXIT.refused,
  'import-too-slow': EXIT.refused,
  'entry-refused': EXIT.refused,
  'entry-duplicate': EXIT.refused,
  'migration-later': EXIT.refused,
  'disk-failed': EXIT.fileTrouble,
  cancelled: EXIT.interrupted,
  'several-keys': EXIT.severalKeys,
  'pin-wrong': EXIT.wrongPin,
  'finger-not-matched': EXIT.wrongPin,
  'pin-blocked': EXIT.pinBlocked,
  'pin-needs-power-cycle': EXIT.pinBlocked,
  'finger-blocked': EXIT.pinBlocked,
  'not-confirmed': EXIT.notConfirmed,
  'confirmation-stale': EXIT.notConfirmed,
  'key-gone': EXIT.keyTrouble,
  'key-busy': EXIT.keyTrouble,
  'key-denied': EXIT.keyTrouble,
  'key-silent': EXIT.keyTrouble,
  'key-answer': EXIT.keyTrouble,
  'pin-unanswered': EXIT.keyTrouble,
  'key-status': EXIT.keyTrouble,
  'keys-unavailable': EXIT.keyTrouble,
  'reset-other-key': EXIT.keyTrouble,
  'touch-timed-out': EXIT.noTouch,
  'touch-declined': EXIT.noTouch,
  'reset-too-late': EXIT.noTouch,
  'key-cannot': EXIT.keyCannot,
  'key-full': EXIT.keyCannot,
  'pin-not-set': EXIT.keyCannot,
  'pin-already-set': EXIT.keyCannot,
  'pin-must-change': EXIT.keyCannot,
  'blob-too-large': EXIT.keyCannot,
  'blob-unreadable': EXIT.keyCannot,
  'pin-refused': EXIT.refused,
  'key-name-taken': EXIT.refused,
}

export function exitOf(error: ContractError): ExitCode {
  if (error.code === 'not-found' && error.detail.what === 'key') return EXIT.noSuchKey
  return EXIT_OF[error.code] ?? EXIT.backend
}
