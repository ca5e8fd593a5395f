/** Words of the demo bench and the simulated sign-in page. Titles of the page are those the seed names. */
import type { SignInPage } from '../../shared/contract/index.ts'
import { plural } from './format.ts'

export const bench = {
  title: 'Demo bench',
  signInPage: 'Sign-in page',
  reset: 'Reset',
  loading: 'Loading the bench',
  move: [
    ['+30 s', 30_000],
    ['+1 day', 86_400_000],
    ['+1 year', 31_536_000_000],
  ],
  moveLabel: (by: string) => `Move the world’s clock: ${by}`,
  computer: 'This computer’s clock',
  computerValue: (seconds: number) =>
    seconds === 0 ? 'on time' : `${Math.abs(seconds)} s ${seconds > 0 ? 'fast' : 'slow'}`,
  ends: ['slow', 'on time', 'fast'],
  waitsFor: { touch: 'Waits for a touch', finger: 'Waits for a finger', sample: 'Learns a finger' },
  plugged: 'Plugged in',
  drawer: 'In the drawer',
  states: { lost: 'Lost', stolen: 'Stolen', broken: 'Broken' },
  touchAs: { touch: 'Touch', finger: 'Touch with the right finger', sample: 'Lay the finger on' },
  wrongFinger: { finger: 'Touch with another', sample: 'Lay it on badly' },
  note: (pin: string) => `On the note: PIN ${pin}`,
  plug: 'Plug in',
  unplug: 'Unplug',
  lose: 'Lose',
  steal: 'Steal',
  break: 'Break',
  bringBack: 'Bring back',
  of: (act: string, thing: string) => `${act}: ${thing}`,
  token: 'Hardware token',
  holder: (name: string) => `Registered for ${name}`,
  free: 'Not registered',
  tokenShows: (code: string) => `The token shows ${code}`,
  tokenOff: 'The display is dark',
  drift: 'Its clock',
  driftValue: (steps: number) =>
    steps === 0
      ? 'on time'
      : `${Math.abs(steps) * 30} s ${steps > 0 ? 'fast' : 'slow'}, ${plural(Math.abs(steps), 'step')}`,
  driftEnds: ['10 slow', 'on time', '10 fast'],
  inbox: 'Inbox',
  newMail: (count: number) => (count === 0 ? '' : `${count} new`),
  noMail: 'No messages.',
  spam: 'Spam folder',
  follow: 'Follow the link',
  linkUsed: 'The link was used.',
  linkExpired: 'The link has expired.',
  notSpam: 'Not spam',
  toSpam: 'Mail lands in spam',
  phone: 'Phone',
  idle: 'Quiet',
  ringing: 'Ringing',
  inCall: 'In a call',
  answer: 'Answer',
  hangUp: 'Hang up',
  typeDigits: 'Type the six digits shown on the site',
  accepted: 'The digits were right.',
  refused: 'The digits were wrong.',
  missed: 'A call was missed.',
  callsCome: 'Calls come through',
  typed: 'Typed',
  accounts: (count: number) => plural(count, 'virtual device'),
  noAccounts: 'No accounts in its app.',
  removeAccount: (name: string) => `Remove ${name} from the phone’s app`,
  gone: 'Out of reach',
} as const

const MAILS: Readonly<Record<string, string>> = {
  'verify-email': 'Confirm your email address',
  'recover-mfa': 'Confirm your email address',
}
export const mailSubject = (kind: string, subject: string) => MAILS[kind] ?? subject

export const signIn = {
  title: 'Sign-in page',
  who: 'Who signs in?',
  root: 'Root user',
  user: 'IAM user',
  password: 'Password',
  fillIn: 'Fill in',
  knownHelp: 'The password this person has in the demo.',
  next: 'Next',
  submit: 'Sign in',
  additional: 'Additional verification required',
  choose: 'Select an MFA method to authenticate with.',
  multiFactor: 'Multi-factor authentication',
  code: (device: string) => `Code of ${device}`,
  touch: (device: string) => `Touch ${device}.`,
  touchBench: 'Touch the bench’s key',
  touchPage: 'Use this browser’s authenticator',
  troubleshoot: 'Troubleshoot MFA',
  again: 'Type your password again',
  troubleshootPage: 'Troubleshoot your authentication device',
  alternative: 'Sign in using alternative factors of authentication',
  byAlternative: 'Sign in using alternative factors',
  email: (to: string) => `1. Verify the email address ${to}.`,
  send: 'Send verification email',
  resend: 'Resend the email',
  sent: 'Sent. Follow the link in the inbox; look in spam too.',
  verified: 'Verified.',
  phone: (to: string) => `2. Verify the phone number ${to}.`,
  call: 'Call me now',
  calling: 'Calling. Answer on the phone and type these digits on its keypad:',
  notAnswered: 'The call was not answered. Sign in again and start over.',
  toConsole: 'Sign in to the console',
  signedIn: (who: string) => `Signed in as ${who}`,
  via: {
    'password-alone': 'By password alone: no MFA device is registered.',
    device: 'With an MFA device.',
    'alternative-factors': 'By email and phone.',
  },
  with: (device: string) => `With ${device}.`,
  startOver: 'Start over',
  signOut: 'Sign out',
} as const

const FAULTS: Readonly<Record<string, string>> = {
  'wrong-password': 'That password is wrong.',
  'wrong-code': 'That code was refused.',
  'code-spent': 'That code was used before. Wait for the next one.',
  'key-refused': 'The key’s answer was refused.',
  'no-such-credential': 'That key is not registered for this account.',
  'touch-cancelled': 'The touch was called off.',
  unplugged: 'The key was unplugged before it was touched.',
  'device-out-of-use': 'That device is out of use.',
  'timed-out': 'The key was not touched in time.',
  'wrong-digits': 'The digits typed on the phone were wrong. Start over.',
  'not-answered': 'The call was not answered. Sign in again and start over, or contact support.',
  'not-verified-yet': 'The email address is not verified yet.',
  'email-first': 'Verify the email address first.',
  'link-expired': 'The link has expired. Send another.',
  'session-ended': 'The session has ended. Sign in again.',
  'try-later': 'Too many wrong tries. Wait a minute.',
  'contact-administrator': 'You can’t recover this by yourself. Contact an administrator, who deactivates the device.',
  'contact-support': 'Neither email nor phone can be reached: contact support.',
}
export const signInFault = (fault: string) => FAULTS[fault] ?? 'That did not work. Start over.'

export const pageTitle = (page: SignInPage): string => {
  switch (page.page) {
    case 'start':
    case 'password':
      return signIn.title
    case 'choose-device':
      return signIn.additional
    case 'code':
    case 'touch':
      return signIn.multiFactor
    case 'password-again':
      return signIn.again
    case 'troubleshoot':
      return signIn.troubleshootPage
    case 'alternative-factors':
      return signIn.alternative
    case 'signed-in':
      return signIn.signedIn(page.who)
  }
}
