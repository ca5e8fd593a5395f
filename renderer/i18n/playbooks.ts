/**
 * Words of the playbooks: for each step its title, its reason, its button, and what is said of it once it is done; for options,
 * other ways, what the program did or is doing, troubles, and messages to send. Plain functions of a step's facts.
 */
import type { CaseView, Facts, FieldFault, StepView } from '../../shared/contract/index.ts'
import { readContractError } from '../../shared/contract/index.ts'
import type { DeviceType } from '../../shared/domain/device.ts'
import type {
  CaseKind,
  DeedId,
  Doing,
  OptionId,
  OtherId,
  StepId,
  Trouble,
} from '../../shared/domain/playbooks/index.ts'
import { errorWords } from './errors.ts'
import { atTime, offset, plural, span } from './format.ts'

type Words = (facts: Facts) => string

interface StepText {
  readonly title: Words
  /** The title while it is ahead, where `title` says what is not known before. */
  readonly later?: Words
  /** Why it is asked, or what is so: one or two sentences. */
  readonly why: Words
  /** The button. Absent where the answer itself is the action: a choice, or a step the program takes alone. */
  readonly go?: Words
  /** The line a finished step folds to. */
  readonly done: (facts: Facts, choice: string | undefined) => string
}

const DAY_MS = 86_400_000

// Facts as words

const text = (facts: Facts, name: string, otherwise = ''): string => {
  const value = facts[name]
  return typeof value === 'string' && value !== '' ? value : otherwise
}
const count = (facts: Facts, name: string): number => {
  const value = facts[name]
  return typeof value === 'number' ? value : 0
}
const is = (facts: Facts, name: string): boolean => facts[name] === true

const TYPES: Readonly<Record<DeviceType, { readonly a: string; readonly the: string; readonly new: string }>> = {
  'virtual-totp': { a: 'a virtual device', the: 'the virtual device', new: 'the new virtual device' },
  'hardware-totp': { a: 'a hardware token', the: 'the hardware token', new: 'the new token' },
  fido: { a: 'a security key', the: 'the security key', new: 'the new key' },
}
const ofType = (facts: Facts, name = 'type') =>
  TYPES[text(facts, name) as DeviceType] ?? { a: 'a device', the: 'the device', new: 'the new device' }

const device = (facts: Facts) => text(facts, 'name', 'the device')
const who = (facts: Facts) => text(facts, 'identity', 'this account')
/** "Alice’s account". */
const whose = (facts: Facts) => `${who(facts)}’s account`

const WAYS: Readonly<Record<string, Words>> = {
  'other-device': (facts) => `With another device: ${text(facts, 'devices')}.`,
  'alternative-factors': () => 'By email and phone.',
  'phone-by-administrator': () => 'By email and phone, once an administrator has put in a number.',
  administrator: () => 'Through an administrator.',
  support: () => 'Through the provider’s support.',
  'password-alone': () => 'By password alone: no device is registered any more.',
}
const way = (facts: Facts) => (WAYS[text(facts, 'way')] ?? (() => 'Found.'))(facts)

/** "94 s fast, 3 steps". */
const drift = (facts: Facts): string => {
  const seconds = count(facts, 'seconds')
  const steps = count(facts, 'steps')
  if (Math.abs(steps) < 1 && Math.abs(seconds) < 30) return 'on time'
  // Seconds as long as they say more than minutes: steps are counted in them.
  const far = Math.abs(seconds) < 600 ? `${Math.round(Math.abs(seconds))} s` : offset(seconds * 1000)
  return `${far} ${seconds > 0 ? 'fast' : 'slow'}, ${plural(Math.abs(steps), 'step')}`
}

const CAUSES: Readonly<Record<string, string>> = {
  none: 'That is within what every backend forgives.',
  'this-computer': 'This computer’s clock is the cause: set it, or let the system set it by itself.',
  device: 'The device’s own clock is the cause. It will drift again, slowly; it can be resynchronised each time.',
  backend: 'The backend’s clock is the cause: two other clocks agree against it.',
  undecided:
    'The cause may be the device’s clock or this computer’s. To tell them apart: compare this computer’s clock with a phone’s, and see whether a second device is off by as much.',
}

const driftReport = (facts: Facts): string => {
  const cause = CAUSES[text(facts, 'cause', 'undecided')] ?? ''
  if (!is(facts, 'told')) return `This backend does not tell how far it was out. ${cause}`
  const found = drift(facts)
  return found === 'on time' ? 'It was on time already.' : `It was ${found}. ${cause}`
}

/** "mfa-root@northwind.example (confirmed 3 months ago)". */
const contactLine = (facts: Facts, kind: 'email' | 'phone'): string => {
  const value = text(facts, kind, kind === 'email' ? 'no email address on record' : 'no phone number on record')
  const ago = facts[`${kind}ConfirmedAgoMs`]
  if (typeof ago === 'number') return `${value} (confirmed ${ago < DAY_MS ? 'today' : `${span(ago)} ago`})`
  return text(facts, `${kind}State`) === 'never-confirmed' ? `${value} (never confirmed)` : value
}

