/**
 * The backend's sign-in page as the seed tells it: name, password, choice of device, its code or touch; for root users
 * Troubleshoot MFA (alternative-factors.ts). A state machine over the turn's draft: each act either fits the open page or is
 * `not-now`.
 */
import { BenchFault } from './door.ts'
import type { SignInFault } from './bench-state.ts'
import { PAGE_SESSION_MS, PASSWORD_FRESH_MS } from './limits.ts'
import { countTry } from './passwords.ts'
import { openSession, pageSessionOf } from './standing.ts'
import {
  devicesOf,
  identityById,
  totpOf,
  type DeviceState,
  type IdentityState,
  type PageState,
  type SessionState,
} from './state.ts'
import { takeCode } from './totp.ts'
import type { Turn } from './turn.ts'

/** A page behind the password. */
export type InnerPage = Extract<PageState, { passwordAt: number }>
/** A page that asks for a device. */
type DevicePage = Extract<PageState, { page: 'choose-device' | 'code' | 'touch' }>

export function chooseWho(turn: Turn, identityId: string): void {
  if (turn.world.page.page !== 'start') throw new BenchFault('not-now')
  const identity = identityById(turn.world, identityId)
  if (!identity) throw new BenchFault('not-found')
  turn.world.page = { page: 'password', identityId }
  if (!turn.rules.passwordComesFirst) askForDevice(turn, identity)
}

/** Whose password the open page asks for. */
export function passwordAsked(turn: Turn): IdentityState {
  const { page } = turn.world
  if (page.page !== 'password' && page.page !== 'password-again') throw new BenchFault('not-now')
  return whoOf(turn, page)
}

/** Goes on with a password that was checked against what the identity had then: it must have it still. */
export function enterPassword(turn: Turn, checked: IdentityState, isRight: boolean): void {
  const { page } = turn.world
  if (page.page !== 'password' && page.page !== 'password-again') throw new BenchFault('not-now')
  const identity = whoOf(turn, page)
  if (identity.id !== checked.id || identity.password.hash !== checked.password.hash) throw new BenchFault('not-now')
  const counted = countTry(identity, isRight || !turn.rules.passwordIsChecked, turn.now)
  if (counted !== 'right') return setFault(turn, counted === 'wrong' ? 'wrong-password' : 'try-later')
  if (page.page === 'password') return askForDevice(turn, identity)
  turn.world.page = { page: 'troubleshoot', identityId: identity.id, passwordAt: turn.now }
}

/** With no device the password alone signs in; a single device needs no choosing. */
function askForDevice(turn: Turn, identity: IdentityState): void {
  const devices = devicesOf(turn.world, identity.id)
  const [first, ...more] = devices
  if (!first) {
    const hadOne = turn.world.devices.some((device) => device.madeFor === identity.id)
    if (hadOne && !turn.rules.noDeviceLeftMeansPasswordAlone) return setFault(turn, 'contact-administrator')
    return signIn(turn, identity, { via: 'password-alone' })
  }
  const inner = { identityId: identity.id, passwordAt: turn.now }
  turn.world.page = { page: 'choose-device', ...inner }
  if (more.length === 0 || !turn.rules.deviceIsChosen) openDevice(turn, turn.world.page, first)
}

/** "Select an MFA method": also from the page of another device. */
export function chooseDevice(turn: Turn, deviceId: string): void {
  const page = devicePage(turn)
  const devices = devicesOf(turn.world, page.identityId)
  const device = devices.find((device) => device.id === deviceId)
  if (!device) throw new BenchFault('not-found')
  if (!turn.rules.anyDeviceSignsIn && device !== devices[0]) return setFault(turn, 'device-out-of-use')
  openDevice(turn, page, device)
}

function openDevice(turn: Turn, { identityId, passwordAt }: InnerPage, device: DeviceState): void {
  if (device.outOfUse) {
    turn.world.page = { page: 'choose-device', identityId, passwordAt, fault: 'device-out-of-use' }
    return
  }
  const isTouch = device.type === 'fido' && turn.rules.pageFitsTheType
  turn.world.page = { page: isTouch ? 'touch' : 'code', identityId, passwordAt, deviceId: device.id }
}

