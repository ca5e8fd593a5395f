/**
 * kill -9 while a vault is written: at every step of a save, in the middle of every write, at random moments; and at every
 * step of making a vault and of changing its passphrase. After each kill: every acknowledged save is there, nothing is torn.
 */
import { randomInt } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nodeVaultFs } from '../../electron/vault/fs.ts'
import type { Unlocked } from '../../electron/vault/index.ts'
import { steppedFs } from '../../electron/vault/testing/stepped-fs.ts'
import { must, newVault, PASSPHRASE, stillClock, storeIn, type Notes } from '../../electron/vault/testing/vaults.ts'
import { NEXT_PASSPHRASE, notesOf, numberIn, type Order, type Stop } from './orders.ts'
import { bundleWorker, Victim } from './victim.ts'

const HOUR = 3_600_000
const START = Date.UTC(2026, 10, 24, 12)
const LANES = 2
const RANDOM_KILLS = 60
const LEAST_KILLS_DURING_SAVES = 200

let worker: Awaited<ReturnType<typeof bundleWorker>>
let root: string
const totals = { kills: 0, acknowledged: 0 }
beforeAll(async () => {
  worker = await bundleWorker()
  root = await mkdtemp(join(tmpdir(), 'latchkey-kill-'))
})
afterAll(async () => {
  await worker.remove()
  await rm(root, { recursive: true, force: true })
  console.log(`vault-kill: ${totals.kills} kills, ${totals.acknowledged} acknowledged saves, none lost, none torn`)
})

/** Each step of a flow with how often it comes, as a run without a kill meets them. */
async function stepsOf(dir: string, flow: (options: Parameters<typeof storeIn>[1], arm: () => void) => Promise<void>) {
  let counts: Map<string, number> | undefined
  const most = new Map<string, number>()
  const fs = steppedFs(nodeVaultFs(stillClock(), process.platform), dir, {
    before({ name }) {
      if (!counts) return
      counts.set(name, (counts.get(name) ?? 0) + 1)
      most.set(name, Math.max(most.get(name) ?? 0, counts.get(name)!))
    },
  })
  await flow({ fs }, () => {
    counts = new Map()
  })
  return [...most].flatMap(([step, count]) => Array.from({ length: count }, (_, i) => ({ step, occurrence: i + 1 })))
}

/** Before each step, and in the middle of each write. */
const stopsAt = (steps: readonly { step: string; occurrence: number }[]): Stop[] =>
  steps.flatMap((step) => [
    { ...step, when: 'before' as const },
    ...(step.step.startsWith('write ') ? [{ ...step, when: 'half' as const }] : []),
  ])

/** Shares the work out to `LANES` that run side by side. */
async function inLanes<T>(work: readonly T[], run: (item: T, lane: number) => Promise<void>): Promise<void> {
  const waiting = [...work]
  const lane = async (number: number) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item, number)
  }
  await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)))
}

async function killAtStop(order: Order): Promise<Victim> {
  const victim = new Victim(worker.path, order)
  await victim.until(() => victim.isStopped)
  expect([order.stop, victim.isStopped]).toEqual([order.stop, true])
  await victim.kill()
  totals.kills += 1
  return victim
}

const sound = (unlocked: Unlocked<Notes>) => [unlocked.fellBack, unlocked.rolledBack, unlocked.session.readOnly]