const MEANWHILE: Readonly<Record<string, string>> = {
  'other-device': 'Until then your other device signs you in.',
  'alternative-factors': 'Until then email and phone sign you in, as often as you need.',
  'password-alone': 'Until then the password alone signs you in.',
  temporary: 'Until then the virtual device signs you in.',
}
const meanwhile = (facts: Facts) => MEANWHILE[text(facts, 'meanwhile')] ?? ''

const stands = (facts: Facts): string =>
  is(facts, 'single')
    ? `It is the only device in use. If it is lost, somebody is locked out: add ${ofType(facts, 'offer').a} next.`
    : `${plural(count(facts, 'inUse'), 'device')} in use, ${count(facts, 'registered')} of 8 places taken.`

const enabledAs = (facts: Facts, choice: string | undefined) =>
  choice === 'pair-refused' ? 'Made. The backend wanted newer codes.' : `${device(facts)} is enabled.`

// Steps

const STEP_WORDS: Readonly<Record<StepId, StepText>> = {
  type: {
    title: () => 'Which kind?',
    why: (facts) =>
      count(facts, 'inUse') === 0
        ? 'Nothing but the password protects this account so far.'
        : 'A kind you don’t have yet comes first: one mishap seldom takes two kinds.',
    done: (facts, choice) => capital(ofType({ ...facts, type: choice ?? '' }).a),
  },
  create: {
    title: (facts) => (is(facts, 'halfMade') ? `Finish ${device(facts)}` : 'Create the virtual device'),
    why: (facts) =>
      is(facts, 'halfMade')
        ? 'It was begun and is not enabled yet. Latchkey looks what stands at the backend and goes on from there.'
        : 'The backend makes the secret. Latchkey keeps it in your vault and gives two codes in a row, so there is nothing to type and nothing to wait for.',
    go: (facts) => (is(facts, 'halfMade') ? 'Go on' : 'Create and enable it'),
    done: enabledAs,
  },
  'next-codes': {
    title: () => 'Give the next codes',
    why: () => 'The backend did not take the first pair. Two newer codes are given as soon as there are some.',
    go: () => 'Give them now',
    done: (facts) => `${device(facts)} is enabled.`,
  },
  serial: {
    title: () => 'Serial number of the token',
    why: () => 'It is printed on the back. The backend knows the token by it.',
    go: () => 'Go on',
    done: (facts) => text(facts, 'serial'),
  },
  'enable-codes': {
    title: () => 'Enable the token',
    why: (facts) =>
      `Two codes in a row show the backend that token ${text(facts, 'serial')} is in your hand and on time.`.replace(
        '  ',
        ' ',
      ),
    go: () => 'Enable this token',
    done: (facts) => `${device(facts)} is enabled.`,
  },
  touch: {
    title: () => 'Touch the security key',
    why: () => 'The key makes a credential for this account alone. A PIN may be asked for.',
    go: () => 'Register this key',
    done: (facts) => `${device(facts)} is enabled.`,
  },
  'by-console': {
    title: (facts) => `Register ${ofType(facts, 'type').a} in the AWS console`,
    why: (facts) =>
      [
        `AWS takes this in its console only. Sign in there as ${facts['kind'] === 'root' ? 'the root user' : who(facts)} and open the page below.`,
        'Under Multi-factor authentication (MFA) choose Assign MFA device, give it a name,',
        facts['type'] === 'fido'
          ? 'choose Passkey or security key, and touch the key when the browser asks.'
          : facts['type'] === 'hardware-totp'
            ? 'choose Hardware TOTP token, and type its serial number and two codes in a row.'
            : 'choose Authenticator app, show the secret key, add it under Codes, and type two codes in a row.',
        'Then let Latchkey look.',
      ].join(' '),
    go: () => 'It is registered: look now',
    done: (facts) => `Seen at AWS: ${device(facts)} is registered.`,
  },
  backup: {
    title: () => 'Back up the vault',
    why: () =>
      'The secret of the new device is in this vault and nowhere else. Without a backup it goes with this computer.',
    go: () => 'Back up now',
    done: (_, choice) => (choice === 'later' ? 'Put off.' : 'Done.'),
  },
  registered: {
    title: (facts) => `${text(facts, 'name', 'The device')} is registered`,
    why: stands,
    done: (facts) => `${device(facts)} is registered.`,
  },

  clock: {
    title: () => 'Compare the clocks',
    why: () => 'Codes follow the clock. This computer’s is read against the backend’s before anything is tried.',
    go: () => 'Compare again',
    done: (facts, choice) => {
      if (choice === 'skip') return 'Skipped.'
      const seconds = count(facts, 'offsetSeconds')
      return Math.abs(seconds) < 1
        ? 'This computer’s clock is right.'
        : `This computer’s clock is ${offset(seconds * 1000)} ${seconds > 0 ? 'fast' : 'slow'}.`
    },
  },
  resync: {
    title: (facts) => `Resync ${device(facts)}`,
    why: () => 'Its secret is in this vault, so Latchkey gives two codes in a row by itself.',
    go: () => 'Resync it',
    done: (_, choice) => (choice === 'in-sync' ? 'Back in sync.' : 'The first pair was refused.'),
  },
  'resync-next-codes': {
    title: () => 'Give the next codes',
    why: () => 'The first pair was refused. Two newer codes tell whether it is only the clock.',
    go: () => 'Give them now',
    done: (_, choice) => (choice === 'in-sync' ? 'Back in sync.' : 'Refused again: it is not the clock.'),
  },
  'resync-codes': {
    title: () => 'Type two codes in a row',
    why: (facts) =>
      `The code ${device(facts)} shows now, then the one after it. From the two the backend sees how far its clock is out.`,
    go: () => 'Resync it',
    done: (_, choice) => (choice === 'in-sync' ? 'Back in sync.' : 'Refused: it is not the clock.'),
  },
  'in-sync': {
    title: (facts) => `${device(facts)} is back in sync`,
    later: (facts) => `See whether ${device(facts)} is in sync`,
    why: (facts) => (facts['cause'] === undefined ? 'It can be used again as it is.' : driftReport(facts)),
    done: () => 'Back in sync.',
  },
  'not-in-sync': {
    title: (facts) => `${device(facts)} is still refused`,
    why: () => 'Two newer codes in a row were refused, so it is not the clock. It must be replaced.',
    done: () => 'Still refused.',
  },
  'never-drifts': {
    title: () => 'Security keys never drift',
    why: (facts) =>
      `${device(facts)} has no clock, so there is nothing to resync. If the backend refuses it, try another port and clean the contacts; if it is refused still, replace it.`,
    done: () => 'Needs no resync.',
  },

  'what-happened': {
    title: (facts) => (is(facts, 'helping') ? 'What did they say happened?' : 'Drifted or lost?'),
    why: () => 'This decides what follows. Codes that are refused often mean no more than a clock that drifted.',
    done: (_, choice) => HAPPENED[choice ?? ''] ?? '',
  },
  suspend: {
    title: (facts) => `Suspend ${device(facts)}`,
    why: () => 'A thief may be quicker than the replacement. From now on it opens nothing.',
    go: () => 'Suspend it now',
    done: (_, choice) => (choice === 'skip' ? 'Not suspended.' : 'Suspended: it opens nothing.'),
  },
  way: {
    title: () => 'The way back in',
    why: () => 'Latchkey looks which way is open in exactly this case.',
    go: () => 'Look again',
    done: way,
  },
  'sign-in': {
    title: () => 'Sign in with another device',
    why: (facts) =>
      `${text(facts, 'devices')} can sign ${who(facts)} in. Use it at the backend’s sign-in page, or here.`,
    go: () => 'I have signed in: check',
    done: (facts, choice) =>
      choice === 'none-works' ? 'None of them works.' : `Signed in with ${text(facts, 'device', 'another device')}.`,
  },
  reach: {
    title: () => 'Can you reach email and phone?',
    why: (facts) =>
      `Both are needed, the email first. Email: ${contactLine(facts, 'email')}. Phone: ${contactLine(facts, 'phone')}.`,
    done: (_, choice) => REACHED[choice ?? ''] ?? '',
  },
  'phone-by-administrator': {
    title: () => 'Ask an administrator for a new phone number',
    why: (facts) =>
      `The root user’s phone number can be changed by an administrator of ${text(facts, 'account', 'the account')}: ${text(facts, 'administrators', 'whoever set up the account')}. Send this message, then check.`,
    go: () => 'It is changed: check',
    done: (_, choice) => (choice === 'no-administrator' ? 'No administrator can do it.' : 'The number is changed.'),
  },
  'sign-in-page': {
    title: () => 'Open the sign-in page',
    why: (facts) =>
      `Choose Root user, enter ${text(facts, 'to', 'the email address of the account')}, then the password. On Additional verification required, pick the device that is gone and choose Next.`,
    go: () => 'I am at the next page',
    done: () => 'At the page that asks for the device.',
  },
  troubleshoot: {
    title: () => 'Choose Troubleshoot MFA',
    why: (facts) =>
      [
        'Then choose Sign in using alternative factors.',
        ...(is(facts, 'otherTitles')
          ? [
              'The page may be titled Sign in using MFA, Troubleshoot your authentication device or Troubleshoot MFA: it does the same.',
            ]
          : []),
        ...(is(facts, 'passwordAgain') ? ['The password may be asked for again.'] : []),
      ].join(' '),
    go: () => 'I see the alternative factors',
    done: () => 'At the alternative factors.',
  },
  email: {
    title: () => 'Verify the email address',
    why: (facts) =>
      [
        `Choose Send verification email, and open the link in the message that comes to ${text(facts, 'to', 'the account’s address')}.`,
        ...(text(facts, 'sender') === '' ? [] : [`It comes from ${text(facts, 'sender')}.`]),
        ...(is(facts, 'spamAndResend')
          ? ['If it does not come, look in the spam folder, or choose Resend the email.']
          : []),
      ].join(' '),
    go: () => 'The email is verified',
    done: () => 'Email verified.',
  },
  phone: {
    title: () => 'Answer the phone',
    why: (facts) =>
      [
        `Choose Call me now, and answer at ${text(facts, 'to', 'the account’s phone number')}.`,
        ...(is(facts, 'keypad') ? ['Type the six digits the page shows on the phone’s keypad.'] : []),
      ].join(' '),
    go: () => 'The phone is verified',
    done: (_, choice) => (choice === 'support' ? 'The call never came.' : 'Phone verified.'),
  },
  'signed-in': {
    title: () => 'Sign in to the console',
    why: () => 'Choose Sign in to the console. Latchkey looks at the backend whether you are in.',
    go: () => 'I am in: check',
    done: (facts) =>
      facts['told'] === false ? 'Signed in; this backend does not tell.' : 'Signed in. Seen at the backend.',
  },
  support: {
    title: () => 'Ask the provider’s support',
    why: (facts) =>
      `Without email and phone only the provider’s support can deactivate ${device(facts)}. It may take days: this case stays here, and Latchkey looks whenever you ask.`,
    go: () => 'Look whether it is done',
    done: (facts) => `${device(facts)} is deactivated. Seen at the backend.`,
  },
  administrator: {
    title: () => 'Ask an administrator',
    why: (facts) =>
      `${who(facts)} can’t do this alone: an administrator deactivates ${device(facts)}, then you sign in and enable a new device. Ask ${text(facts, 'administrators', 'whoever gave you your user name')}.`,
    go: () => 'They have done it: check',
    done: (facts) => `${device(facts)} is deactivated. Seen at the backend.`,
  },

  'new-type': {
    title: () => 'What comes in its place?',
    why: () => 'It need not be the same kind.',
    done: (facts, choice) => capital(ofType({ ...facts, type: choice ?? '' }).a),
  },
  vendor: {
    title: () => 'Ask the vendor for a new token',
    why: (facts) =>
      `Whoever sold ${device(facts)} mends or replaces it${text(facts, 'serial') === '' ? '' : `; they will ask for its serial number, ${text(facts, 'serial')}`}.`,
    go: () => 'I have asked',
    done: () => 'Asked.',
  },
  'new-here': {
    title: (facts) => `Is ${ofType(facts).new} here?`,
    why: (facts) => `If it must be ordered, a virtual device can stand in. ${meanwhile(facts)}`,
    done: (_, choice) => ARRIVING[choice ?? ''] ?? '',
  },
  'temporary-create': {
    title: (facts) => (is(facts, 'halfMade') ? `Finish ${device(facts)}` : 'Create a temporary virtual device'),
    why: () => 'It signs you in until the new one is here. Latchkey gives two codes in a row by itself.',
    go: (facts) => (is(facts, 'halfMade') ? 'Go on' : 'Create and enable it'),
    done: enabledAs,
  },
  'temporary-next-codes': {
    title: () => 'Give the next codes',
    why: () => 'The backend did not take the first pair. Two newer codes are given as soon as there are some.',
    go: () => 'Give them now',
    done: (facts) => `${device(facts)} is enabled.`,
  },
  'new-arrived': {
    title: (facts) => `Wait for ${ofType(facts).new}`,
    why: (facts) => `${meanwhile(facts)} This case waits here.`.trim(),
    go: () => 'It is here',
    done: () => 'Arrived.',
  },
  'make-room': {
    title: (facts) => `Remove ${device(facts)} first`,
    why: () => 'All eight places are taken, so the new one can’t come before the old one goes.',
    go: (facts) => `Remove ${device(facts)}`,
    done: (facts, choice) => removed(facts, choice),
  },
  'old-app': {
    title: () => 'Remove the account from the old app',
    why: (facts) =>
      `Its codes for ${who(facts)} will open nothing any more, and would only mislead. Delete the account in the app that showed them.`,
    go: () => 'It is gone from the app',
    done: (_, choice) => (choice === 'app-gone' ? 'The app is gone with the phone.' : 'Removed from the app.'),
  },
  'remove-old': {
    title: (facts) => `Remove ${device(facts)}`,
    why: (facts) =>
      text(facts, 'type') === 'virtual-totp'
        ? 'The old entity goes before a new one is made. What that closes is shown first.'
        : 'The old one goes before the new one is enabled. What that closes is shown first.',
    go: (facts) => `Remove ${device(facts)}`,
    done: (facts, choice) => removed(facts, choice),
  },
  'administrator-removes': {
    title: () => 'Ask an administrator to remove it',
    why: (facts) =>
      `The backend does not let ${who(facts)} remove ${device(facts)}. Ask ${text(facts, 'administrators', 'an administrator')}, then check.`,
    go: () => 'They have done it: check',
    done: (facts) => `${device(facts)} is gone. Seen at the backend.`,
  },
  'test-new': {
    title: () => 'Try it once',
    why: (facts) =>
      `Sign in as ${who(facts)} with ${text(facts, 'name', 'the new device')}, at the backend’s page or here. Better now than when it matters.`,
    go: () => 'I have signed in with it: check',
    done: (_, choice) => (choice === 'skip' ? 'Not tried.' : 'It works.'),
  },
  password: {
    title: () => 'Change the password',
    why: (facts) =>
      text(facts, 'loss') === 'stolen'
        ? 'The thief may hold it too. The new device works, so nobody is locked out by this.'
        : 'Whoever finds the device may hold it too. The new device works, so nobody is locked out by this.',
    go: () => 'Change the password',
    done: () => 'Changed.',
  },
  replaced: {
    title: (facts) => `${text(facts, 'old', 'The old device')} is replaced`,
    why: (facts) =>
      [
        `${text(facts, 'name', 'The new device')} works in its place.`,
        ...(facts['temporary'] === undefined
          ? []
          : [
              'The temporary virtual device stays registered: a second kind is a second way in. Remove it in Devices if you don’t want it.',
            ]),
        stands(facts),
      ].join(' '),
    done: (facts) => `${text(facts, 'old', 'The old device')} is replaced.`,
  },

  'who-asks': {
    title: () => 'Make sure who asks',
    why: (facts) =>
      `Whoever wants ${who(facts)}’s device off may not be ${who(facts)}. Call them back on a number you knew before, not on one in their message.`,
    go: () => 'It is them: I called back',
    done: (_, choice) => (choice === 'not-sure' ? 'Not sure who it was.' : 'Called back.'),
  },
  'resync-first': {
    title: () => 'Let them resync first',
    why: () =>
      'Refused codes often mean a clock that drifted. They resync with two codes in a row, without losing the device.',
    go: () => 'Their codes work again',
    done: (_, choice) => (choice === 'still-refused' ? 'Still refused.' : 'They work again.'),
  },
  session: {
    title: () => 'Show that it is you',
    why: (facts) => `The backend wants an MFA session of the administrator: ${text(facts, 'name', 'your device')}.`,
    go: () => 'Go on',
    done: (facts) => `With ${text(facts, 'device', text(facts, 'name', 'your device'))}.`,
  },
  deactivate: {
    title: (facts) => `Deactivate ${device(facts)}`,
    why: (facts) => `It is taken off ${whose(facts)}, and its entity is deleted. What that closes is shown first.`,
    go: (facts) => `Remove from ${whose(facts)}`,
    done: (facts, choice) => removed(facts, choice),
  },
  'tell-colleague': {
    title: (facts) => `Tell ${who(facts)}`,
    why: () => 'They can sign in with the password alone now, and must register a new device at once.',
    go: () => 'I have told them',
    done: () => 'Told.',
  },
  helped: {
    title: (facts) => `${who(facts)} can sign in again`,
    why: () => 'Until they register a new device, the password alone protects the account.',
    done: () => 'Helped.',
  },
  'not-helped': {
    title: () => 'Nothing was changed',
    why: () => 'Better so than a stranger let in. When you know who asks, begin again.',
    done: () => 'Nothing was changed.',
  },
}

