/** How a vault is opened: the passphrase by standard input or on the terminal. */
import { CallError } from '../../../shared/contract/index.ts'
import type { CliApp } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import type { CliIo } from './io.ts'

/** A vault that can't be opened is said before a passphrase is asked for. Throws what it is. */
export function refuseUnopenable(app: CliApp): void {
  const vault = app.state('vault', {})
  if (vault.state === 'absent') throw new CallError({ code: 'vault-absent', detail: {} })
  if (vault.state === 'missing') throw new CallError({ code: 'vault-missing', detail: { file: vault.file } })
  if (vault.state === 'damaged') throw new CallError({ code: 'vault-damaged', detail: { file: vault.file } })
  if (vault.state === 'newer') throw new CallError({ code: 'vault-newer', detail: { format: vault.format } })
}

/** Passphrases by `--passphrase-stdin` or on the terminal, never by argument or environment, where others can read them. */
export interface Asking {
  passphrase(prompt: string): Promise<string>
  newPassphrase(): Promise<string>
  /** A second one, or '' where none was given. */
  otherPassphrase(prompt: string): Promise<string>
  rest(maxBytes: number): Promise<Uint8Array>
}

export function asking(io: CliIo, passphraseStdin: boolean): Asking {
  const fromTerminal = async (prompt: string) => {
    const typed = await io.askSecret(prompt)
    if (typed !== undefined) return typed
    const words =
      'There is no terminal to ask for the passphrase on; give it as the first line with --passphrase-stdin.'
    throw new CommandFault(EXIT.usage, 'no-terminal', words)
  }
  const passphrase = async (prompt: string) => {
    if (!passphraseStdin) return fromTerminal(prompt)
    const line = await io.stdin.line()
    if (line !== undefined) return line
    throw new CommandFault(EXIT.usage, 'no-passphrase', 'Standard input ended before a passphrase.')
  }
  return {
    passphrase,
    async newPassphrase() {
      const first = await passphrase('New passphrase: ')
      if (passphraseStdin || (await fromTerminal('Once more: ')) === first) return first
      throw new CommandFault(EXIT.refused, 'passphrases-differ', 'The two passphrases differ.')
    },
    otherPassphrase: async (prompt) => (passphraseStdin ? ((await io.stdin.line()) ?? '') : fromTerminal(prompt)),
    rest: (maxBytes) => io.stdin.rest(maxBytes),
  }
}