describe('kill -9', () => {
  test('during saves that run without pause loses none that was acknowledged', async () => {
    const rehearsal = join(root, 'rehearsal')
    const steps = await stepsOf(rehearsal, async (options, arm) => {
      let now = START
      const session = await newVault(rehearsal, notesOf(0).notes, {
        ...options,
        clock: { now: () => now, after: () => () => undefined },
      })
      for (let number = 1; number <= 17; number++) {
        now += HOUR
        if (number >= 14) arm()
        must(await session.save(notesOf(number)))
      }
      await session.lock()
    })
    const stops = stopsAt(steps)
    const moments: (Stop | 'random')[] = Array.from({ length: RANDOM_KILLS }, () => 'random' as const)
    while (moments.length < LEAST_KILLS_DURING_SAVES) moments.push(...stops)

    const lanes = await Promise.all(
      Array.from({ length: LANES }, async (_, number) => {
        const dir = join(root, `lane-${number}`)
        await cp(rehearsal, dir, { recursive: true, filter: (path) => !/writer\.\d+$/.test(path) })
        return { dir, now: START + 17 * HOUR, acknowledged: 17 }
      }),
    )
    let kills = 0
    await inLanes(moments, async (moment, number) => {
      const lane = lanes[number]!
      const order: Order = { flow: 'save', dir: lane.dir, startAt: lane.now }
      const victim =
        moment === 'random'
          ? await killAtRandom(order)
          : await killAtStop({ ...order, savesBefore: randomInt(0, 3), stop: moment })
      kills += 1
      totals.acknowledged += victim.acknowledgements
      lane.acknowledged = Math.max(lane.acknowledged, victim.acknowledged)
      lane.now += (victim.acknowledgements + 1) * HOUR

      const unlocked = must(await storeIn(lane.dir).unlock({ passphrase: PASSPHRASE }))
      expect([moment, sound(unlocked)]).toEqual([moment, [undefined, undefined, undefined]])
      const found = numberIn(unlocked.session.data())
      // One save at a time is under way, so at most one that was not acknowledged can be there.
      expect([moment, found - lane.acknowledged]).toEqual([
        moment,
        expect.toSatisfy((more: number) => more === 0 || more === 1),
      ])
      lane.acknowledged = found
      await unlocked.session.lock()
      expect([moment, (await readdir(lane.dir, { recursive: true })).filter((name) => name.endsWith('.tmp'))]).toEqual([
        moment,
        [],
      ])
    })
    expect(kills).toBeGreaterThanOrEqual(LEAST_KILLS_DURING_SAVES)
    expect(stops.length).toBeGreaterThan(35)
    for (const { dir } of lanes) await everyCopyOpens(dir)
  })

  test('at every step of making a vault leaves none, and then one can be made, or a whole one', async () => {
    const rehearsal = join(root, 'rehearsal-create')
    const steps = await stepsOf(rehearsal, async (options, arm) => {
      arm()
      await (await newVault(rehearsal, notesOf(1).notes, options)).lock()
    })
    await inLanes(stopsAt(steps), async (stop) => {
      const dir = await mkdtemp(join(root, 'create-'))
      const victim = await killAtStop({ flow: 'create', dir, startAt: START, stop })
      const { state } = await storeIn(dir).status()
      if (victim.acknowledgements > 0) expect([stop, state]).toEqual([stop, 'locked'])
      if (state === 'absent') await (await newVault(dir, notesOf(1).notes)).lock()
      const unlocked = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE }))
      expect([stop, sound(unlocked), numberIn(unlocked.session.data())]).toEqual([
        stop,
        [undefined, undefined, undefined],
        1,
      ])
      await unlocked.session.lock()
      await rm(dir, { recursive: true })
    })
  })

  test('at every step of changing the passphrase leaves the old one or the new one, and the data', async () => {
    const rehearsal = join(root, 'rehearsal-passphrase')
    await (await newVault(rehearsal, notesOf(1).notes)).lock()
    const master = join(root, 'master')
    const copy = (to: string) => cp(master, to, { recursive: true, filter: (path) => !/writer\.\d+$/.test(path) })
    await cp(rehearsal, master, { recursive: true, filter: (path) => !/writer\.\d+$/.test(path) })
    const steps = await stepsOf(rehearsal, async (options, arm) => {
      const { session } = must(await storeIn(rehearsal, options).unlock({ passphrase: PASSPHRASE }))
      arm()
      must(await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT_PASSPHRASE))
      await session.lock()
    })
    let made = 0
    await inLanes(stopsAt(steps), async (stop) => {
      const dir = join(root, `passphrase-${made++}`)
      await copy(dir)
      await killAtStop({ flow: 'passphrase', dir, startAt: START, stop })
      const opened: string[] = []
      for (const passphrase of [NEXT_PASSPHRASE, PASSPHRASE]) {
        const unlocked = await storeIn(dir).unlock({ passphrase })
        if (!unlocked.ok) continue
        expect([stop, numberIn(unlocked.value.session.data())]).toEqual([stop, 1])
        if (!unlocked.value.fellBack) opened.push(passphrase)
        await unlocked.value.session.lock()
      }
      expect([stop, opened]).toEqual([stop, [expect.any(String)]])
      await rm(dir, { recursive: true })
    })
    expect(made).toBeGreaterThan(60)
  })
})

/** Some acknowledged saves, a reader beside the writer, and then at any moment. */
async function killAtRandom(order: Order): Promise<Victim> {
  const victim = new Victim(worker.path, order)
  const saves = randomInt(1, 4)
  await victim.until(() => victim.acknowledgements >= saves)
  const reader = must(await storeIn(order.dir).unlock({ passphrase: PASSPHRASE }))
  expect([reader.fellBack, reader.rolledBack, reader.session.readOnly?.why]).toEqual([undefined, undefined, 'held'])
  expect(numberIn(reader.session.data())).toBeGreaterThan(0)
  await reader.session.lock()
  for (let turns = randomInt(0, 200); turns > 0; turns--) await new Promise((resolve) => void setImmediate(resolve))
  await victim.kill()
  totals.kills += 1
  return victim
}

/** The generation before, and each snapshot with its own slots, is a vault by itself. */
async function everyCopyOpens(dir: string): Promise<void> {
  const snapshots = await readdir(join(dir, 'snapshots'))
  expect(snapshots.length).toBeGreaterThan(9)
  for (const name of snapshots) {
    const alone = await mkdtemp(join(root, 'alone-'))
    await cp(join(dir, 'snapshots', name), alone, { recursive: true })
    const { session } = must(await storeIn(alone).unlock({ passphrase: PASSPHRASE }))
    expect(numberIn(session.data())).toBeGreaterThanOrEqual(0)
    await session.lock()
  }
  await rm(join(dir, 'vault.age'))
  const { session, fellBack } = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE }))
  expect([fellBack?.from, Number.isInteger(numberIn(session.data()))]).toEqual(['vault.age.bak', true])
  await session.lock()
}
