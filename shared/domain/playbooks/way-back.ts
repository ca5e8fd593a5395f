/**
 * The way back in for exactly this case (rules 5, 6 and 7): another device, a root user's alternative factors with what must be
 * so before them, an administrator, or the provider's support.
 */
import type { MfaDevice } from '../device.ts'
import { contactState, devicesInUse, wayBack, WAYS_BACK, type WayBack } from '../loss/index.ts'
import type { Facts, StepAsk } from './ask.ts'
import type { PlaybookFacts } from './case.ts'
import type { Rules } from './rules.ts'
import type { OptionId, OtherId, Refusal, StepId } from './steps.ts'
import type { Taken, Walk } from './walk.ts'

/** The sender of the message that verifies an email address (seed, step 7). */
export const RECOVERY_SENDER = 'recover-mfa-no-reply@verify.signin.aws'

/** What is taken again when the call never came, and when a contact turns out to be in reach after all, or not. */
const FACTORS: readonly StepId[] = ['sign-in-page', 'troubleshoot', 'email', 'phone', 'signed-in']
const CONTACTS: readonly StepId[] = ['reach', 'phone-by-administrator', ...FACTORS]

/** How the person got in, and what that leaves to do about the old device. */
export interface Access {
  /** Somebody else has deactivated it already. */
  readonly isDeactivated: boolean
  /** Its virtual entity stayed behind at the backend. */
  readonly isEntityLeft: boolean
  /** The identity may remove it by itself. */
  readonly canRemove: boolean
}

export interface Gone {
  readonly walk: Walk
  readonly world: PlaybookFacts
  readonly rules: Rules
  readonly device: MfaDevice
  /** `lost`, `stolen` or `broken`, for messages. */
  readonly loss: string
}

/** Walks the way back in, once it is settled which one it is. */
export function regainAccess(gone: Gone): Access {
  const { walk, device } = gone
  const settled = walk.step({
    step: 'way',
    by: 'program',
    ask: { form: 'run', others: [] },
    facts: { name: device.name },
    isAutomatic: true,
    settle: () => wayFacts(gone),
  })
  const way = readWay(settled.facts['way'])
  if (way === 'other-device') return withOtherDevice(gone)
  if (way === 'password-alone') return { isDeactivated: true, isEntityLeft: false, canRemove: true }
  return withoutDevice(gone, way)
}

function wayFacts({ world, rules, device }: Gone): Facts {
  const others = devicesInUse(world.devices, new Set([device.id]))
  const open = wayBack(world, new Set([device.id]))
  const way = open === 'other-device' && !rules.has('other-device-first') ? wayWithNone(world) : open
  return { way, ...(way === 'other-device' ? { devices: names(others) } : {}) }
}

const wayWithNone = (world: PlaybookFacts) => wayBack(world, new Set(world.devices.map(({ id }) => id)))

const readWay = (value: Facts[string] | undefined): WayBack => WAYS_BACK.find((way) => way === value) ?? 'support'

/** Names in one line, for a sentence or a message. */
export const names = (things: readonly { readonly name: string }[]): string => things.map(({ name }) => name).join(', ')

/** Ways to show a device works without the backend's sign-in page: a code or a touch given here. */
function proofsHere(devices: readonly MfaDevice[], world: PlaybookFacts): OtherId[] {
  const ways: OtherId[] = []
  if (devices.some(({ type }) => type !== 'fido')) ways.push('with-code')
  if (devices.some(({ type }) => type === 'fido') && world.touch.length > 0) ways.push('with-key')
  return ways
}

function withOtherDevice(gone: Gone): Access {
  const { walk, world, device } = gone
  const others = devicesInUse(world.devices, new Set([device.id]))
  const taken = walk.step({
    step: 'sign-in',
    by: 'checked',
    ask: { form: 'check', others: [...proofsHere(others, world), 'none-works'] },
    facts: { devices: names(others), identity: world.identity.name, kind: world.identity.kind },
    settle: ({ choice }) =>
      choice === 'none-works' ? { next: wayWithNone(world) } : { canRemove: world.can.remove.can },
  })
  if (taken.choice === 'none-works') return withoutDevice(gone, readWay(taken.facts['next']))
  return { isDeactivated: false, isEntityLeft: false, canRemove: taken.facts['canRemove'] !== false }
}

function withoutDevice(gone: Gone, way: WayBack): Access {
  if (gone.world.identity.kind === 'root') return withContacts(gone, way)
  return gone.rules.has('user-needs-administrator') ? byAdministrator(gone) : signedIn
}

const signedIn: Access = { isDeactivated: false, isEntityLeft: false, canRemove: true }

/** Only an administrator can deactivate it; seen at the backend, whoever did it. */
function byAdministrator({ walk, world, device, loss }: Gone): Access {
  const done = walk.step({
    step: 'administrator',
    by: 'checked',
    ask: { form: 'message', next: 'check', others: [] },
    facts: messageFacts(world, device, loss),
  })
  return deactivated(done)
}

const deactivated = ({ facts }: Taken): Access => ({
  isDeactivated: true,
  isEntityLeft: facts['entityLeft'] === true,
  canRemove: true,
})

/** What a message to an administrator must name for them to find the device. */
export const messageFacts = (world: PlaybookFacts, device: MfaDevice, loss: string): Facts => ({
  administrators: names(world.administrators),
  identity: world.identity.name,
  kind: world.identity.kind,
  account: world.identity.account,
  name: device.name,
  type: device.type,
  deviceId: device.id,
  ...(device.serial === undefined ? {} : { serial: device.serial }),
  loss,
})