const HAPPENED: Readonly<Record<string, string>> = {
  refused: 'Its codes are refused.',
  lost: 'Lost.',
  stolen: 'Stolen. Its codes are not tried again.',
  broken: 'Broken.',
  works: 'It works; another takes its place.',
}
const REACHED: Readonly<Record<string, string>> = {
  both: 'Both.',
  'no-phone': 'The email, not the phone.',
  'no-email': 'The phone, not the email.',
  neither: 'Neither.',
}
const ARRIVING: Readonly<Record<string, string>> = {
  here: 'It is here.',
  temporary: 'A virtual device stands in.',
  wait: 'It is on its way.',
}

const removed = (facts: Facts, choice: string | undefined): string => {
  if (choice === 'ask-administrator') return 'An administrator is asked.'
  if (choice === 'entity-left')
    return `Deactivated. Its entity stays until an administrator deletes ${text(facts, 'deviceId', 'it')}.`
  return 'Removed, by Latchkey.'
}

const capital = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1)

export interface StepWords {
  readonly title: string
  readonly why: string
  /** The primary button, where there is one. */
  readonly go: string | undefined
  /** The line it folds to; empty while it is not done. */
  readonly done: string
}

/** A step in words. A name of a later version, which this page does not know, is shown as it is. */
export function stepWords({
  step,
  facts,
  state,
  choice,
}: Pick<StepView, 'step' | 'facts' | 'state' | 'choice'>): StepWords {
  const words = Object.hasOwn(STEP_WORDS, step) ? STEP_WORDS[step as StepId] : undefined
  if (!words) return { title: step, why: '', go: 'Go on', done: '' }
  return {
    title: (state === 'later' ? (words.later ?? words.title) : words.title)(facts),
    why: words.why(facts),
    go: words.go?.(facts),
    done: state === 'done' ? words.done(facts, choice) : '',
  }
}

