/**
 * Drift of a TOTP device, and its cause. Three clocks can be wrong: the device's, this computer's and the backend's.
 * A measured drift is only a difference between two of them; one is named as the cause when a witness (a clock that neither
 * suspect keeps) agrees with the other, and none agrees with it. Else both are offered, with what would tell them apart.
 */
import type { Drift } from './device.ts'

/** `steps` in seconds too; positive is a device that is fast. */
export const driftOf = (steps: number, periodSeconds: number): Drift => ({ steps, seconds: steps * periodSeconds })

/** One device's codes compared with a clock. */
export interface DriftReading {
  readonly drift: Drift
  readonly periodSeconds: number
  /**
   * Whose clock said which code was due: this computer's as it is, uncorrected, where the vault holds the secret, or the
   * backend's, where that reports drift.
   */
  readonly against: 'this-computer' | 'backend'
  /** The device is an entry of this vault: its codes follow this computer's clock, not one of its own. */
  readonly isKeptHere: boolean
}

/** This computer's clock compared with another; positive is a computer that is fast. */
export interface ClockReading {
  readonly offsetSeconds: number
  readonly uncertaintySeconds: number
}

export interface DriftEvidence {
  readonly device: DriftReading
  /** Against the clock of the backend at which the device is registered. */
  readonly clockAgainstBackend?: ClockReading | undefined
  /** Against a phone whose codes are right. Not the phone that is the device in question: it would testify for itself. */
  readonly clockAgainstPhone?: ClockReading | undefined
  /** Other devices that were measured, of the same backend. */
  readonly others?: readonly DriftReading[] | undefined
}

/** `none`: within the one step that a late glance at a code makes, and every backend forgives. */
export type DriftCause = 'none' | 'this-computer' | 'device' | 'backend' | 'undecided'
/** What would tell them apart: measure this computer's clock, measure a second device, or set the clock and measure again. */
export type TellApart = 'measure-clock' | 'measure-another-device' | 'set-clock-and-repeat'

export interface DriftVerdict {
  readonly cause: DriftCause
  /** Only where the cause is undecided. */
  readonly tellApart: readonly TellApart[]
}

/** The cause of a measured drift. Differences up to a period and the uncertainty of the reading count as agreement. */
export function driftCause(evidence: DriftEvidence): DriftVerdict {
  const { device } = evidence
  if (agrees(device, device.drift.seconds, 0)) return { cause: 'none', tellApart: [] }
  const cause = device.isKeptHere ? causeHere(evidence) : causeElsewhere(evidence)
  return { cause, tellApart: cause === 'undecided' ? tellApart(evidence) : [] }
}

/** A clock on the scale of the device's reading, where the clock it was compared with is 0. Seconds. */
interface Position {
  readonly at: number
  readonly uncertainty: number
}

const agrees = (device: DriftReading, a: number, b: number, uncertainty = 0) =>
  Math.abs(a - b) <= device.periodSeconds + uncertainty

/** A device with a clock of its own: it, or the clock it was compared with. */
function causeElsewhere(evidence: DriftEvidence): DriftCause {
  const { device } = evidence
  const isAt = someAt(device, witnessesOf(evidence))
  const isForDevice = isAt(device.drift.seconds)
  const isForCompared = isAt(0)
  if (isForDevice === isForCompared) return 'undecided'
  return isForDevice ? device.against : 'device'
}

/**
 * An entry of this vault that the backend finds drifted: this computer's clock, if other readings find it just as wrong; the
 * registration at the backend (enabled late, or out of step), if they find the clock right.
 */
function causeHere(evidence: DriftEvidence): DriftCause {
  const { device, clockAgainstPhone } = evidence
  // Compared with the clock it runs by, an entry of this vault can't tell anything.
  if (device.against === 'this-computer') return 'undecided'
  const readings = [...readingsAgainstBackend(evidence), ...(clockAgainstPhone ? [clockAgainstPhone] : [])]
  const isAt = someAt(device, readings.map(positionOf))
  const isClockAsWrong = isAt(device.drift.seconds)
  const isClockRight = isAt(0)
  if (isClockAsWrong === isClockRight) return 'undecided'
  return isClockAsWrong ? 'this-computer' : 'device'
}

const positionOf = (reading: ClockReading): Position => ({
  at: reading.offsetSeconds,
  uncertainty: reading.uncertaintySeconds,
})

const someAt = (device: DriftReading, positions: readonly Position[]) => (seconds: number) =>
  positions.some(({ at, uncertainty }) => agrees(device, at, seconds, uncertainty))

/** This computer's clock against the backend's: measured, or out of the other entries of this vault that the backend reports on. */
const readingsAgainstBackend = ({ clockAgainstBackend, others = [] }: DriftEvidence): ClockReading[] => [
  ...(clockAgainstBackend ? [clockAgainstBackend] : []),
  ...others
    .filter((other) => other.isKeptHere && other.against === 'backend')
    .map((other) => ({ offsetSeconds: other.drift.seconds, uncertaintySeconds: other.periodSeconds })),
]

/** Every clock but the two suspects whose distance from them is known. */
function witnessesOf(evidence: DriftEvidence): Position[] {
  const { device, clockAgainstPhone, others = [] } = evidence
  const isComputerZero = device.against === 'this-computer'
  const zero: Position = { at: 0, uncertainty: 0 }
  // Where the third clock is: the backend's, or this computer's.
  const thirds = readingsAgainstBackend(evidence).map((reading): Position => {
    const position = positionOf(reading)
    return isComputerZero ? { ...position, at: -position.at } : position
  })
  const computer = isComputerZero ? zero : thirds[0]
  const backend = isComputerZero ? thirds[0] : zero
  const phone = computer &&
    clockAgainstPhone && {
      at: computer.at - clockAgainstPhone.offsetSeconds,
      uncertainty: computer.uncertainty + clockAgainstPhone.uncertaintySeconds,
    }
  const devices = others
    .filter((other) => !other.isKeptHere)
    .map((other): Position | undefined => {
      const compared = other.against === 'this-computer' ? computer : backend
      return (
        compared && { at: compared.at + other.drift.seconds, uncertainty: compared.uncertainty + other.periodSeconds }
      )
    })
  return [...thirds, phone, ...devices].filter((witness) => witness !== undefined)
}

function tellApart({ clockAgainstBackend, clockAgainstPhone, others = [] }: DriftEvidence): readonly TellApart[] {
  const ways: TellApart[] = []
  if (!clockAgainstBackend && !clockAgainstPhone) ways.push('measure-clock')
  if (others.length === 0) ways.push('measure-another-device')
  return ways.length > 0 ? ways : ['set-clock-and-repeat']
}
