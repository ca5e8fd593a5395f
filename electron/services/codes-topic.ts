/**
 * Codes of the entries on screen. A watcher gets one message when a period ends, and another when the clock was set or
 * corrected or an entry changed; none in between.
 */
import type { ShownCode, State } from '../../shared/contract/index.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { Clock } from '../../shared/kit/index.ts'
import { codeAt, nextCodeAt } from '../otp/index.ts'
import type { ClockService } from './clock.ts'
import type { TopicSource } from './handlers.ts'
import type { Log } from './ports.ts'
import { anyOf } from './source.ts'
import type { Store } from './store.ts'

/** Timers do not follow a clock that is set by less than locks the vault; codes are looked at again this soon. */
const LOOK_AGAIN_MS = 15_000

export interface CodesTopicOptions {
  readonly store: Store
  readonly clock: Clock
  readonly corrected: ClockService
  readonly log: Log
}

export function createCodesTopic({ store, clock, corrected, log }: CodesTopicOptions): TopicSource<'codes'> {
  const shown = (entry: Entry, now: number, before: ShownCode | undefined): ShownCode => {
    if (entry.kind === 'hotp') return { is: 'counter', counter: entry.counter }
    if (before?.is === 'code' && before.validFrom <= now && now < before.validUntil) return before
    try {
      const { code, validFrom, validUntil } = codeAt(entry, now)
      return { is: 'code', code, next: nextCodeAt(entry, now).code, validFrom, validUntil }
    } catch {
      log.error('codes.no-code', { kind: entry.kind })
      return { is: 'faulty' }
    }
  }

  return {
    watch({ ids }, push) {
      const wanted = new Set(ids)
      let entries = new Map<string, Entry>()
      let state: State<'codes'> = {}
      let cancel = () => {}

      const look = (isFirst: boolean) => {
        cancel()
        const now = corrected.correctedNow()
        const before = entries
        entries = new Map(store.data().entries.flatMap((entry) => (wanted.has(entry.id) ? [[entry.id, entry]] : [])))
        const next: State<'codes'> = {}
        let until = now + LOOK_AGAIN_MS
        for (const [id, entry] of entries) {
          const code = shown(entry, now, before.get(id) === entry ? state[id] : undefined)
          next[id] = code
          if (code.is === 'code') until = Math.min(until, code.validUntil)
        }
        cancel = clock.after(Math.max(1, until - now), () => look(false))
        const isSame =
          Object.keys(next).length === Object.keys(state).length &&
          Object.entries(next).every(([id, code]) => isSameCode(code, state[id]))
        state = next
        if (isFirst || !isSame) push(state)
      }
      look(true)
      const stop = anyOf(
        store.onChange,
        corrected.onChange,
      )(() => {
        if (store.isUnlocked) look(false)
        else cancel()
      })
      return () => {
        cancel()
        stop()
      }
    },
  }
}

const isSameCode = (a: ShownCode, b: ShownCode | undefined): boolean => {
  if (a === b) return true
  if (a.is === 'code' && b?.is === 'code') return a.code === b.code && a.validFrom === b.validFrom
  if (a.is === 'counter' && b?.is === 'counter') return a.counter === b.counter
  return a.is === b?.is
}
