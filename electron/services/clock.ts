/**
 * How far this computer's clock is off, and the time codes are made for. Measured against the clock of every backend on
 * unlocking, every quarter of an hour and when the clock was set; against a phone when the person types its code.
 */
import { callError, type State } from '../../shared/contract/index.ts'
import { parseCode } from '../../shared/domain/code-format.ts'
import type { Clock } from '../../shared/kit/index.ts'
import type { Backend } from '../backends/backend.ts'
import { follow, type BackendList } from './backends/list.ts'
import { estimateClock, offsetFromCode, type ClockMeasurement as Measurement } from '../otp/index.ts'
import type { ComputerTime } from './computer-time.ts'
import type { Handlers, TopicSources } from './handlers.ts'
import type { Log } from './ports.ts'
import { anyOf, createSignal, createSource, type OnChange } from './source.ts'
import type { ClockMeasurement, Store } from './store.ts'

export const MEASURE_EVERY_MS = 15 * 60_000
/** A backend that does not answer for this long tells nothing of the clock. */
const MEASURE_DEADLINE_MS = 20_000
/** Measurements are kept for the next start; the same again is not worth a save of the vault. */
const KEEP_ANYWAY_AFTER_MS = 24 * 3_600_000
const SAME_OFFSET_MS = 1000

export interface ClockService {
  /** The time codes are made for, in whole milliseconds. */
  correctedNow(): number
  /** The correction may be another now. */
  readonly onChange: OnChange
  /** What is known now, by source. */
  measurements(): readonly ClockMeasurement[]
  readonly handlers: Pick<Handlers, 'clock.compareWithCode' | 'clock.forget'>
  readonly topics: Pick<TopicSources, 'clock'>
}

export interface ClockOptions {
  readonly store: Store
  readonly backends: BackendList
  readonly clock: Clock
  readonly time: ComputerTime
  readonly log: Log
}

export function createClockService({ store, backends, clock, time, log }: ClockOptions): ClockService {
  const changed = createSignal()
  /** What was measured since unlocking and is not worth keeping. */
  let fresh: readonly ClockMeasurement[] = []
  let cancelNext = () => {}
  let wasUnlocked = false

  const measurements = () => {
    if (!store.isUnlocked) return fresh
    return newestOf([...store.data().clock, ...fresh])
  }
  const estimate = () => estimateClock(measurements().map(toMeasurement), time.now())
  const correctedNow = () => Math.round(time.now() - (estimate()?.correctionMs ?? 0))

  /** Holds from now on; kept for the next start as well, unless another process writes the vault. */
  const note = async (measurement: ClockMeasurement) => {
    fresh = newestOf([...fresh, measurement])
    changed.emit()
    const kept = store.data().clock.find((other) => keyOf(other) === keyOf(measurement))
    if (kept && isSame(kept, measurement)) return
    await store
      .change((data) => ({ ...data, clock: newestOf([...data.clock, measurement]) }))
      .catch(() => log.info('clock.not-kept'))
  }

  const measure = async (backend: Backend) => {
    const enough = new AbortController()
    const cancel = clock.after(MEASURE_DEADLINE_MS, () => enough.abort(callError('timed-out', {})))
    try {
      const sentAt = time.now()
      const { at, uncertaintyMs } = await backend.time(enough.signal)
      const receivedAt = time.now()
      if (!store.isUnlocked || backends.get(backend.id) !== backend) return
      await note({
        from: { kind: 'backend', id: backend.id, name: backend.name },
        offsetMs: (sentAt + receivedAt) / 2 - at,
        uncertaintyMs: uncertaintyMs + Math.abs(receivedAt - sentAt) / 2,
        measuredAt: receivedAt,
      })
    } catch {
      log.info('clock.not-measured', { backend: backend.kind })
    } finally {
      cancel()
    }
  }
  const measureAll = () => {
    cancelNext()
    if (!store.isUnlocked) return
    for (const backend of backends.all()) void measure(backend)
    if (backends.all().length > 0) cancelNext = clock.after(MEASURE_EVERY_MS, measureAll)
  }

  follow(backends, (backend) => {
    if (wasUnlocked) {
      void measure(backend)
      cancelNext()
      cancelNext = clock.after(MEASURE_EVERY_MS, measureAll)
    }
    return () => {
      fresh = fresh.filter(({ from }) => from.kind !== 'backend' || from.id !== backend.id)
    }
  })
  store.onChange(() => {
    if (store.isUnlocked === wasUnlocked) return
    wasUnlocked = store.isUnlocked
    fresh = []
    measureAll()
    changed.emit()
  })
  time.onSet(() => {
    fresh = []
    measureAll()
    changed.emit()
  })

  return {
    correctedNow,
    onChange: changed.on,
    measurements,
    handlers: {
      async 'clock.compareWithCode'({ id, code }, { signal }) {
        const entry = store.data().entries.find((candidate) => candidate.id === id && candidate.deletedAt === undefined)
        if (!entry || entry.kind === 'hotp') throw callError('not-found', { what: 'entry' })
        const typed = parseCode(code, entry)
        if (!typed.ok) throw callError('code-malformed', { digits: entry.digits })
        const nowMs = time.now()
        const answer = await offsetFromCode({ source: entry, codes: [typed.value], nowMs, signal })
        if (answer.outcome === 'ambiguous') throw callError('code-ambiguous', {})
        if (answer.outcome !== 'found') throw callError('no-code-match', {})
        const { offsetMs, uncertaintyMs } = answer
        await note({ from: { kind: 'phone-code' }, offsetMs, uncertaintyMs, measuredAt: nowMs })
        return { offsetMs, uncertaintyMs }
      },
      async 'clock.forget'() {
        await store.change((data) => (data.clock.length === 0 ? data : { ...data, clock: [] }))
        fresh = []
        changed.emit()
        measureAll()
        return {}
      },
    },
    topics: {
      clock: createSource(
        () => {
          store.data()
          return clockState()
        },
        anyOf(changed.on, time.onSet),
      ),
    },
  }

  function clockState(): State<'clock'> {
    const known = estimate()
    return {
      at: correctedNow(),
      correctionMs: -(known?.correctionMs ?? 0),
      sources: measurements().map(({ from, ...measured }) => ({
        from: from.kind === 'backend' ? { kind: from.kind, name: from.name } : from,
        ...measured,
      })),
      ...(known === undefined || known.agreement === 'single' ? {} : { agree: known.agreement === 'agree' }),
    }
  }
}

const keyOf = ({ from }: ClockMeasurement) => (from.kind === 'backend' ? `backend ${from.id}` : from.kind)

/** The last measurement of each source: the last in the list, for a clock that was set back measures at earlier times. */
const newestOf = (measurements: readonly ClockMeasurement[]): readonly ClockMeasurement[] => [
  ...new Map(measurements.map((measurement) => [keyOf(measurement), measurement])).values(),
]

const isSame = (kept: ClockMeasurement, next: ClockMeasurement) =>
  Math.abs(kept.offsetMs - next.offsetMs) <= SAME_OFFSET_MS &&
  Math.abs(kept.uncertaintyMs - next.uncertaintyMs) <= SAME_OFFSET_MS &&
  next.measuredAt - kept.measuredAt < KEEP_ANYWAY_AFTER_MS

const toMeasurement = ({ from, ...measured }: ClockMeasurement): Measurement => ({
  ...measured,
  source: from.kind === 'backend' ? { kind: 'backend', id: from.id } : from,
})
