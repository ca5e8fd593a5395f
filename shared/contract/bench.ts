/** The demo bench: the simulated world around the demo backend. Demo mode only; none of it is a person's own secret. */
import { z } from 'zod'
import { deviceType, loss } from '../domain/device.ts'
import { call, confirmAsk, empty, id, time, topic } from './define.ts'

const thing = z.enum(['here', ...loss.options])

export const benchKey = z.strictObject({
  id,
  name: z.string(),
  state: thing,
  plugged: z.boolean(),
  hasSensor: z.boolean(),
  /** `sample`: of a finger that is being learnt. */
  waitsFor: z.enum(['touch', 'finger', 'sample']).optional(),
  /** What that is for, as the key knows it: `register`, `sign-in`, `reset` and the like. */
  purpose: z.string().optional(),
  winks: z.boolean(),
  /** The PIN on the note beside it, while that is still the one. */
  knownPin: z.string().optional(),
})

export const benchToken = z.strictObject({
  serial: z.string(),
  name: z.string(),
  state: thing,
  /** Whose device it is, where it is registered. */
  holder: z.string().optional(),
  /** Absent while out of use. */
  display: z.strictObject({ code: z.string(), validUntil: time }).optional(),
  /** Positive is fast. */
  driftSteps: z.number().int(),
})

export const benchPhone = z.strictObject({
  name: z.string(),
  state: thing,
  accounts: z.array(
    z.strictObject({ id, identityName: z.string(), account: z.string(), code: z.string(), validUntil: time }),
  ),
  call: z
    .strictObject({
      from: z.string(),
      state: z.enum(['ringing', 'in-call', 'accepted', 'refused', 'missed']),
      typed: z.string(),
    })
    .optional(),
  /** For rehearsing: the call never comes. */
  callsComeThrough: z.boolean(),
})

export const benchMail = z.strictObject({
  id,
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  /** Which message it is; words are the renderer's. */
  kind: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  at: time,
  spam: z.boolean(),
  read: z.boolean(),
  link: z.enum(['open', 'used', 'expired']).optional(),
})

/** The backend's simulated sign-in page, as the seed tells it. */
export const signInPage = z.discriminatedUnion('page', [
  z.strictObject({ page: z.literal('start'), fault: z.string().optional() }),
  z.strictObject({ page: z.literal('password'), who: z.string(), fault: z.string().optional() }),
  z.strictObject({
    page: z.literal('choose-device'),
    who: z.string(),
    devices: z.array(z.strictObject({ id, name: z.string(), type: deviceType })),
    canTroubleshoot: z.boolean(),
    fault: z.string().optional(),
  }),
  z.strictObject({
    page: z.literal('code'),
    who: z.string(),
    deviceName: z.string(),
    canTroubleshoot: z.boolean(),
    fault: z.string().optional(),
  }),
  z.strictObject({
    page: z.literal('touch'),
    who: z.string(),
    deviceName: z.string(),
    canTroubleshoot: z.boolean(),
    fault: z.string().optional(),
  }),
  z.strictObject({ page: z.literal('password-again'), who: z.string(), fault: z.string().optional() }),
  z.strictObject({ page: z.literal('troubleshoot'), who: z.string(), fault: z.string().optional() }),
  z.strictObject({
    page: z.literal('alternative-factors'),
    who: z.string(),
    email: z.strictObject({ to: z.string(), state: z.enum(['not-sent', 'sent', 'verified']) }),
    phone: z.strictObject({
      to: z.string(),
      state: z.enum(['waiting', 'calling', 'not-answered', 'verified']),
      digits: z.string().optional(),
    }),
    fault: z.string().optional(),
  }),
  z.strictObject({
    page: z.literal('signed-in'),
    who: z.string(),
    via: z.enum(['password-alone', 'device', 'alternative-factors']),
    deviceName: z.string().optional(),
  }),
])
export type SignInPage = z.infer<typeof signInPage>

export const benchTopics = {
  bench: topic({
    params: empty,
    state: z.strictObject({
      now: time,
      /** How far this computer's clock is ahead of the world's. */
      computerErrorMs: z.number().int(),
      keys: z.array(benchKey),
      tokens: z.array(benchToken),
      phone: benchPhone,
      inbox: z.array(benchMail),
      mailGoesToSpam: z.boolean(),
      signIn: signInPage,
      /** Who can sign in, with the password they have in this world, so that a drill needs no notes. */
      people: z.array(
        z.strictObject({
          identityId: id,
          name: z.string(),
          email: z.string(),
          kind: z.enum(['root', 'user']),
          account: z.string(),
          password: z.string(),
        }),
      ),
    }),
  }),
} as const

export const benchCalls = {
  'bench.moveClock': call({
    request: z.strictObject({
      ms: z
        .number()
        .int()
        .min(0)
        .max(10 * 366 * 86_400_000),
    }),
    response: empty,
  }),
  'bench.setComputerError': call({
    request: z.strictObject({ ms: z.number().int().min(-86_400_000).max(86_400_000) }),
    response: empty,
  }),
  'bench.restore': call({ request: empty, response: empty, asks: { confirm: confirmAsk } }),
  'bench.key': call({
    request: z.strictObject({
      id,
      act: z.enum(['plug', 'unplug', 'touch', 'wrong-finger', 'lose', 'steal', 'break', 'bring-back']),
    }),
    response: empty,
  }),
  'bench.token': call({
    request: z.union([
      z.strictObject({ serial: id, act: z.enum(['lose', 'steal', 'break', 'bring-back']) }),
      z.strictObject({ serial: id, driftSteps: z.number().int().min(-1000).max(1000) }),
    ]),
    response: empty,
  }),
  'bench.phone': call({
    request: z.union([
      z.strictObject({ act: z.enum(['lose', 'steal', 'break', 'bring-back', 'answer', 'hang-up']) }),
      z.strictObject({ key: z.string().regex(/^[0-9]$/) }),
      z.strictObject({ removeAccount: id }),
      z.strictObject({ callsComeThrough: z.boolean() }),
    ]),
    response: empty,
  }),
  'bench.mail': call({
    request: z.union([
      z.strictObject({ id, act: z.enum(['read', 'follow', 'not-spam']) }),
      z.strictObject({ goesToSpam: z.boolean() }),
    ]),
    response: empty,
  }),
  'bench.signIn': call({
    request: z.discriminatedUnion('act', [
      z.strictObject({ act: z.literal('start-over') }),
      z.strictObject({ act: z.literal('who'), identityId: id }),
      z.strictObject({ act: z.literal('password'), password: z.string().max(128) }),
      z.strictObject({ act: z.literal('choose'), deviceId: id }),
      z.strictObject({ act: z.literal('code'), code: z.string().max(16) }),
      /** The bench's simulated key; a browser's own authenticator answers through `bench.signInWithPage`. */
      z.strictObject({ act: z.literal('touch') }),
      z.strictObject({ act: z.literal('troubleshoot') }),
      z.strictObject({ act: z.literal('use-alternative-factors') }),
      z.strictObject({ act: z.literal('send-email') }),
      z.strictObject({ act: z.literal('call-me') }),
      z.strictObject({ act: z.literal('sign-out') }),
    ]),
    response: empty,
  }),
  'bench.signInWithPage': call({
    request: empty,
    response: empty,
    asks: {
      webauthn: {
        ask: z.strictObject({ ceremony: z.enum(['create', 'get']), options: z.record(z.string(), z.unknown()) }),
        answer: z.strictObject({ response: z.record(z.string(), z.unknown()) }),
      },
    },
  }),
} as const