// Options and other ways

interface OptionText {
  readonly label: Words
  readonly more: Words
}

const OPTION_WORDS: Readonly<Record<OptionId, OptionText>> = {
  'virtual-totp': { label: () => 'A virtual device', more: () => 'Codes in this vault. Made and enabled in one step.' },
  'hardware-totp': { label: () => 'A hardware token', more: () => 'A fob with a serial number that shows codes.' },
  fido: { label: () => 'A security key', more: () => 'Touched to sign in. Nothing to type, and no site can trick it.' },
  refused: {
    label: () => 'Its codes are refused',
    more: () => 'It is here and looks in order. It may only have drifted.',
  },
  lost: { label: () => 'It is lost', more: () => 'Nobody knows where it is.' },
  stolen: { label: () => 'It was stolen', more: () => 'Somebody else may have it, and the password too.' },
  broken: { label: () => 'It is broken', more: () => 'It is here, or thrown away, and nobody else has it.' },
  works: {
    label: () => 'It works; I want another',
    more: () => 'The new one is enabled and tried before the old one goes.',
  },
  both: { label: () => 'Yes, both', more: () => 'I can open the mail and answer the phone.' },
  'no-phone': { label: () => 'The email, not the phone', more: () => 'An administrator may change the phone number.' },
  'no-email': {
    label: () => 'The phone, not the email',
    more: () => 'The email comes first, so only support can help.',
  },
  neither: { label: () => 'Neither', more: () => 'Only the provider’s support can help.' },
  here: { label: (facts) => `Yes, ${ofType(facts).new} is here`, more: () => 'It is enabled next.' },
  temporary: {
    label: () => 'No. Use a virtual device until it comes',
    more: () => 'Made in one step, and no call or mail is needed to sign in.',
  },
  wait: { label: () => 'No. I can wait', more: meanwhile },
}

