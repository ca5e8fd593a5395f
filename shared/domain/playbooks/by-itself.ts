/**
 * Which steps of a case the program takes without a person when it works through many: those that need no hand, no password and no
 * judgement, and none that takes an account's last way in. A session is opened by this vault's own codes or not at all.
 */
import type { MfaDevice } from '../device.ts'
import { devicesInUse } from '../loss/index.ts'
import type { CaseRecord, Happening, PlaybookFacts } from './case.ts'
import type { OptionId, OtherId } from './steps.ts'
import { inForce, type StepPlan } from './walk.ts'

export type AnswerByItself =
  { readonly form: 'done'; readonly other?: OtherId } | { readonly form: 'choice'; readonly option: OptionId }

export interface ByItself {
  readonly answer: AnswerByItself
  /**
   * It may have to wait for a device's next code. Put off until the others were mended, nobody waits for each: by then most have
   * their next code.
   */
  readonly mayWait: boolean
  /** It takes a device off its identity: only what the person agreed to. */
  readonly removes: boolean
}

/** After these the program does not try again by itself: somebody has to do something else first. */
const FOR_A_PERSON: ReadonlySet<string> = new Set([
  'not-permitted',
  'name-taken',
  'limit-reached',
  'mfa-session-needed',
  'sign-in-failed',
  'half-made-lost-seed',
  'half-made-not-seen',
  'not-supported',
])

/** How the open step is answered without a person; `undefined` where it takes one. `happened`: what the loss was. */
export function byItself(
  step: StepPlan,
  record: CaseRecord,
  world: PlaybookFacts,
  happened: Happening,
): ByItself | undefined {
  if (step.trouble && FOR_A_PERSON.has(step.trouble.code)) return undefined
  const answered = answer(step, record, world, happened)
  return (
    answered && {
      answer: answered,
      mayWait: step.step === 'test-new',
      removes: step.step === 'remove-old' || step.step === 'deactivate',
    }
  )
}

const DONE: AnswerByItself = { form: 'done' }
const other = (name: OtherId, step: StepPlan): AnswerByItself | undefined =>
  step.ask && 'others' in step.ask && step.ask.others.includes(name) ? { form: 'done', other: name } : undefined

function answer(
  step: StepPlan,
  record: CaseRecord,
  world: PlaybookFacts,
  happened: Happening,
): AnswerByItself | undefined {
  const { device } = record.subject
  switch (step.step) {
    case 'what-happened':
      return choice(step, happened)
    case 'sign-in':
      return givesCodesHere(world, device) ? other('with-code', step) : undefined
    case 'new-type':
      return choice(step, 'virtual-totp')
    // The phone is gone, and the account on it.
    case 'old-app':
      return other('app-gone', step)
    case 'remove-old':
    case 'deactivate':
      return waysWithout(world, device).length > 0 ? DONE : undefined
    case 'create':
    case 'next-codes':
      return DONE
    case 'test-new':
      return isMadeHere(record, world) ? other('here', step) : undefined
    // Offered once for all of them, at the end.
    case 'backup':
      return { form: 'done', other: 'later' }
    case 'way':
    case 'suspend':
    case 'session':
      return step.isAutomatic ? DONE : undefined
    default:
      return undefined
  }
}

function choice({ ask }: StepPlan, option: OptionId): AnswerByItself | undefined {
  const offered = ask?.form === 'choice' ? ask.options.find((one) => one.option === option) : undefined
  return offered && offered.refused === undefined ? { form: 'choice', option } : undefined
}

const waysWithout = ({ devices }: PlaybookFacts, gone: MfaDevice | undefined): readonly MfaDevice[] =>
  devicesInUse(devices).filter(({ id }) => id !== gone?.id)

const givesCodesHere = (world: PlaybookFacts, gone: MfaDevice | undefined): boolean =>
  waysWithout(world, gone).some(({ id, type }) => type !== 'fido' && world.linked.includes(id))

/** This vault makes the codes of the device that the case enabled. */
function isMadeHere({ log }: CaseRecord, { linked }: PlaybookFacts): boolean {
  const made = inForce(log).findLast((item) => item.is === 'done' && typeof item.facts['deviceId'] === 'string')
  return made?.is === 'done' && linked.includes(String(made.facts['deviceId']))
}
