/**
 * Touches as U2F asks for them: the client sends one request again and again, is told "conditions not satisfied", and
 * gets its answer once the person has touched (U2F raw messages §4.3, §5.4). One question to the person spans the polls.
 */
import { equalBytes, type Clock } from '../../../shared/kit/index.ts'
import type { Person, TouchPurpose } from './options.ts'

/** How long the question stays open after the last poll. */
const OPEN_MS = 1_000
/** How long one poll waits, so that a quick hand costs one round. */
const POLL_MS = 100

interface Question {
  readonly request: Uint8Array
  answer: 'touched' | 'declined' | undefined
  readonly settled: Promise<void>
  readonly given: AbortController
  closeLater: () => void
}

export class PolledTouch {
  readonly #clock: Clock
  readonly #person: Person
  #question: Question | undefined

  constructor(clock: Clock, person: Person) {
    this.#clock = clock
    this.#person = person
  }

  /** Whether the person touched for exactly this request; asks where nobody has yet. */
  async touched(purpose: TouchPurpose, request: Uint8Array): Promise<boolean> {
    const question = this.#isOpenFor(request) ? this.#question! : this.#ask(purpose, request)
    question.closeLater()
    question.closeLater = this.#clock.after(OPEN_MS, () => this.close(question))
    await this.#poll(question.settled)
    if (question.answer === undefined) return false
    this.close(question)
    return question.answer === 'touched'
  }

  close(question = this.#question): void {
    if (question === undefined) return
    question.closeLater()
    question.given.abort()
    if (this.#question === question) this.#question = undefined
  }

  #isOpenFor(request: Uint8Array): boolean {
    return this.#question !== undefined && equalBytes(this.#question.request, request)
  }

  #ask(purpose: TouchPurpose, request: Uint8Array): Question {
    this.close()
    const given = new AbortController()
    const touch = this.#person.touch(purpose, given.signal)
    const settled = touch.then(
      (answer) => void (question.answer = answer),
      () => void (question.answer = 'declined'),
    )
    const question: Question = { request: request.slice(), answer: undefined, settled, given, closeLater: () => {} }
    this.#question = question
    return question
  }

  async #poll(settled: Promise<void>): Promise<void> {
    let cancel = () => {}
    const waited = new Promise<void>((resolve) => {
      cancel = this.#clock.after(POLL_MS, resolve)
    })
    await Promise.race([settled, waited])
    cancel()
  }
}