export function optionWords(option: string, facts: Facts): { readonly label: string; readonly more: string } {
  const words = Object.hasOwn(OPTION_WORDS, option) ? OPTION_WORDS[option as OptionId] : undefined
  return words ? { label: words.label(facts), more: words.more(facts) } : { label: option, more: '' }
}

const OTHER_WORDS: Readonly<Record<OtherId, Words>> = {
  'start-over': (facts) => (facts['type'] === undefined ? 'Start over' : 'Clean up and choose again'),
  skip: () => 'Skip this',
  'still-refused': () => 'They are refused still',
  'with-code': () => 'Give a code of it here',
  'with-key': () => 'Touch the key here',
  'none-works': () => 'None of them works',
  'no-administrator': () => 'No administrator can do it',
  'email-unreachable': () => 'I can’t open that mailbox',
  support: () => 'The call never comes: ask support',
  'contacts-again': () => 'I can reach email or phone after all',
  temporary: () => 'Use a virtual device until then',
  'app-gone': () => 'I can’t: the phone is gone',
  'ask-administrator': () => 'I may not remove it: ask an administrator',
  here: () => 'Try it here',
  later: () => 'Later',
  'by-hand': () => 'I have changed it at the backend’s page',
  'not-sure': () => 'I am not sure who asks',
  register: (facts) => (facts['offer'] === undefined ? 'Register a device' : `Add ${ofType(facts, 'offer').a}`),
  replace: (facts) => `Replace ${device(facts)}`,
}

