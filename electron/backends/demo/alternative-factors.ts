/**
 * "Sign in using alternative factors of authentication", steps 5 to 10 of the seed: an email with a link, then a call on which
 * the six digits of the page are typed. Mail and call belong to one attempt; starting over makes both worthless.
 */
import { toBase64url } from '../../../shared/kit/index.ts'
import { BenchFault } from './door.ts'
import { CALL_MS, LINK_GOOD_MS, RECOVERY_SENDER } from './limits.ts'
import { setFault, signIn, whoOf } from './sign-in.ts'
import { accountName, type AlternativeFactorsState, type MailState, type WorldState } from './state.ts'
import type { Turn } from './turn.ts'

/** The page's button: of Troubleshoot "Sign in using alternative factors", of the page itself "Sign in to the console". */
export function useAlternativeFactors(turn: Turn): void {
  const { page } = turn.world
  if (page.page === 'alternative-factors') return signInToTheConsole(turn, page)
  if (page.page !== 'troubleshoot') throw new BenchFault('not-now')
  const { contacts } = whoOf(turn, page)
  const wasUsed = turn.world.inbox.some((mail) => mail.link?.used)
  const isOffered =
    turn.rules.troubleshootOffersAlternativeFactors && (turn.rules.alternativeFactorsAgainAndAgain || !wasUsed)
  if (!contacts?.email || !contacts.phone || !isOffered) return setFault(turn, 'contact-support')
  const { identityId, passwordAt } = page
  const attempt = toBase64url(turn.random(16))
  turn.world.page = {
    page: 'alternative-factors',
    identityId,
    passwordAt,
    attempt,
    email: 'not-sent',
    phone: 'waiting',
  }
}

function signInToTheConsole(turn: Turn, page: AlternativeFactorsState): void {
  const isPhoneDone = page.phone === 'verified' || !turn.rules.bothContactsAreVerified
  if (page.email !== 'verified' || !isPhoneDone || !turn.rules.signInFollowsThePhone)
    return setFault(turn, 'not-verified-yet')
  signIn(turn, whoOf(turn, page), { via: 'alternative-factors' })
}

/** Send verification email, and Resend: the link of the one before is good no more. */
export function sendEmail(turn: Turn): void {
  const page = openPage(turn)
  if (page.email === 'verified') throw new BenchFault('not-now')
  const isAgain = page.email === 'sent'
  turn.world.page = { ...withoutFault(page), email: 'sent' }
  if (isAgain ? !turn.rules.emailIsSentAgain : !turn.rules.emailIsSentWhenAsked) return
  for (const mail of turn.world.inbox)
    if (mail.link?.attempt === page.attempt && !mail.link.used) mail.link.goodUntil = turn.now
  const identity = whoOf(turn, page)
  const goodUntil = turn.now + LINK_GOOD_MS
  turn.world.inbox.unshift({
    id: `mail-${toBase64url(turn.random(9))}`,
    from: turn.rules.emailNamesItsSender ? RECOVERY_SENDER : 'noreply@mail.example',
    to: identity.contacts?.email?.value ?? '',
    subject: 'Verify your email address',
    kind: 'verify-email',
    facts: { account: accountName(turn.world, identity.accountId), goodUntil },
    at: turn.now,
    spam: turn.world.mailGoesToSpam,
    read: false,
    link: { attempt: page.attempt, goodUntil, used: false },
  })
}

/** Following the link in a mail verifies the address for the attempt it was sent for, and only once. */
export function followLink(turn: Turn, mail: MailState): void {
  if (!mail.link) throw new BenchFault('not-now')
  mail.read = true
  const { page } = turn.world
  const isThisAttempt = page.page === 'alternative-factors' && page.attempt === mail.link.attempt
  if (!isThisAttempt || turn.now >= mail.link.goodUntil || mail.link.used) {
    mail.link.goodUntil = Math.min(mail.link.goodUntil, turn.now)
    if (page.page === 'alternative-factors') setFault(turn, 'link-expired')
    return
  }
  mail.link.used = true
  if (turn.rules.linkInTheEmailVerifies) turn.world.page = { ...withoutFault(page), email: 'verified' }
}

/** Call me now: the call comes to the number on record, where that rings. */
export function callMe(turn: Turn): void {
  const page = openPage(turn)
  if (turn.rules.emailComesBeforeThePhone && page.email !== 'verified') return setFault(turn, 'email-first')
  const mayCall = page.phone === 'waiting' || (page.phone === 'not-answered' && !turn.rules.noCallMeansStartingOver)
  if (page.phone === 'not-answered' && !mayCall) return setFault(turn, 'not-answered')
  if (!mayCall) throw new BenchFault('not-now')
  const digits = sixDigits(turn)
  turn.world.page = { ...withoutFault(page), phone: 'calling', digits, callEndsAt: turn.now + CALL_MS }
  if (turn.rules.callIsMadeWhenAsked && isInReach(turn, page))
    turn.world.phone.call = { attempt: page.attempt, state: 'ringing', typed: '' }
}

