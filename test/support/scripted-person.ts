/** A person who answers questions by a script, in its order, and is surprised by any other. */
import type { CallContext } from '../../electron/services/handlers.ts'
import type { AnyAskName, AskHandlers, Question, QuestionAnswer } from '../../renderer/client/asks.ts'
import { callError, type CallName, type ContractError, type Progress } from '../../shared/contract/index.ts'

type Answering = {
  [A in AnyAskName]: {
    readonly name: A
    readonly answer: (ask: Question<A>, signal: AbortSignal) => QuestionAnswer<A> | Promise<QuestionAnswer<A>>
  }
}[AnyAskName]

export type Asked = { [A in AnyAskName]: { readonly name: A; readonly ask: Question<A> } }[AnyAskName]

export class ScriptedPerson {
  /** Every question so far, in order. */
  readonly asked: Asked[] = []
  readonly #script: Answering[] = []

  /** Says yes to the next confirmation, quoting its nonce; types the name where one is wanted, or `typedName`. */
  confirms(typedName?: string): this {
    return this.#next({
      name: 'confirm',
      answer: ({ nonce, typeName }) => {
        const typed = typedName ?? typeName
        return { confirmed: true, nonce, ...(typed === undefined ? {} : { typedName: typed }) }
      },
    })
  }
  /** Says no to the next confirmation. */
  declines(): this {
    return this.#next({ name: 'confirm', answer: ({ nonce }) => ({ confirmed: false, nonce }) })
  }
  /** Types a code, as it is at the time of the question. */
  typesCode(code: string | (() => string)): this {
    return this.#next({ name: 'code', answer: () => ({ code: typeof code === 'string' ? code : code() }) })
  }
  /** Lets an authenticator answer the next ceremony. */
  touches(authenticator: (ask: Question<'webauthn'>) => Promise<Record<string, unknown>>): this {
    return this.#next({ name: 'webauthn', answer: async (ask) => ({ response: await authenticator(ask) }) })
  }
  /** Turns away from the next question of this name, or refuses it with another error. */
  refuses(
    name: AnyAskName,
    error: ContractError['code'] & ('cancelled' | 'not-confirmed' | 'timed-out') = 'cancelled',
  ): this {
    return this.#next({ name, answer: () => Promise.reject(callError(error, {})) } as Answering)
  }
  /** Answers the next question of this name in the test's own way, or never. */
  answers<A extends AnyAskName>(
    name: A,
    answer: (ask: Question<A>, signal: AbortSignal) => QuestionAnswer<A> | Promise<QuestionAnswer<A>>,
  ): this {
    return this.#next({ name, answer } as unknown as Answering)
  }

  /** For `client.answerAsks` and `onAsk`. */
  get handlers(): AskHandlers {
    return {
      confirm: (ask, { signal }) =>
        this.#answer({ name: 'confirm', ask }, signal) as Promise<QuestionAnswer<'confirm'>>,
      code: (ask, { signal }) => this.#answer({ name: 'code', ask }, signal) as Promise<QuestionAnswer<'code'>>,
      webauthn: (ask, { signal }) =>
        this.#answer({ name: 'webauthn', ask }, signal) as Promise<QuestionAnswer<'webauthn'>>,
      password: (ask, { signal }) =>
        this.#answer({ name: 'password', ask }, signal) as Promise<QuestionAnswer<'password'>>,
      secondFactor: (ask, { signal }) =>
        this.#answer({ name: 'secondFactor', ask }, signal) as Promise<QuestionAnswer<'secondFactor'>>,
    }
  }

  /** The context of a handler that is called without a wire. `progress` collects what it reports. */
  context<N extends CallName>(
    signal: AbortSignal = new AbortController().signal,
    progress: Progress<N>[] = [],
  ): CallContext<N> {
    return {
      signal,
      progress: (value) => void progress.push(value),
      ask: (name, ask) => this.#answer({ name, ask } as unknown as Asked, signal) as Promise<never>,
    }
  }

  /** Throws where the script was not played to its end. */
  expectDone(): void {
    const left = this.#script.map(({ name }) => name)
    if (left.length > 0) throw new Error(`never asked: ${left.join(', ')}`)
  }

  #next(step: Answering): this {
    this.#script.push(step)
    return this
  }
  async #answer(question: Asked, signal: AbortSignal): Promise<unknown> {
    this.asked.push(question)
    const step = this.#script[0]
    if (step?.name !== question.name) {
      throw new Error(`asked for ${question.name}, but the script has ${step?.name ?? 'nothing more'}`)
    }
    this.#script.shift()
    return step.answer(question.ask as never, signal)
  }
}
