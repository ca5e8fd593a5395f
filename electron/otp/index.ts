/**
 * The door of one-time codes. A source is an entry, a draft or a device's secret with its options (`CodeSource` of
 * shared/domain/entry.ts); steps are whole periods since 1970, or an HOTP counter. Nothing here keeps state or reads a clock.
 *
 * - Codes: `codeAt`, `nextCodeAt`, `previousAndCurrent`, `codeOfStep` (HOTP: the step is the counter).
 * - Checks, as a backend makes them: `verify`, and `findStep` where the step must be known (spent codes, windows).
 * - Drift: `searchDrift` and `offsetFromCode`, both asynchronous and cancelled by a signal.
 * - This computer's clock: `estimateClock` and `correctedNow` over a `ClockState` that the caller keeps.
 */
export {
  codeAt,
  codeOfStep,
  findStep,
  MAX_STEPS_AT_ONCE,
  nextCodeAt,
  previousAndCurrent,
  stepAt,
  verify,
} from './codes.ts'
export type { TimedCode } from './codes.ts'
export { MAX_DRIFT_STEPS, offsetFromCode, searchDrift } from './drift-search.ts'
export type { DriftAnswer, DriftQuery, OffsetAnswer, PhoneCodes } from './drift-search.ts'
export {
  afterClockSet,
  clockState,
  correctedNow,
  estimateClock,
  NO_MEASUREMENTS,
  offsetOfExchange,
  withMeasurement,
  withoutSource,
} from './clock-offset.ts'
export type {
  ClockAgreement,
  ClockEstimate,
  ClockExchange,
  ClockMeasurement,
  ClockSource,
  ClockState,
} from './clock-offset.ts'
