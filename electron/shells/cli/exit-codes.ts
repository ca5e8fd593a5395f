/** Exit codes of the command line, for scripts. Documented in `latchkey --help` and docs/command-line.md; a number never changes its meaning. */
import type { ErrorCode } from '../../../shared/contract/index.ts'

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
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP = `
Exit codes:
    0  done
    1  failed inside
    2  the command was used wrongly, or there was no terminal to ask on
    3  no entry of that name
    4  wrong passphrase
    5  another process writes this vault (reading still works)
    6  the vault is damaged, missing or from a newer Latchkey
    7  there is no vault yet, or there is one already
    8  more than one entry of that name
    9  what was given was refused: a link, a picture, a backup, a weak passphrase, an account that is there already
   10  a file could not be read or written
   11  a backend refused or could not be reached
  130  interrupted at a question
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
  'entry-refused': EXIT.refused,
  'entry-duplicate': EXIT.refused,
  'migration-later': EXIT.refused,
  'disk-failed': EXIT.fileTrouble,
  cancelled: EXIT.interrupted,
}

export const exitOf = (code: ErrorCode): ExitCode => EXIT_OF[code] ?? EXIT.backend
