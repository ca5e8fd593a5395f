/** What if?: the loss engine asked by a person, what they add to what it knows, and the weekly check. */
import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LosableRow, State } from '../../../shared/contract/index.ts'
import type { whatifCalls } from '../../../shared/contract/whatif.ts'
import {
  losableKey,
  losables,
  lose,
  reportDigestInSlices,
  THIS_COMPUTER,
  type AccessWorld,
  type Losable,
  type LossItem,
  type LossReport,
} from '../../../shared/domain/loss/index.ts'
import { toBase64url, type Clock, type Random } from '../../../shared/kit/index.ts'
import type { Readings } from '../devices-readings.ts'
import type { Handlers, TopicSource } from '../handlers.ts'
import type { Log } from '../ports.ts'
import { anyOf } from '../source.ts'
import type { Store } from '../store.ts'
import type { Access } from './access.ts'
import { createWeakPointChecks } from './check.ts'
import { bestSteps } from './help.ts'
import { namesOf } from './names.ts'
import { reportOf } from './report.ts'
import { say, unsay } from './said.ts'
import { inTurns } from './slices.ts'

export { createAccess, type Access } from './access.ts'
export { slotNodes } from './world.ts'

export interface WhatIfOptions {
  readonly access: Access
  readonly store: Store
  readonly readings: Pick<Readings, 'all' | 'onChange'>
  readonly clock: Clock
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: Random
  readonly log: Log
}

export interface WhatIfService {
  readonly handlers: Handlers<keyof typeof whatifCalls>
  readonly topics: { readonly whatif: TopicSource<'whatif'> }
  /** To be run while the vault is open. */
  watchOver(signal: AbortSignal): Promise<void>
}

/** The text of a large report's digest is as long as the report. */
const hashed = (digest: string) => createHash('sha256').update(digest).digest('base64url')

/** Rows answered where nobody said how many. */
const ROWS = 500
const THING_ID_BYTES = 12

export function createWhatIfService(options: WhatIfOptions): WhatIfService {
  const { access, store, readings, now, random } = options
  const checks = createWeakPointChecks(options)
  const reports = createReports(now)

  return {
    handlers: {
      async 'whatif.ask'({ losses, from = 0, most = ROWS }, { signal }) {
        const world = await access.world(signal)
        const asked = presentIn(world, losses)
        const without = reports.of(world, [])
        await nextTurn()
        signal.throwIfAborted()
        const told = reports.of(world, asked)
        await nextTurn()
        signal.throwIfAborted()
        const digest = await inTurns(reportDigestInSlices(told), signal)
        return { ...reportOf(world, told, without, { from, most }), digest: hashed(digest) }
      },
      async 'whatif.bestSteps'({ losses, most = 1 }, { signal, progress }) {
        const world = await access.world(signal)
        const steps = bestSteps(world, presentIn(world, losses), now(), most)
        const found = await inTurns(steps, signal, (step) => step && progress({ step }))
        return { steps: [...found] }
      },
      async 'whatif.say'({ say: saying }) {
        const freshId = toBase64url(random(THING_ID_BYTES))
        let id: string | undefined
        await store.change((data) => {
          const added = say(data.whatif, saying, freshId)
          id = added.id
          return { ...data, whatif: added.kept }
        })
        return id === undefined ? {} : { id }
      },
      async 'whatif.unsay'({ unsay: unsaying }) {
        await store.change((data) => ({ ...data, whatif: unsay(data.whatif, unsaying) }))
        return {}
      },
      async 'whatif.check'(_request, { signal, progress }) {
        return checks.run(signal, (done, total) => progress({ done, total }))
      },
      async 'whatif.seen'() {
        await checks.seen()
        return {}
      },
    },
    topics: {
      whatif: {
        watch(_params, push) {
          push(state())
          // Many things may change in one turn; the list is made once for all of them.
          let turn: NodeJS.Immediate | undefined
          const stop = anyOf(
            access.onChange,
            checks.onChange,
          )(() => {
            turn ??= setImmediate(() => {
              turn = undefined
              if (store.isUnlocked) push(state())
            })
          })
          return () => {
            stop()
            if (turn) clearImmediate(turn)
          }
        },
      },
    },
    watchOver: (signal) => checks.watchOver(signal),
  }

  function state(): State<'whatif'> {
    const { said, othersIdentities } = store.data().whatif
    return {
      losables: rowsOf(access.present()),
      said: { ...said, othersIdentities: [...othersIdentities] },
      weakPoints: checks.state(),
      backends: readings.all().map(({ backend: { id, kind, name }, state: is, asOf }) => ({
        id,
        kind,
        name,
        state: is,
        ...(asOf === undefined ? {} : { asOf }),
      })),
    }
  }
}

/** What is not there any more is passed over, and nothing is lost twice. */
function presentIn(world: AccessWorld, losses: readonly LossItem[]): readonly LossItem[] {
  const names = namesOf(world)
  return [...new Map(losses.map((loss) => [losableKey(loss.what), loss])).values()].filter(({ what }) =>
    names.knows(what),
  )
}

/** Pages of one answer are asked for one after the other, and every answer is compared with that for no loss. */
const KEPT_FOR_MS = 60_000

function createReports(now: () => number) {
  const known = new WeakMap<AccessWorld, Map<string, { readonly at: number; readonly report: LossReport }>>()
  return {
    of(world: AccessWorld, losses: readonly LossItem[]): LossReport {
      const at = now()
      const key = JSON.stringify(losses)
      const kept = known.get(world) ?? new Map()
      const present = kept.get(key)
      if (present && at >= present.at && at - present.at < KEPT_FOR_MS) return present.report
      const report = lose(world, losses, at)
      // Of two: what was asked last, and no loss at all.
      for (const other of kept.keys()) if (other !== '[]') kept.delete(other)
      known.set(world, kept.set(key, { at, report }))
      return report
    },
  }
}

function rowsOf(world: AccessWorld): LosableRow[] {
  const names = namesOf(world)
  return losables(world).map((what) => ({ ...names.losable(what), group: groupOf(what) }))
}

function groupOf(what: Losable): LosableRow['group'] {
  switch (what.is) {
    case 'thing':
      return what.thing === THIS_COMPUTER ? 'computer' : 'places'
    case 'key':
    case 'passkey':
      return 'keys'
    case 'slot':
    case 'passphrase':
      return 'vault'
    case 'backup':
      return 'backups'
    case 'contact':
      return 'contacts'
    case 'device':
    case 'entry':
    case 'password':
      return 'devices'
  }
}
