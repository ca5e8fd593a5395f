/**
 * One way through a wizard, with a program that is killed at every open step: before it is answered, or while it is. After each
 * kill the program is started on what is left, and must be where it was; then the case is gone on with, to its end.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { systemRandom } from '../../electron/shells/node/system.ts'
import { assertCredential, createCredential, type PageAuthenticator } from '../support/page-authenticator.ts'
import type { AskHandlers } from '../../renderer/client/asks.ts'
import type { CallOptions } from '../../renderer/client/client.ts'
import {
  CallError,
  type CallName,
  type CaseView,
  type Request,
  type StepAnswer,
  type StepView,
} from '../../shared/contract/index.ts'
import { Program } from './program.ts'

/** `before`: each step as soon as it is open. `during`: each answer at some moment, then at each word of its progress. */
export type When = 'before' | 'during'

/** What the person does at a step: acts on the bench, then an answer. Nothing: the primary action. */
export type Act = (run: Run, step: StepView) => StepAnswer | undefined | Promise<StepAnswer | undefined>
export type Acts = Readonly<Record<string, StepAnswer | Act>>

export interface Wizard {
  readonly open: (run: Run) => Promise<Request<'recovery.open'>>
  readonly acts: Acts
}

/** Steps that the program takes by itself; one is open only where a kill fell into it. */
const AUTOMATIC: ReadonlySet<string> = new Set(['clock', 'resync', 'way', 'suspend', 'session'])
/** Nothing was heard of it, or it is done meanwhile: a person looks, and tries again. */
const TRIED_AGAIN: ReadonlySet<string> = new Set(['outcome-unknown', 'unreachable', 'step-moved-on', 'code-repeated'])
/** A first answer is killed within this long; later ones as long as it took when nobody killed it. */
const SOON_MS = 40
/** Words of progress a step is killed at. */
const WORDS = 3
const MOST_ANSWERS = 120

interface Kill {
  readonly step: string
  readonly at: string
}

export class Run {
  program!: Program
  readonly kills: Kill[] = []
  /** Steps that were open while this ran. */
  readonly steps = new Set<string>()
  /** Codes and passwords that went through; the program may keep none of them. */
  readonly typed = new Set<string>()
  /** A key in the person's hand, which the page's WebAuthn speaks with. */
  readonly key: PageAuthenticator = { credentials: [] }
  readonly dataDir: string
  readonly #when: When
  /** How long each answer took where it was not killed, in ms. */
  readonly #took: Map<string, number>
  readonly #killsAt = new Map<string, number>()
  /** What was done when a call was last answered, by case: durable, whatever comes. */
  readonly #acknowledged = new Map<string, ReadonlySet<string>>()
  #outputs = ''

  constructor(dataDir: string, when: When, took: Map<string, number>) {
    this.dataDir = dataDir
    this.#when = when
    this.#took = took
  }

  async start(): Promise<void> {
    this.program = await Program.start(this.dataDir)
    this.program.client.answerAsks(this.#answers())
  }
  /** Everything any of its programs wrote to the terminal. */
  get output(): string {
    return this.#outputs + this.program.output
  }
  call<N extends CallName>(name: N, request: Request<N>) {
    return this.program.client.call(name, request)
  }
  type(...secrets: readonly string[]): void {
    for (const secret of secrets) this.typed.add(secret)
  }

  /** Goes through a case from its opening to its end, with kills. Throws where it is not gone on with as it was. */
  async drive(wizard: Wizard): Promise<CaseView> {
    const caseId = await this.#open(wizard)
    for (let i = 0; i < MOST_ANSWERS; i++) {
      const view = this.#case(caseId)
      if (view.closedAt !== undefined) {
        if (this.#when === 'before') await this.#killBefore(caseId, 'the end')
        return this.#case(caseId)
      }
      const step = openIn(view)
      this.steps.add(step.step)
      if (this.#when === 'before' && (await this.#killBefore(caseId, step.step))) continue
      const act = wizard.acts[step.step]
      const answer = typeof act === 'function' ? await act(this, step) : act
      if (step.ask?.form === 'wait') await this.passTime(Math.max(0, step.ask.until - this.program.bench.now))
      await this.#answer(caseId, step, answer ?? plainAnswer(step))
    }
    throw new Error(`no end: ${shown(this.#case(caseId))}`)
  }

  /** Moves the world's clock. */
  async passTime(ms: number): Promise<void> {
    const { now } = this.program.bench
    await this.call('bench.moveClock', { ms: Math.ceil(ms) })
    await this.program.untilBench((bench) => bench.now >= now + ms)
  }

  async #open(wizard: Wizard): Promise<string> {
    const request = await wizard.open(this)
    if (this.#when === 'during') {
      const before = this.program.cases
      let opened: string | undefined
      await this.#killWithin(request.kind, SOON_MS, async () => {
        opened = (await this.call('recovery.open', request)).caseId
        this.#acknowledge(opened)
      })
      await this.#restart()
      if (opened !== undefined) return this.#case(opened).id
      const made = Object.values(this.program.cases).filter(({ id }) => before[id] === undefined)
      if (made.length > 1) throw new Error('opened twice')
      for (const view of Object.values(before)) this.#compare(view, this.#case(view.id), undefined)
      // What was open already is answered with again, and so is a case that ended before its opening was told.
      if (made[0]) return made[0].id
    }
    const { caseId } = await this.call('recovery.open', request)
    this.#acknowledge(caseId)
    return caseId
  }