/** Before alternative factors: can both contacts be reached? */
function withContacts(gone: Gone, way: WayBack): Access {
  const { walk, world, rules } = gone
  if (!rules.has('reach-contacts-first')) return way === 'support' ? bySupport(gone) : withFactors(gone)
  const reach = walk.step({
    step: 'reach',
    by: 'person',
    ask: { form: 'choice', options: reachOptions(world) },
    facts: contactFacts(world, rules),
    settle: ({ choice }) => ({
      next: afterReach(gone, choice),
      phoneBefore: world.contacts?.phone?.value ?? '',
    }),
    expect: {
      choice: way === 'support' ? 'neither' : way === 'phone-by-administrator' ? 'no-phone' : 'both',
      facts: {},
    },
  })
  const next = reach.facts['next']
  if (next === 'alternative-factors') return withFactors(gone)
  if (next !== 'phone-by-administrator') return bySupport(gone)
  const asked = walk.step({
    step: 'phone-by-administrator',
    by: 'checked',
    ask: { form: 'message', next: 'check', others: ['no-administrator'] },
    facts: {
      administrators: names(world.administrators),
      identity: world.identity.name,
      account: world.identity.account,
    },
  })
  return asked.choice === 'no-administrator' ? bySupport(gone) : withFactors(gone)
}

function reachOptions(world: PlaybookFacts): Extract<StepAsk, { form: 'choice' }>['options'] {
  // A backend that does not tell its contacts refuses nothing: the person knows.
  const { contacts } = world
  const missing: Refusal = 'contact-missing'
  const refused = (isMissing: boolean) => (contacts && isMissing ? { refused: missing } : {})
  const options: readonly [OptionId, boolean][] = [
    ['both', !contacts?.email || !contacts.phone],
    ['no-phone', !contacts?.email],
    ['no-email', false],
    ['neither', false],
  ]
  return options.map(([option, isMissing]) => ({ option, ...refused(isMissing) }))
}

function afterReach({ world, rules }: Gone, choice: string | undefined): WayBack {
  if (choice === 'both') return rules.has('alternative-factors') ? 'alternative-factors' : 'support'
  if (choice !== 'no-phone') return 'support'
  const way = wayBack(world, new Set(world.devices.map(({ id }) => id)), { phone: true })
  return way === 'phone-by-administrator' && rules.has('phone-by-administrator') ? way : 'support'
}

/** Each contact with its state and when it was last confirmed to reach its person (rule 6). */
function contactFacts({ contacts, now }: PlaybookFacts, rules: Rules): Facts {
  const one = (kind: 'email' | 'phone'): Facts => {
    const contact = contacts?.[kind]
    return {
      ...(contact ? { [kind]: contact.value } : {}),
      ...(rules.has('contacts-dated')
        ? {
            [`${kind}State`]: contacts ? contactState(contact, now) : 'not-told',
            ...(contact?.confirmedAt === undefined ? {} : { [`${kind}ConfirmedAgoMs`]: now - contact.confirmedAt }),
          }
        : {}),
    }
  }
  return { ...one('email'), ...one('phone') }
}

/** Signing in by alternative factors, as the seed's eleven steps tell it. */
function withFactors(gone: Gone): Access {
  const { walk, world, rules } = gone
  walk.step({
    step: 'sign-in-page',
    by: 'person',
    ask: { form: 'tick', others: [] },
    facts: { account: world.identity.account, ...emailFact(world) },
  })
  walk.step({
    step: 'troubleshoot',
    by: 'person',
    ask: { form: 'tick', others: [] },
    facts: { otherTitles: rules.has('other-titles'), passwordAgain: rules.has('password-again') },
  })
  const verifyEmail = () =>
    walk.step({
      step: 'email',
      by: 'person',
      ask: { form: 'tick', others: ['email-unreachable'] },
      facts: {
        ...emailFact(world),
        ...(rules.has('sender-named') ? { sender: RECOVERY_SENDER } : {}),
        spamAndResend: rules.has('spam-and-resend'),
      },
      leadsBack: { 'email-unreachable': CONTACTS },
    })
  const answerPhone = () =>
    walk.step({
      step: 'phone',
      by: 'person',
      ask: { form: 'tick', others: rules.has('call-never-comes') ? ['start-over', 'support'] : [] },
      facts: {
        ...(world.contacts?.phone ? { to: world.contacts.phone.value } : {}),
        keypad: rules.has('digits-on-keypad'),
      },
      leadsBack: { 'start-over': FACTORS },
    })
  if (rules.has('email-then-phone')) verifyEmail()
  const called = answerPhone()
  if (called.choice === 'support') return bySupport(gone)
  if (!rules.has('email-then-phone')) verifyEmail()
  if (rules.has('signed-in-seen')) {
    walk.step({
      step: 'signed-in',
      by: 'checked',
      ask: { form: 'check', others: ['start-over'] },
      facts: { identity: world.identity.name },
      leadsBack: { 'start-over': FACTORS },
    })
  }
  return signedIn
}

const emailFact = ({ contacts }: PlaybookFacts): Facts => (contacts?.email ? { to: contacts.email.value } : {})

/** Only the provider's support can deactivate it; tracked until the backend is seen without it. */
function bySupport({ walk, world, rules, device, loss }: Gone): Access {
  if (!rules.has('support-without-contacts')) return signedIn
  const done = walk.step({
    step: 'support',
    by: 'checked',
    ask: { form: 'check', others: rules.has('reach-contacts-first') ? ['contacts-again'] : [] },
    facts: messageFacts(world, device, loss),
    leadsBack: { 'contacts-again': CONTACTS },
  })
  return deactivated(done)
}