/** Other ways whose words depend on the step they lead out of. */
const OTHERS_OF_STEP: Readonly<Record<string, Words>> = {
  'phone start-over': () => 'The call never comes: start over',
  'signed-in start-over': () => 'I am not in: start over',
}

export function otherWords(step: string, other: string, facts: Facts): string {
  const words =
    OTHERS_OF_STEP[`${step} ${other}`] ??
    (Object.hasOwn(OTHER_WORDS, other) ? OTHER_WORDS[other as OtherId] : undefined)
  return words?.(facts) ?? other
}

// What the program did and does

const DEED_WORDS: Readonly<Record<DeedId, Words>> = {
  made: (facts) => `Made ${device(facts)} at the backend`,
  'codes-given': () => 'Gave two codes in a row',
  enabled: () => 'Enabled it',
  'seen-enabled': () => 'Looked: it is enabled',
  linked: () => 'Put its codes in your vault',
  'session-opened': (facts) => `Opened an MFA session with ${device(facts)}`,
  suspended: () => 'Suspended it: it opens nothing',
  deactivated: (facts) => `Deactivated ${device(facts)}`,
  deleted: () => 'Deleted its entity',
  'seen-gone': (facts) => `Looked: ${device(facts)} is deactivated`,
  tested: (facts) => `Signed in with ${device(facts)}`,
  'password-changed': () => 'Changed the password',
}
export const deedWords = ({ did, facts }: StepView['did'][number]): string =>
  Object.hasOwn(DEED_WORDS, did) ? DEED_WORDS[did as DeedId](facts) : did