/** The phone's own number rings only where the phone is. Every other number is taken to be one on the person's desk. */
function isInReach(turn: Turn, page: AlternativeFactorsState): boolean {
  const { phone } = turn.world
  const number = turn.rules.callGoesToTheContact ? whoOf(turn, page).contacts?.phone?.value : phone.number
  if (!turn.rules.contactsMustBeInReach) return true
  return phone.callsComeThrough && (phone.state === 'here' || !isSameNumber(number ?? '', phone.number))
}

const isSameNumber = (a: string, b: string) => a.replaceAll(/[^+\d]/g, '') === b.replaceAll(/[^+\d]/g, '')

/** Uniform but for one part in 4000 million. */
const sixDigits = (turn: Turn) =>
  String(turn.random(4).reduce((number, byte) => (number * 256 + byte) % 1_000_000, 0)).padStart(6, '0')

export function answerCall(turn: Turn): void {
  const { call } = turn.world.phone
  if (call?.state !== 'ringing') throw new BenchFault('not-now')
  call.state = 'in-call'
}

/** One key of the keypad. The sixth decides: right digits verify the phone, wrong ones end the call. */
export function pressKey(turn: Turn, digit: string): void {
  const { call } = turn.world.phone
  if (call?.state !== 'in-call' || !/^\d$/.test(digit)) throw new BenchFault('not-now')
  call.typed += digit
  if (call.typed.length < 6) return
  const page = calling(turn, call.attempt)
  if (!page) {
    call.state = 'missed'
    return
  }
  const isRight = call.typed === page.digits || !turn.rules.theSixDigitsAreTyped
  call.state = isRight ? 'accepted' : 'refused'
  turn.world.page = isRight
    ? { ...withoutCall(page), phone: 'verified' }
    : { ...withoutCall(page), phone: 'not-answered', fault: 'wrong-digits' }
}

/** Hangs up, or clears away a call that is over. */
export function hangUp(turn: Turn): void {
  const { phone } = turn.world
  if (!phone.call) throw new BenchFault('not-now')
  if (phone.call.state === 'ringing' || phone.call.state === 'in-call') missCall(turn)
  else delete phone.call
}

/** To be called when the phone is out of use: a call on its own number is cut off. */
export function cutOffCall(turn: Turn): void {
  const { page, phone } = turn.world
  const isCalling = phone.call?.state === 'ringing' || phone.call?.state === 'in-call'
  if (isCalling && page.page === 'alternative-factors' && !isInReach(turn, page)) missCall(turn)
}

/** A call that had its time is over. */
export function endCall(turn: Turn): void {
  const { page } = turn.world
  if (page.page === 'alternative-factors' && page.callEndsAt !== undefined && turn.now >= page.callEndsAt)
    missCall(turn)
}

/** Leaves whatever page is open. What was sent for it is good for nothing any more. */
export function startOver(turn: Turn): void {
  missCall(turn)
  turn.world.page = { page: 'start' }
}

/** When the open page next changes by time alone; undefined where it does not. */
export const callEndsAt = ({ page }: WorldState): number | undefined =>
  page.page === 'alternative-factors' ? page.callEndsAt : undefined

function missCall(turn: Turn): void {
  const { call } = turn.world.phone
  if (call?.state === 'ringing' || call?.state === 'in-call') call.state = 'missed'
  const { page } = turn.world
  if (page.page !== 'alternative-factors' || page.phone !== 'calling') return
  turn.world.page = { ...withoutCall(page), phone: 'not-answered', fault: 'not-answered' }
}

const calling = (turn: Turn, attempt: string): AlternativeFactorsState | undefined => {
  const { page } = turn.world
  const isCalling = page.page === 'alternative-factors' && page.phone === 'calling' && page.attempt === attempt
  return isCalling ? page : undefined
}

function openPage(turn: Turn): AlternativeFactorsState {
  const { page } = turn.world
  if (page.page !== 'alternative-factors') throw new BenchFault('not-now')
  return page
}

function withoutFault(page: AlternativeFactorsState): AlternativeFactorsState {
  const { fault: _, ...rest } = page
  return rest
}

function withoutCall(page: AlternativeFactorsState): AlternativeFactorsState {
  const { digits: _digits, callEndsAt: _endsAt, ...rest } = withoutFault(page)
  return rest
}
