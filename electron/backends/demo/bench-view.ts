/** The bench as it looks now: a snapshot of the world for people to see. Seeds, keys and hashes are not in it. */
import type { BenchMail, BenchPhone, BenchState, BenchToken, SignInPage, ThingState } from './bench-state.ts'
import type { KeyQuestion } from './door.ts'
import { fromBase64url } from '../../../shared/kit/index.ts'
import { DEMO_CODE } from './otp.ts'
import { canTroubleshoot, whoOf } from './sign-in.ts'
import { pageSessionOf } from './standing.ts'
import {
  accountName,
  devicesOf,
  displayName,
  identityById,
  type KeyState,
  type MailState,
  type TokenState,
} from './state.ts'
import { STEP_MS, stepAt } from './totp.ts'
import type { Turn } from './turn.ts'

/** What a key does at the moment. */
export interface KeySigns {
  readonly question: KeyQuestion | undefined
  readonly winks: boolean
}

export function benchView(turn: Turn, signsOf: (key: KeyState) => KeySigns): BenchState {
  const { world, now } = turn
  return {
    now,
    computerErrorMs: world.computerErrorMs,
    keys: world.keys.map((key) => {
      const { question, winks } = signsOf(key)
      const { id, name, state, plugged, hasSensor, knownPin, memory } = key
      const isStill = knownPin !== undefined && turn.keys.isPin(memory, knownPin)
      return {
        id,
        name,
        state,
        plugged,
        hasSensor,
        winks,
        ...(question ? { waitsFor: question.kind, purpose: question.purpose } : {}),
        ...(isStill ? { knownPin } : {}),
      }
    }),
    tokens: world.tokens.map((token) => tokenView(turn, token)),
    phone: phoneView(turn),
    inbox: world.inbox.map((mail) => mailView(mail, now)),
    mailGoesToSpam: world.mailGoesToSpam,
    signIn: pageView(turn),
    people: world.identities.map((identity) => ({
      identityId: identity.id,
      name: identity.name,
      email: identity.contacts?.email?.value ?? '',
      kind: identity.kind,
      account: accountName(world, identity.accountId),
      password: world.knownPasswords[identity.id] ?? '',
    })),
  }
}

/** When the bench next looks otherwise by time alone: a code turns, a link grows too old. */
export function viewChangesAt(turn: Turn): number {
  const { phone, inbox } = turn.world
  // Tokens run off by whole steps, so they turn with the world's.
  const turns = [0, phone.clockErrorMs].map((aheadMs) => (stepAt(turn.now + aheadMs) + 1) * STEP_MS - aheadMs)
  const links = inbox.flatMap(({ link }) => (link && !link.used && turn.now < link.goodUntil ? [link.goodUntil] : []))
  return Math.min(...turns, ...links)
}

/** The code that a device shows whose clock is `aheadMs` ahead of the world's, and until when by the world's. */
function display(turn: Turn, secret: string, aheadMs: number): { code: string; validUntil: number } {
  const step = stepAt(turn.now + aheadMs)
  const code = turn.otp.codeOfStep(fromBase64url(secret) ?? new Uint8Array(), DEMO_CODE, step)
  return { code, validUntil: (step + 1) * STEP_MS - aheadMs }
}

const isReadable = (turn: Turn, state: ThingState) => state === 'here' || !turn.rules.lostThingsAreGone

function tokenView(turn: Turn, token: TokenState): BenchToken {
  const { serial, name, state, secret, driftSteps } = token
  const holderId = turn.world.devices.find((device) => device.id === serial)?.holder
  const holder = holderId === undefined ? undefined : identityById(turn.world, holderId)
  return {
    serial,
    name,
    state,
    ...(holder ? { holder: displayName(turn.world, holder) } : {}),
    ...(isReadable(turn, state) ? { display: display(turn, secret, driftSteps * STEP_MS) } : {}),
    driftSteps,
  }
}

function phoneView(turn: Turn): BenchPhone {
  const { name, state, accounts, callsComeThrough, call, clockErrorMs } = turn.world.phone
  return {
    name,
    state,
    accounts: accounts.map(({ id, secret, identityId }) => {
      const identity = identityById(turn.world, identityId)
      const { code, validUntil } = display(turn, secret, clockErrorMs)
      return {
        id,
        identityName: identity?.name ?? '',
        account: accountName(turn.world, identity?.accountId ?? ''),
        code: isReadable(turn, state) ? code : '',
        validUntil,
      }
    }),
    ...(call ? { call: { from: 'Sign-in service', state: call.state, typed: call.typed } } : {}),
    callsComeThrough,
  }
}

function mailView(mail: MailState, now: number): BenchMail {
  const { link, facts, ...rest } = mail
  const state = link && (link.used ? 'used' : now < link.goodUntil ? 'open' : 'expired')
  return { ...rest, facts: { ...facts }, ...(state ? { link: state } : {}) }
}

function pageView(turn: Turn): SignInPage {
  const { page } = turn.world
  const fault = page.fault === undefined ? {} : { fault: page.fault }
  if (page.page === 'start') return { page: 'start', ...fault }
  const identity = whoOf(turn, page)
  const who = displayName(turn.world, identity)
  const nameOf = (deviceId: string | undefined) =>
    turn.world.devices.find((device) => device.id === deviceId)?.name ?? deviceId ?? ''
  switch (page.page) {
    case 'password':
    case 'password-again':
    case 'troubleshoot':
      return { page: page.page, who, ...fault }
    case 'choose-device':
      return {
        page: page.page,
        who,
        devices: devicesOf(turn.world, identity.id).map(({ id, name, type }) => ({ id, name, type })),
        canTroubleshoot: canTroubleshoot(turn, page),
        ...fault,
      }
    case 'code':
    case 'touch': {
      const deviceName = nameOf(page.deviceId)
      return { page: page.page, who, deviceName, canTroubleshoot: canTroubleshoot(turn, page), ...fault }
    }
    case 'alternative-factors': {
      const to = { email: identity.contacts?.email?.value ?? '', phone: identity.contacts?.phone?.value ?? '' }
      const digits = page.digits === undefined ? {} : { digits: page.digits }
      return {
        page: page.page,
        who,
        email: { to: to.email, state: page.email },
        phone: { to: to.phone, state: page.phone, ...digits },
        ...fault,
      }
    }
    case 'signed-in': {
      const session = pageSessionOf(turn, identity.id)
      if (!session) return { page: 'start', fault: 'session-ended' }
      const { via, deviceId } = session
      return { page: page.page, who, via, ...(deviceId === undefined ? {} : { deviceName: nameOf(deviceId) }) }
    }
  }
}