const DOING_WORDS: Readonly<Record<Doing, Words>> = {
  reading: () => 'Reading the backend’s clock',
  making: (facts) => `Making ${device(facts)}`,
  'giving-codes': () => 'Giving two codes in a row',
  'waiting-for-code': (facts) =>
    facts['until'] === undefined
      ? 'Waiting for the next code'
      : `Waiting for the next code, at ${atTime(count(facts, 'until'))}`,
  'waiting-for-touch': () => 'Waiting for a touch',
  'waiting-for-key': () => 'Waiting for a key to be plugged in',
  looking: () => 'Looking what stands at the backend',
  'opening-session': (facts) => `Opening an MFA session with ${device(facts)}`,
  resyncing: () => 'Giving two codes in a row',
  suspending: (facts) => `Suspending ${device(facts)}`,
  deactivating: (facts) => `Deactivating ${device(facts)}`,
  deleting: (facts) => `Deleting the entity of ${device(facts)}`,
  'cleaning-up': (facts) => `Cleaning up ${device(facts)}`,
  'changing-password': () => 'Changing the password',
}
export const doingWords = ({ doing, facts }: { readonly doing: string; readonly facts: Facts }): string =>
  Object.hasOwn(DOING_WORDS, doing) ? DOING_WORDS[doing as Doing](facts) : ''

// Troubles

const until = (facts: Facts) =>
  facts['until'] === undefined ? '' : ` New ones come at ${atTime(count(facts, 'until'))}.`

const TROUBLE_WORDS: Readonly<Record<Trouble | 'codes-refused', Words>> = {
  'not-signed-in': () => 'The backend does not see you signed in yet. Finish there, then check again.',
  'signed-in-otherwise': (facts) =>
    facts['name'] === undefined
      ? 'You are signed in with the very device this is about. Sign in with another.'
      : `You are signed in, but not with ${device(facts)}. Sign out there and use it.`,
  'contact-not-changed': () => 'The backend still has the old phone number. Give it a moment, then check again.',
  'still-registered': (facts) => `${device(facts)} is still registered. Check again when it was deactivated.`,
  'not-tested': (facts) => `The backend has not seen ${device(facts)} used. Sign in with it, then check again.`,
  'outcome-unknown': () => 'The backend did not answer, and Latchkey looked: it is not enabled yet.',
  'half-made-lost-seed': () => 'The secret was lost before it reached the vault. Clean up and begin again.',
  'half-made-not-seen': () =>
    'The backend does not show it any more. Its secret is kept until you clean up and choose again.',
  'not-yet-registered': () =>
    'AWS lists no new device of this kind yet. Its lists can be a minute late: finish there, then look again.',
  'touch-failed': () => 'No key answered: none plugged in, another account’s, or not touched in time.',
  'codes-refused': (facts) =>
    `The backend refused the codes. Nothing was changed there.${until(facts) || ' Wait for the next code and try again.'}`,
}

/** Why the last try failed, and whether it changed anything there. */
export function troubleWords({ code, changed, facts }: NonNullable<StepView['trouble']>): string {
  const words = Object.hasOwn(TROUBLE_WORDS, code) ? TROUBLE_WORDS[code as Trouble] : undefined
  if (words) return words(facts)
  const names = facts['names']
  const detail = typeof names === 'string' ? { ...facts, names: names.split(', ') } : facts
  const error = readContractError({ code, detail, changed })
  return error ? errorWords(error) : changed ? 'It failed half-way.' : 'It failed. Nothing was changed at the backend.'
}

// Answers that were refused where they were typed

const FAULT_WORDS: Readonly<Record<string, (fault: FieldFault) => string>> = {
  'wrong-count': () => 'Two codes are needed.',
  'same-code': () => 'That is the same code twice. Wait for the next one.',
  'code-letter': ({ letter, position }) => `A code has digits only: “${letter}” at position ${position}.`,
  'code-length': () => 'The code has six digits.',
  'code-empty': () => 'Type the code.',
  empty: () => 'This can’t be empty.',
  'too-long': () => 'That is too long.',
  'serial-taken': () => 'This token is registered already. Check the serial number, or ask an administrator.',
  'serial-unknown': () => 'The backend does not know this serial number. Check it on the back of the token.',
  'same-password': () => 'That is the old password.',
  'wrong-password': () => 'That is not the present password.',
  'wrong-form': () => 'This step has moved on. Look at it again.',
  'not-offered': () => 'That is not among the ways out of this step.',
}
/** A refused answer in words, or `undefined` where this page's other words know it better. */
export const answerFaultWords = (fault: FieldFault): string | undefined => FAULT_WORDS[fault.reason]?.(fault)

