import { describe, expect, it } from 'vitest'
import {
  driftCause,
  driftOf,
  type ClockReading,
  type DriftCause,
  type DriftEvidence,
  type DriftReading,
} from './drift.ts'

const P = 30
const reading = (steps: number, against: DriftReading['against'], isKeptHere = false): DriftReading => ({
  drift: driftOf(steps, P),
  periodSeconds: P,
  against,
  isKeptHere,
})
/** A phone or token whose codes were typed and compared here, one the backend reports on, and an entry of this vault. */
const typed = (steps: number) => reading(steps, 'this-computer')
const reported = (steps: number) => reading(steps, 'backend')
const entry = (steps: number) => reading(steps, 'backend', true)
const clock = (offsetSeconds: number, uncertaintySeconds = 1): ClockReading => ({ offsetSeconds, uncertaintySeconds })

describe('drift', () => {
  it('is said in steps and seconds', () => {
    expect(driftOf(-3, 60)).toEqual({ steps: -3, seconds: -180 })
  })
})

describe('the cause of drift', () => {
  it.each<[string, DriftEvidence, DriftCause]>([
    ['one step is nothing', { device: typed(1) }, 'none'],
    ['no drift is nothing', { device: reported(0), clockAgainstBackend: clock(400) }, 'none'],

    ['codes typed here and nothing else', { device: typed(3) }, 'undecided'],
    ['computer and backend agree', { device: typed(3), clockAgainstBackend: clock(0) }, 'device'],
    ['computer and backend agree but for a glance', { device: typed(-5), clockAgainstBackend: clock(20) }, 'device'],
    ['device and backend agree', { device: typed(3), clockAgainstBackend: clock(-90) }, 'this-computer'],
    ['device slow, computer fast by as much', { device: typed(-4), clockAgainstBackend: clock(118) }, 'this-computer'],
    ['all three differ', { device: typed(3), clockAgainstBackend: clock(300) }, 'undecided'],
    ['computer and a phone agree', { device: typed(3), clockAgainstPhone: clock(2) }, 'device'],
    ['device and a phone agree', { device: typed(3), clockAgainstPhone: clock(-88) }, 'this-computer'],
    ['a phone that is as vague as the drift', { device: typed(2), clockAgainstPhone: clock(-30, 30) }, 'undecided'],
    [
      'backend for the computer, phone for the device',
      { device: typed(4), clockAgainstBackend: clock(0), clockAgainstPhone: clock(-120) },
      'undecided',
    ],
    ['a second device in order', { device: typed(3), others: [typed(0)] }, 'device'],
    ['a second device off by the same', { device: typed(3), others: [typed(3)] }, 'this-computer'],
    ['a second device off otherwise', { device: typed(3), others: [typed(-3)] }, 'undecided'],
    ['one device in order, one off by the same', { device: typed(3), others: [typed(0), typed(3)] }, 'undecided'],
    [
      'a second device that the backend reports, clock unknown',
      { device: typed(3), others: [reported(0)] },
      'undecided',
    ],
    [
      'a second device that the backend reports, clock known',
      { device: typed(4), clockAgainstBackend: clock(-120), others: [reported(0)] },
      'this-computer',
    ],
    ['an entry in order says computer and backend agree', { device: typed(3), others: [entry(0)] }, 'device'],
    [
      'an entry off otherwise says device and backend agree',
      { device: typed(3), others: [entry(-3)] },
      'this-computer',
    ],
    [
      'an entry and the measured clock at odds',
      { device: typed(4), clockAgainstBackend: clock(0), others: [entry(-4)] },
      'undecided',
    ],
    ['an entry is known to a step only', { device: typed(4), others: [entry(2)] }, 'device'],
    [
      'an entry compared with its own clock is no witness',
      { device: typed(3), others: [reading(0, 'this-computer', true)] },
      'undecided',
    ],

    ['the backend’s word alone', { device: reported(3) }, 'undecided'],
    ['backend and computer agree', { device: reported(3), clockAgainstBackend: clock(0) }, 'device'],
    ['device and computer agree', { device: reported(3), clockAgainstBackend: clock(90) }, 'backend'],
    ['backend and another device agree', { device: reported(3), others: [reported(0)] }, 'device'],
    ['two devices off by the same', { device: reported(3), others: [reported(3)] }, 'backend'],
    [
      'a phone says nothing while the computer is unknown',
      { device: reported(3), clockAgainstPhone: clock(0) },
      'undecided',
    ],
    [
      'a phone agrees with the backend through the computer',
      { device: reported(3), clockAgainstBackend: clock(300), clockAgainstPhone: clock(300) },
      'device',
    ],

    ['an entry in order beside a drifted token', { device: reported(3), others: [entry(0)] }, 'device'],
    ['an entry off by the same as a token', { device: reported(3), others: [entry(3)] }, 'backend'],
    [
      'a phone as vague as the computer it was compared with',
      { device: reported(3), clockAgainstBackend: clock(200, 50), clockAgainstPhone: clock(70) },
      'backend',
    ],

    ['an entry, and nothing else', { device: entry(3) }, 'undecided'],
    ['an entry, computer off as much', { device: entry(3), clockAgainstBackend: clock(88) }, 'this-computer'],
    [
      'an entry, computer off as much against a phone',
      { device: entry(-3), clockAgainstPhone: clock(-85, 15) },
      'this-computer',
    ],
    ['an entry, computer right', { device: entry(3), clockAgainstBackend: clock(0) }, 'device'],
    ['an entry, computer off otherwise', { device: entry(3), clockAgainstBackend: clock(-200) }, 'undecided'],
    [
      'an entry, backend and phone at odds',
      { device: entry(3), clockAgainstBackend: clock(90), clockAgainstPhone: clock(0) },
      'undecided',
    ],
    ['an entry, another entry in order', { device: entry(3), others: [entry(0)] }, 'device'],
    ['an entry, another entry off by the same', { device: entry(5), others: [entry(5)] }, 'this-computer'],
    ['an entry, another’s device in order', { device: entry(3), others: [reported(0)] }, 'undecided'],
    [
      'an entry compared with its own clock',
      { device: reading(3, 'this-computer', true), clockAgainstBackend: clock(90) },
      'undecided',
    ],
  ])('is named only where a second, independent clock agrees with one side: %s', (_, evidence, cause) => {
    expect(driftCause(evidence).cause).toBe(cause)
  })

  it('that is undecided comes with what would tell the suspects apart', () => {
    expect(driftCause({ device: typed(3) }).tellApart).toEqual(['measure-clock', 'measure-another-device'])
    expect(driftCause({ device: typed(3), others: [typed(-3)] }).tellApart).toEqual(['measure-clock'])
    expect(driftCause({ device: typed(3), clockAgainstBackend: clock(300) }).tellApart).toEqual([
      'measure-another-device',
    ])
    expect(driftCause({ device: typed(3), clockAgainstPhone: clock(300), others: [typed(-3)] }).tellApart).toEqual([
      'set-clock-and-repeat',
    ])
    expect(driftCause({ device: typed(3), clockAgainstBackend: clock(0) }).tellApart).toEqual([])
  })

  it('does not depend on the direction of time', () => {
    for (const steps of [2, 3, 50]) {
      for (const offset of [0, 15, 60, 90, 1500]) {
        const cause = (sign: number) =>
          driftCause({ device: typed(sign * steps), clockAgainstBackend: clock(sign * offset) }).cause
        expect(cause(1)).toBe(cause(-1))
      }
    }
  })
})