  async #answer(caseId: string, step: StepView, answer: StepAnswer): Promise<void> {
    if (answer.form === 'codes') this.type(...answer.codes)
    if (answer.form === 'password') this.type(answer.next, ...(answer.current === undefined ? [] : [answer.current]))
    const request = { caseId, step: step.step, answer }
    const before = this.#case(caseId)
    const times = this.#killsAt.get(`${caseId} ${step.step}`) ?? 0
    if (this.#when === 'before' || times > WORDS) return this.#answerInPeace(request)
    this.#killsAt.set(`${caseId} ${step.step}`, times + 1)
    if (times === 0) {
      const within = Math.max(SOON_MS, this.#took.get(step.step) ?? 0)
      await this.#killWithin(step.step, within, () => this.#answerNow(request))
    } else if (!(await this.#killAtWord(request, times))) return
    await this.#restart()
    this.#compare(before, this.#case(caseId), step.step)
  }

  async #answerNow(request: Request<'recovery.answer'>, options: CallOptions<'recovery.answer'> = {}): Promise<void> {
    await this.program.client.call('recovery.answer', request, options)
    this.#acknowledge(request.caseId)
  }

  async #answerInPeace(request: Request<'recovery.answer'>): Promise<void> {
    const begun = performance.now()
    try {
      await this.#answerNow(request)
      this.#took.set(request.step, performance.now() - begun)
    } catch (error) {
      rethrowOther(error, TRIED_AGAIN)
    }
  }

  /** Kills before anything is answered, once a step. False where it was killed there before. */
  async #killBefore(caseId: string, step: string): Promise<boolean> {
    const at = `${caseId} ${step}`
    if (this.#killsAt.has(at)) return false
    this.#killsAt.set(at, 1)
    const before = this.#case(caseId)
    await this.#kill(step, 'before it was answered')
    await this.#restart()
    const after = this.#case(caseId)
    this.#compare(before, after, undefined)
    const isSame = before.closedAt === after.closedAt && openIn(before).step === openIn(after).step
    if (!isSame || openIn(before).ask?.form !== openIn(after).ask?.form)
      throw new Error(`killed at ${shown(before)}, opened at ${shown(after)}`)
    return true
  }

  /** Kills at some moment of the first `within` ms of a call, whatever came of it by then. */
  async #killWithin(step: string, within: number, call: () => Promise<unknown>): Promise<void> {
    const after = Math.random() * within
    const called = settled(call())
    await pause(after)
    await this.#kill(step, `${after.toFixed(1)} ms after it was answered`)
    await called
  }

