/**
 * The quiet check for single points of failure: once a week while the vault is open, or when it is asked for. What is new since
 * the check before is told until it was shown. Marks are kept only of checks that saw every backend, for a device that was not
 * read is not gone.
 */
import type { WeakPointRow } from '../../../shared/contract/index.ts'
import {
  losableKey,
  losables,
  markOf,
  newSince,
  RANKS,
  weakPointsOneByOne,
  type AccessWorld,
  type Losable,
  type WeakPoint,
} from '../../../shared/domain/loss/index.ts'
import { sleep, type Clock } from '../../../shared/kit/index.ts'
import type { Readings } from '../devices-readings.ts'
import type { Log } from '../ports.ts'
import { createSignal, type OnChange } from '../source.ts'
import type { Store } from '../store.ts'
import type { Access } from './access.ts'
import { inTurns } from './slices.ts'
import type { Checked } from './kept.ts'
import { namesOf } from './names.ts'

export const A_WEEK_MS = 7 * 86_400_000
/** Unlocking has better things to do at first; then it is looked at this often whether a week has passed. */
export const FIRST_LOOK_MS = 20_000
export const LOOK_AGAIN_MS = 3_600_000

export interface WeakPointChecks {
  /** Throws the signal's reason, or `locked`. */
  run(signal: AbortSignal, tell?: (done: number, total: number) => void): Promise<Found>
  /** While the vault is open. Rejects with the signal's reason alone. */
  watchOver(signal: AbortSignal): Promise<void>
  seen(): Promise<void>
  state(): {
    readonly isChecking: boolean
    readonly checkedAt?: number
    readonly count: number
    readonly newSince: number
    readonly points?: WeakPointRow[]
  }
  readonly onChange: OnChange
}

export interface Found {
  readonly points: WeakPointRow[]
  readonly newSince: number
}

export interface CheckOptions {
  readonly access: Access
  readonly store: Store
  readonly readings: Pick<Readings, 'all' | 'onChange'>
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

type Point = Omit<WeakPointRow, 'isNew'>

export function createWeakPointChecks(options: CheckOptions): WeakPointChecks {
  const { access, store, readings, clock, now, log } = options
  const changed = createSignal()
  /** Of this session's last check, where it could not be kept as well. */
  let last: { readonly at: number; readonly points: readonly Point[]; readonly fresh: readonly Losable[] } | undefined
  let running = 0
  store.onChange(() => {
    if (!store.isUnlocked) last = undefined
  })
  const isAllRead = () => readings.all().every(({ state }) => state === 'ready')
  const isSettled = () => readings.all().every(({ state }) => state !== 'loading' && state !== 'reading')
  const kept = () => store.data().whatif.checked
  const freshNow = () => (last ? last.fresh : (kept()?.fresh ?? []))

  const run: WeakPointChecks['run'] = async (signal, tell) => {
    running++
    changed.emit()
    try {
      const world = await access.world(signal)
      const isWhole = isAllRead()
      const points = await find(world, signal, tell)
      const at = now()
      const before = kept()
      const fresh = freshOf(before, points)
      last = { at, points: points.map((point) => pointOf(world, point)), fresh }
      if (isWhole) await keep({ at, marks: points.map(markOf), fresh: [...fresh] })
      return { points: rows(last.points, fresh), newSince: fresh.length }
    } finally {
      running--
      changed.emit()
    }
  }
  /** A vault that another process writes stays as it is. */
  const keep = (checked: Checked) =>
    store
      .change((data) => ({ ...data, whatif: { ...data.whatif, checked } }))
      .catch(() => log.info('whatif.check-not-kept'))

  const isDue = () => {
    // Of a check that could not be kept, the next session knows nothing.
    const at = last?.at ?? kept()?.at
    // A clock that was set back tells nothing of the age.
    return at === undefined || now() - at >= A_WEEK_MS || now() < at
  }
  const watchOver = async (signal: AbortSignal) => {
    await sleep(clock, FIRST_LOOK_MS, signal)
    for (;;) {
      await untilSettled(signal)
      if (isDue()) {
        await run(signal).catch(() => {
          signal.throwIfAborted()
          log.error('whatif.check-failed')
        })
      }
      await sleep(clock, LOOK_AGAIN_MS, signal)
    }
  }
  const untilSettled = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (isSettled()) return resolve()
      const onAbort = () => {
        stop()
        reject(signal.reason)
      }
      const stop = readings.onChange(() => {
        if (!isSettled()) return
        stop()
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
      signal.addEventListener('abort', onAbort, { once: true })
    })

  return {
    run,
    watchOver,
    onChange: changed.on,
    async seen() {
      if (last) last = { ...last, fresh: [] }
      changed.emit()
      await store.change((data) => {
        const { checked } = data.whatif
        if (!checked || checked.fresh.length === 0) return data
        return { ...data, whatif: { ...data.whatif, checked: { ...checked, fresh: [] } } }
      })
    },
    state() {
      const checkedAt = last?.at ?? kept()?.at
      const fresh = freshNow()
      return {
        isChecking: running > 0,
        ...(checkedAt === undefined ? {} : { checkedAt }),
        count: last?.points.length ?? kept()?.marks.length ?? 0,
        newSince: fresh.length,
        ...(last ? { points: rows(last.points, fresh) } : {}),
      }
    },
  }
}

async function find(
  world: AccessWorld,
  signal: AbortSignal,
  tell: (done: number, total: number) => void = () => {},
): Promise<readonly WeakPoint[]> {
  const total = losables(world).length
  const points: WeakPoint[] = []
  // The first slice only gets ready.
  let done = -1
  await inTurns(weakPointsOneByOne(world), signal, (point) => {
    done++
    if (point) points.push(point)
    if (done >= 0 && done % TOLD_EVERY === 0) tell(Math.min(done, total), total)
  })
  return points.toSorted((a, b) => badness(b) - badness(a) || b.accounts.length - a.accounts.length)
}
const TOLD_EVERY = 25
const badness = (point: WeakPoint) => RANKS.indexOf(markOf(point).atWorst)

/** New since the check before, with those of then that nobody was shown and that are still there. The first check has none before it. */
function freshOf(before: Checked | undefined, points: readonly WeakPoint[]): readonly Losable[] {
  if (!before) return []
  const stillNew = new Set(before.fresh.map(losableKey))
  const isNew = new Set(newSince(before.marks, points).map(({ what }) => losableKey(what)))
  return points.map(({ what }) => what).filter((what) => isNew.has(losableKey(what)) || stillNew.has(losableKey(what)))
}

function pointOf(world: AccessWorld, { what, accounts }: WeakPoint): Point {
  const names = namesOf(world)
  const worst = accounts[0]
  if (!worst) throw new TypeError('a weak point that hurts nobody')
  return {
    what: names.losable(what),
    outcome: worst.outcome,
    accounts: accounts.length,
    worst: names.account(worst.account),
  }
}

function rows(points: readonly Point[], fresh: readonly Losable[]): WeakPointRow[] {
  const isNew = new Set(fresh.map(losableKey))
  return points.map((point) => ({ ...point, isNew: isNew.has(losableKey(point.what.what)) }))
}
