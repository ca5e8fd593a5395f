/** The person at the terminal while a key works: the PIN, the word for what destroys, and what the key waits for. */
import { callError, type Ask } from '../../../shared/contract/index.ts'
import { orAborted } from '../../../shared/kit/index.ts'
import type { Person } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import type { CliIo } from './io.ts'
import { effectWords, progressWords, tries } from './key-words.ts'

/** Calls that ask for the PIN and for a word, and tell how it goes. */
type KeyCall = 'keys.readPasskeys' | 'keys.enrolFingerprint' | 'keys.reset' | 'keys.setPin' | 'keys.select'
type PinAsk = Ask<'keys.readPasskeys', 'pin'>
type ConfirmAsk = Ask<'keys.reset', 'confirm'>

export interface PersonOptions {
  readonly pinStdin?: true
  /** Names of what may be done something to. */
  readonly yes?: readonly string[]
  /** So many tries of the PIN are left, and one may be used. */
  readonly lastTries?: number
}

export interface KeyPerson {
  readonly signal: AbortSignal
  readonly answers: {
    pin(ask: PinAsk): Promise<{ pin: string }>
    confirm(ask: ConfirmAsk): Promise<{ confirmed: boolean; nonce: string; typedName?: string }>
  }
  progress(progress: Parameters<NonNullable<Person<KeyCall>['progress']>>[0]): void
  /** The present PIN, for a change of it. */
  currentPin(label: string, retries: number | undefined): Promise<string>
  /** Typed twice on the terminal, where the prompt names the key: that is the word for setting it. */
  newPin(label: string): Promise<string>
  /** Throws where `--yes` was given and names another key. */
  expect(label: string): void
}

/** The operation that is asked before one of the last tries. */
const PIN_TRY = 'keys.pinTry'

export function keyPerson(io: CliIo, options: PersonOptions, signal: AbortSignal): KeyPerson {
  const { pinStdin, yes, lastTries } = options
  /** A PIN that was right once is for the whole command. */
  let pin: string | undefined
  /** The key that the new PIN was typed for. */
  let typedFor: string | undefined
  let told: string | undefined

  const pinLine = async () => {
    const line = await orAborted(io.stdin.line(), signal)
    if (line !== undefined && line !== '') return line
    throw new CommandFault(EXIT.usage, 'no-pin', 'Standard input ended before a PIN.')
  }
  const typedPin = async (prompt: string) => {
    const typed = await orAborted(io.askSecret(prompt), signal)
    if (typed === undefined) {
      const words = 'There is no terminal to ask for the PIN on; give it as a line of standard input with --pin-stdin.'
      throw new CommandFault(EXIT.usage, 'no-terminal', words)
    }
    if (typed === '') throw callError('cancelled', {})
    return typed
  }
  const ask = (prompt: string) => (pinStdin ? pinLine() : typedPin(prompt))

  return {
    signal,
    answers: {
      async pin({ keyName, retries, wasWrong }) {
        if (wasWrong && pinStdin) throw wrongPin(retries)
        if (!wasWrong && pin !== undefined) return { pin }
        const left = retries === undefined ? '' : ` (${tries(retries)})`
        pin = await ask(`${wasWrong ? 'That was not the PIN. ' : ''}PIN of ${keyName}${left}: `)
        return { pin }
      },
      async confirm(question) {
        const { nonce, operation, typeName } = question
        const key = keyOf(question)
        const last = lastTriesIn(question)
        if (operation === PIN_TRY && pinStdin && pin !== undefined) throw wrongPin(last)
        if (last !== undefined && lastTries !== undefined && last !== lastTries) throw otherTries(lastTries, last)
        const mayTry = last === undefined || lastTries !== undefined
        const isNamed = operation === PIN_TRY || typedFor === key || (yes && named(yes, key, typeName))
        if (mayTry && isNamed)
          return { confirmed: true, nonce, ...(typeName === undefined ? {} : { typedName: typeName }) }
        return askOnTerminal(io, question, signal)
      },
    },
    progress(progress) {
      const words = progressWords(progress)
      if (words === undefined || words === told) return
      told = words
      io.err(`${words}\n`)
    },
    async currentPin(label, retries) {
      pin = await ask(`Present PIN of ${label}${retries === undefined ? '' : ` (${tries(retries)})`}: `)
      return pin
    },
    async newPin(label) {
      if (pinStdin) return pinLine()
      const first = await typedPin(`New PIN for ${label}: `)
      if ((await typedPin('Once more: ')) !== first) {
        throw new CommandFault(EXIT.refused, 'pins-differ', 'The two PINs differ. Nothing was done.')
      }
      typedFor = label
      return first
    },
    expect(label) {
      if (yes && !yes.includes(label)) throw otherName(yes, label)
    },
  }
}

const wrongPin = (retries: number | undefined) => callError('pin-wrong', retries === undefined ? {} : { retries })

/** The key that a question is bound to. */
const keyOf = ({ object, effects }: ConfirmAsk): string =>
  String(effects.find(({ effect }) => effect === 'on-key')?.facts['name'] ?? object)

/** Where so few are left that each is asked about by name. */
function lastTriesIn({ typeName, effects }: ConfirmAsk): number | undefined {
  const retries = effects.find(({ effect }) => effect === 'pin-tries-left')?.facts['retries']
  return typeName !== undefined && typeof retries === 'number' ? retries : undefined
}

/** Throws where it is another. */
function named(said: readonly string[], key: string, typeName: string | undefined): true {
  if (!said.includes(key)) throw otherName(said, key)
  if (typeName === undefined || said.includes(typeName)) return true
  const words = `"${typeName}" would be lost, the only way in to what it opens. Name it by another --yes. Nothing was done.`
  throw new CommandFault(EXIT.notConfirmed, 'not-confirmed', words)
}

const otherName = (said: readonly string[], key: string) =>
  new CommandFault(
    EXIT.notConfirmed,
    'not-confirmed',
    `--yes says ${said.map((name) => `"${name}"`).join(', ')}, and this is "${key}". Nothing was done.`,
  )

function otherTries(said: number, left: number): CommandFault {
  const words = `--last-tries says ${said}, and ${tries(left)}. The PIN was not tried.`
  return new CommandFault(EXIT.notConfirmed, 'not-confirmed', words)
}

async function askOnTerminal(io: CliIo, question: ConfirmAsk, signal: AbortSignal) {
  const { nonce, typeName, object, effects } = question
  const shown = effects.filter(({ effect }) => effect !== 'on-key').map((effect) => `  ${effectWords(effect)}\n`)
  io.err([`${object}:\n`, ...shown].join(''))
  const answer = await orAborted(
    io.ask(typeName === undefined ? 'Go on? (y/N) ' : `Type "${typeName}" to go on: `),
    signal,
  )
  if (answer === undefined) {
    const last = lastTriesIn(question)
    const isTry = question.operation === PIN_TRY
    const how = [isTry ? [] : `--yes "${keyOf(question)}"`, last === undefined ? [] : `--last-tries ${last}`].flat()
    const words = `There is no terminal to ask on; say it with ${how.join(' ')}. Nothing was done.`
    throw new CommandFault(EXIT.notConfirmed, 'not-confirmed', words)
  }
  return typeName === undefined
    ? { confirmed: /^\s*y(es)?\s*$/i.test(answer), nonce }
    : { confirmed: true, nonce, typedName: answer }
}