// Cases

const KINDS: Readonly<Record<CaseKind, (view: Pick<CaseView, 'identity' | 'device' | 'loss'>) => string>> = {
  register: ({ identity }) => `Register a device for ${identity.name}`,
  resync: ({ device }) => `Resync ${device?.name ?? 'a device'}`,
  replace: ({ device, loss }) => `Replace ${loss === undefined ? '' : `the ${loss} `}${device?.name ?? 'device'}`,
  help: ({ identity }) => `Help ${identity.name}`,
}
export const caseTitle = (view: Pick<CaseView, 'kind' | 'identity' | 'device' | 'loss'>): string =>
  KINDS[view.kind](view)

const LEFT: Readonly<Record<string, (name: string) => string>> = {
  'half-made-device': (name) => `${name} stays half-made at the backend: an administrator can delete it.`,
  entity: (name) => `The entity of ${name} stays, unassigned: an administrator can delete it.`,
  'removed-device': (name) => `${name} is removed, and nothing was enabled in its place.`,
  'suspended-device': (name) => `${name} stays suspended at the backend.`,
  'enabled-device': (name) => `${name} turned out to be enabled. It stays, and its codes are in your vault.`,
}
/** What giving a case up leaves behind. */
export const leftWords = ({ what, name }: { readonly what: string; readonly name: string }): string =>
  LEFT[what]?.(name) ?? name

// Messages to send

export interface Message {
  readonly to: string
  readonly subject: string
  readonly body: string
}

const LOSSES: Readonly<Record<string, string>> = {
  lost: 'lost',
  stolen: 'stolen',
  broken: 'broken',
  works: 'to be replaced',
}

const deviceLines = (facts: Facts): string =>
  [
    `Account: ${text(facts, 'account')}`,
    `User: ${who(facts)}`,
    `MFA device: ${device(facts)}`,
    `Identifier: ${text(facts, 'deviceId')}`,
    ...(text(facts, 'serial') === '' ? [] : [`Serial number: ${text(facts, 'serial')}`]),
  ].join('\n')

const deactivation = (facts: Facts): string =>
  text(facts, 'type') === 'virtual-totp'
    ? 'Please deactivate it (Users, the user, Security credentials, Multi-factor authentication, Remove), and delete the virtual device that is then unassigned.'
    : 'Please deactivate it (Users, the user, Security credentials, Multi-factor authentication, Remove).'

const MESSAGES: Readonly<Partial<Record<StepId, (facts: Facts) => Message>>> = {
  administrator: (facts) => ({
    to: text(facts, 'administrators'),
    subject: `Please deactivate an MFA device of ${who(facts)}`,
    body: [
      `My MFA device is ${LOSSES[text(facts, 'loss')] ?? 'lost'}, and I can’t sign in without it.`,
      deviceLines(facts),
      deactivation(facts),
      'Call me back on a number you know before you do it. I will register a new device at once.',
    ].join('\n\n'),
  }),
  'administrator-removes': (facts) => ({
    to: text(facts, 'administrators'),
    subject: `Please remove an MFA device of ${who(facts)}`,
    body: [
      `My MFA device is ${LOSSES[text(facts, 'loss')] ?? 'lost'}, and I am not permitted to remove it.`,
      deviceLines(facts),
      deactivation(facts),
      'Another device of mine works, so I can still sign in.',
    ].join('\n\n'),
  }),
  'phone-by-administrator': (facts) => ({
    to: text(facts, 'administrators'),
    subject: `Please change the contact phone number of ${text(facts, 'account')}`,
    body: [
      `The root user of ${text(facts, 'account')} must be called to sign in, and the number on record reaches nobody.`,
      'Please sign in as an administrator, open Account, Contact information, and put in this number:',
      'Phone: ',
      'Call me back on a number you know before you do it.',
    ].join('\n\n'),
  }),
  'tell-colleague': (facts) => ({
    to: who(facts),
    subject: 'Your MFA device is deactivated',
    body: [
      `${device(facts)} is off your account (${text(facts, 'account')}). You sign in with your password alone now.`,
      'Register a new device at once, and a second one of another kind if you can.',
      ...(is(facts, 'newPassword') ? ['Then change your password: whoever has the device may have that too.'] : []),
      text(facts, 'administrator'),
    ].join('\n\n'),
  }),
}

/** The message of a step that has one to send. */
export const messageWords = (step: string, facts: Facts): Message | undefined =>
  Object.hasOwn(MESSAGES, step) ? MESSAGES[step as StepId]?.(facts) : undefined