export function enterCode(turn: Turn, code: string): void {
  const { page } = turn.world
  if (page.page !== 'code') throw new BenchFault('not-now')
  const device = chosenDevice(turn, page.deviceId)
  const totp = device && totpOf(turn.world, device)
  if (!device || device.outOfUse) return setFault(turn, 'device-out-of-use')
  if (!totp) return setFault(turn, 'wrong-code')
  const taken = takeCode(totp, code, turn)
  if (taken.ok) return signIn(turn, whoOf(turn, page), { via: 'device', deviceId: device.id })
  const { is } = taken.error
  setFault(turn, is === 'spent' ? 'code-spent' : is === 'try-later' ? 'try-later' : 'wrong-code')
}

/** The device whose touch the page waits for. */
export function touchAsked(turn: Turn): { identity: IdentityState; device: DeviceState } {
  const { page } = turn.world
  if (page.page !== 'touch') throw new BenchFault('not-now')
  const device = chosenDevice(turn, page.deviceId)
  if (!device?.fido) throw new BenchFault('not-now')
  return { identity: whoOf(turn, page), device }
}

/** Goes on with a touch whose assertion was checked. */
export function enterTouch(turn: Turn, deviceId: string): void {
  const { identity, device } = touchAsked(turn)
  if (device.id !== deviceId) throw new BenchFault('not-now')
  if (device.outOfUse) return setFault(turn, 'device-out-of-use')
  signIn(turn, identity, { via: 'device', deviceId })
}

/** Troubleshoot MFA is root's: a user "must contact an administrator". */
export function canTroubleshoot(turn: Turn, page: InnerPage): boolean {
  const { rules } = turn
  if (!rules.troubleshootOnEveryPage && page.page !== 'choose-device') return false
  return whoOf(turn, page).kind === 'root' ? rules.alternativeFactorsForRoot : !rules.usersNeedAnAdministrator
}

export function troubleshoot(turn: Turn): void {
  if (turn.world.page.page === 'alternative-factors') {
    // Neither email nor phone in reach: there is no third way on this page.
    if (turn.rules.supportIsNamed) setFault(turn, 'contact-support')
    return
  }
  const page = devicePage(turn)
  const { identityId, passwordAt } = page
  if (!canTroubleshoot(turn, page)) {
    if (whoOf(turn, page).kind === 'root') return setFault(turn, 'contact-support')
    return turn.rules.administratorIsNamed ? setFault(turn, 'contact-administrator') : undefined
  }
  const isAsked = turn.rules.passwordIsAskedAgain && turn.now - passwordAt > PASSWORD_FRESH_MS
  turn.world.page = { page: isAsked ? 'password-again' : 'troubleshoot', identityId, passwordAt }
}

export function signOut(turn: Turn): void {
  const { page } = turn.world
  if (page.page !== 'signed-in') throw new BenchFault('not-now')
  turn.world.sessions = turn.world.sessions.filter(
    (session) => session.identityId !== page.identityId || session.from !== 'page',
  )
  turn.world.page = { page: 'start' }
}

export function signIn(
  turn: Turn,
  identity: IdentityState,
  by: { readonly via: SessionState['via']; readonly deviceId?: string },
): void {
  const { now } = turn
  openSession(turn, { identityId: identity.id, from: 'page', ...by, at: now, endsAt: now + PAGE_SESSION_MS })
  const device = turn.world.devices.find((device) => device.id === by.deviceId)
  if (device) device.lastUsedAt = now
  turn.world.page = { page: 'signed-in', identityId: identity.id }
}

/** A page whose session is over is the start page again. */
export function endSession(turn: Turn): void {
  const { page } = turn.world
  if (page.page === 'signed-in' && !pageSessionOf(turn, page.identityId))
    turn.world.page = { page: 'start', fault: 'session-ended' }
}

/** When the page that is open ends by time alone; undefined where it does not. */
export function sessionEndsAt(turn: Turn): number | undefined {
  const { page } = turn.world
  return page.page === 'signed-in' ? pageSessionOf(turn, page.identityId)?.endsAt : undefined
}

export function setFault(turn: Turn, fault: SignInFault): void {
  turn.world.page = { ...turn.world.page, fault }
}

export function whoOf(turn: Turn, page: { readonly identityId: string }): IdentityState {
  const identity = identityById(turn.world, page.identityId)
  if (!identity) throw new BenchFault('not-found')
  return identity
}

function devicePage(turn: Turn): DevicePage {
  const { page } = turn.world
  if (page.page !== 'choose-device' && page.page !== 'code' && page.page !== 'touch') throw new BenchFault('not-now')
  return page
}

const chosenDevice = (turn: Turn, deviceId: string) => turn.world.devices.find((device) => device.id === deviceId)
