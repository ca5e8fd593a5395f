/**
 * What the demo bench shows and what can be done on it. The same shapes as the contract's topic `bench` and calls `bench.*`,
 * which this part may not import; a test holds the two together.
 */
import type { DeviceType, IdentityKind, Loss } from '../../../shared/domain/device.ts'

export type ThingState = 'here' | Loss

export interface BenchKey {
  id: string
  name: string
  state: ThingState
  plugged: boolean
  hasSensor: boolean
  /** `sample`: of a finger that is being learnt. */
  waitsFor?: 'touch' | 'finger' | 'sample'
  /** What that is for, as the key knows it: `register`, `sign-in`, `reset` and the like. */
  purpose?: string
  winks: boolean
  /** The PIN on the note beside it, while that is still the one. */
  knownPin?: string
}

export interface BenchToken {
  serial: string
  name: string
  state: ThingState
  /** Whose device it is, where it is registered. */
  holder?: string
  /** Absent while out of use. */
  display?: { code: string; validUntil: number }
  /** Positive is fast. */
  driftSteps: number
}

export interface BenchPhone {
  name: string
  state: ThingState
  /** `code` is empty while the phone is out of use: nobody can read it. */
  accounts: { id: string; identityName: string; account: string; code: string; validUntil: number }[]
  /** May ring while the phone itself is gone: a number that is not its own rings on the desk. */
  call?: { from: string; state: 'ringing' | 'in-call' | 'accepted' | 'refused' | 'missed'; typed: string }
  callsComeThrough: boolean
}

export interface BenchMail {
  id: string
  from: string
  to: string
  subject: string
  kind: string
  facts: Record<string, string | number>
  at: number
  spam: boolean
  read: boolean
  link?: 'open' | 'used' | 'expired'
}

/** Why the page did not go on. Words are the renderer's. */
export const SIGN_IN_FAULTS = [
  'wrong-password',
  'wrong-code',
  'code-spent',
  'try-later',
  'device-out-of-use',
  'key-refused',
  'no-such-credential',
  'touch-cancelled',
  'unplugged',
  'timed-out',
  'contact-administrator',
  'contact-support',
  'email-first',
  'link-expired',
  'wrong-digits',
  'not-answered',
  'not-verified-yet',
  'session-ended',
] as const
export type SignInFault = (typeof SIGN_IN_FAULTS)[number]

export type SignInPage =
  | { page: 'start'; fault?: SignInFault }
  | { page: 'password'; who: string; fault?: SignInFault }
  | {
      page: 'choose-device'
      who: string
      devices: { id: string; name: string; type: DeviceType }[]
      canTroubleshoot: boolean
      fault?: SignInFault
    }
  | { page: 'code' | 'touch'; who: string; deviceName: string; canTroubleshoot: boolean; fault?: SignInFault }
  | { page: 'password-again' | 'troubleshoot'; who: string; fault?: SignInFault }
  | {
      page: 'alternative-factors'
      who: string
      email: { to: string; state: 'not-sent' | 'sent' | 'verified' }
      phone: { to: string; state: 'waiting' | 'calling' | 'not-answered' | 'verified'; digits?: string }
      fault?: SignInFault
    }
  | {
      page: 'signed-in'
      who: string
      via: 'password-alone' | 'device' | 'alternative-factors'
      deviceName?: string
    }

export interface BenchState {
  /** The world's time. */
  now: number
  computerErrorMs: number
  keys: BenchKey[]
  tokens: BenchToken[]
  phone: BenchPhone
  inbox: BenchMail[]
  mailGoesToSpam: boolean
  signIn: SignInPage
  /** `password` is empty where the person chose their own: it is known to them alone. */
  people: { identityId: string; name: string; email: string; kind: IdentityKind; account: string; password: string }[]
}

export type ThingAct = 'lose' | 'steal' | 'break' | 'bring-back'
export type KeyAct = ThingAct | 'plug' | 'unplug' | 'touch' | 'wrong-finger'
export type PhoneAct =
  | { readonly act: ThingAct | 'answer' | 'hang-up' }
  | { readonly key: string }
  | { readonly removeAccount: string }
  | { readonly callsComeThrough: boolean }
export type TokenAct =
  { readonly serial: string; readonly act: ThingAct } | { readonly serial: string; readonly driftSteps: number }
export type MailAct =
  { readonly id: string; readonly act: 'read' | 'follow' | 'not-spam' } | { readonly goesToSpam: boolean }

/**
 * What a person does on the sign-in page. `use-alternative-factors` is the button of the page that is open: of Troubleshoot
 * "Sign in using alternative factors"; of that page, once email and phone are verified, "Sign in to the console".
 * `send-email` again is Resend.
 */
export type SignInAct =
  | { readonly act: 'start-over' | 'touch' | 'troubleshoot' | 'use-alternative-factors' | 'send-email' | 'call-me' }
  | { readonly act: 'sign-out' }
  | { readonly act: 'who'; readonly identityId: string }
  | { readonly act: 'password'; readonly password: string }
  | { readonly act: 'choose'; readonly deviceId: string }
  | { readonly act: 'code'; readonly code: string }