  /** Kills at the `n`th word of progress. False where the call was answered without as many. */
  async #killAtWord(request: Request<'recovery.answer'>, n: number): Promise<boolean> {
    let words = 0
    let killed: Promise<void> | undefined
    const called = this.#answerNow(request, {
      onProgress: ({ doing }) => {
        words += 1
        if (words === n) killed = this.#kill(request.step, `at word ${n} of its progress, ${doing}`)
      },
    })
    await settled(called)
    await killed
    return killed !== undefined
  }

  async #kill(step: string, at: string): Promise<void> {
    this.kills.push({ step, at })
    await this.program.kill()
  }
  async #restart(): Promise<void> {
    this.#outputs += this.program.output
    await this.start()
    const text = JSON.stringify(this.program.cases)
    for (const secret of this.typed) if (isWritten(secret, text)) throw new Error('something typed is in a case')
  }

  /** What a page is told may be a moment ahead of the disk; what a call was answered with is not. */
  #acknowledge(caseId: string): void {
    const done = this.#case(caseId).steps.filter(({ state }) => state === 'done')
    this.#acknowledged.set(caseId, new Set(done.map(({ step }) => step)))
  }

  #case(caseId: string): CaseView {
    const view = this.program.cases[caseId]
    if (!view) throw new Error(`the case is lost, ${this.#lastKill()}`)
    return view
  }
  #lastKill(): string {
    const last = this.kills.at(-1)
    return last ? `after a kill at ${last.step} ${last.at}` : 'without a kill'
  }

  /** Nothing that was known to be done before the kill is undone or another; what is done besides is the answered step, or went by itself. */
  #compare(before: CaseView, after: CaseView, answered: string | undefined): void {
    const done = new Map(after.steps.filter(({ state }) => state === 'done').map((step) => [step.step, factOf(step)]))
    const acknowledged = this.#acknowledged.get(before.id)
    for (const step of before.steps) {
      if (step.state !== 'done') continue
      // Found by the program after a kill, and perhaps not yet kept at the next: it is found again, at another time.
      const isKept = acknowledged?.has(step.step) ?? false
      if (isKept && done.get(step.step) !== factOf(step)) {
        const facts = `${factOf(step)}, then ${done.get(step.step)}`
        throw new Error(`${step.step} is not as it was: ${facts}: ${shown(after)}, ${this.#lastKill()}`)
      }
      done.delete(step.step)
    }
    for (const step of done.keys()) {
      if (step === answered || (answered !== undefined && AUTOMATIC.has(step))) continue
      throw new Error(`${step} was done by nobody: ${shown(before)}, then ${shown(after)}, ${this.#lastKill()}`)
    }
    const subjects = Object.values(this.program.cases).map(
      ({ kind, identity, device, closedAt }) =>
        `${kind} ${identity.ref.identityId} ${device?.ref?.deviceId} ${closedAt}`,
    )
    if (new Set(subjects).size !== subjects.length) throw new Error(`a case twice, ${this.#lastKill()}`)
  }

  #answers(): AskHandlers {
    return {
      confirm: ({ nonce, typeName }) =>
        Promise.resolve({ confirmed: true, nonce, ...(typeName === undefined ? {} : { typedName: typeName }) }),
      code: async ({ deviceName }) => {
        const code = await this.codeFor(deviceName)
        this.type(code)
        return { code }
      },
      webauthn: ({ ceremony, options }) => {
        const rp = { origin: this.program.origin, rpId: 'latchkey.localhost' }
        return Promise.resolve({
          response:
            ceremony === 'create'
              ? createCredential(this.key, options, rp, systemRandom)
              : assertCredential(this.key, options, rp),
        })
      },
    }
  }
  /** Who bears a device whose code is asked for during a step. */
  codeFor: (deviceName: string) => Promise<string> = () => Promise.reject(new Error('nobody here has that device'))
}

export function openIn(view: CaseView): StepView {
  const step = view.steps.find(({ state }) => state === 'now')
  if (!step) throw new Error(`no open step: ${shown(view)}`)
  return step
}

/** What is settled of a done step, and is not drawn anew from what is known now. */
const factOf = ({ doneAt, by, choice, did }: StepView) => JSON.stringify([doneAt, by, choice, did])

const shown = ({ kind, steps, outcome }: CaseView) =>
  `${kind}: ${steps
    .filter(({ state }) => state !== 'later')
    .map(({ step, state, trouble }) => `${state === 'now' ? '→' : ''}${step}${trouble ? ` (${trouble.code})` : ''}`)
    .join(' ')} ${outcome ?? ''}`

function plainAnswer({ step, ask }: StepView): StepAnswer {
  if (ask?.form !== 'choice') return { form: 'done' }
  const option = ask.options.find(({ recommended }) => recommended)
  if (!option) throw new Error(`the path does not say what is chosen at ${step}`)
  return { form: 'choice', option: option.option }
}

/** A call to a program that may be killed: only that it is over. */
async function settled(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    rethrowOther(error, new Set([...TRIED_AGAIN, 'disconnected']))
  }
}

function rethrowOther(error: unknown, codes: ReadonlySet<string>): void {
  if (!(error instanceof CallError) || !codes.has(error.error.code)) throw error
}

/** Is a code or password in a text, and not by chance a part of a longer number? */
export function isWritten(secret: string, text: string): boolean {
  if (!/^\d+$/.test(secret)) return text.includes(secret)
  return new RegExp(`(?<![0-9])${secret}(?![0-9])`).test(text)
}
