/**
 * kill -9 at every step of every wizard (issue 3): the built browser shell as a real process, answered over its real WebSocket.
 * Each way is gone twice: killed at every step before it is answered, and during every answer: at some moment of it, then at
 * each word of progress. Opened again, it goes on where it was; at its end nothing half-made, made twice or typed is left.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { STEPS } from '../../shared/domain/playbooks/steps.ts'
import { startBrowserShell } from '../support/browser-shell.ts'
import { checkAfterwards } from './afterwards.ts'
import { firstStart, type FirstStart } from './first-start.ts'
import { PATHS } from './paths.ts'
import { Run, type When } from './run.ts'

/** Never waiting for anybody: the ends, and what the program takes by itself (killed within the answer that led to it). */
const ENDS = ['registered', 'in-sync', 'not-in-sync', 'never-drifts', 'replaced', 'helped', 'not-helped']
const BY_ITSELF = ['clock', 'resync', 'way', 'suspend']
/** The demo's bench has nobody who could bring them about: a refused first pair, and the provider's support. */
const NOT_AT_THE_BENCH = ['next-codes', 'temporary-next-codes', 'support', 'by-console']
const LEAST_KILLS = 250

let first: FirstStart | undefined
const steps = new Set<string>()
const kills: Record<When, number> = { before: 0, during: 0 }
let gone = 0
beforeAll(async () => {
  first = await firstStart(async (dataDir) => (await startBrowserShell(dataDir, '--demo')).stop())
})
afterAll(() => first?.remove())

async function go(path: (typeof PATHS)[number], when: When, took: Map<string, number>): Promise<void> {
  if (!first) throw new Error('no first start')
  const { path: dataDir, remove } = await first.copy()
  const run = new Run(dataDir, when, took)
  await run.start()
  try {
    await path.scene?.(run)
    await run.drive(path)
    await checkAfterwards(run, path, first)
  } catch (error) {
    const last = run.kills.map(({ step, at }) => `${step} ${at}`).join('; ')
    throw new Error(`${path.title}, killed ${when}: ${last}`, { cause: error })
  } finally {
    if (!run.program.isKilled) await run.program.kill()
    await remove()
  }
  kills[when] += run.kills.length
  for (const step of run.steps) steps.add(step)
  console.log(`${when.padEnd(6)} ${String(run.kills.length).padStart(3)} kills, ${run.steps.size} steps: ${path.title}`)
}

describe.concurrent('killed at every step', () => {
  test.each(PATHS)('$title: opened again, it goes on where it was', async (path) => {
    const took = new Map<string, number>()
    await go(path, 'before', took)
    await go(path, 'during', took)
    gone += 1
  })
})

test('every step that can be open was killed', ({ skip }) => {
  if (gone < PATHS.length) skip('not every way was gone')
  const all = kills.before + kills.during
  console.log(
    `wizard-kill: ${all} kills (${kills.before} before an answer, ${kills.during} during one), ${steps.size} steps`,
  )
  const exempt = new Set([...ENDS, ...BY_ITSELF, ...NOT_AT_THE_BENCH])
  expect(STEPS.filter((step) => !steps.has(step) && !exempt.has(step))).toEqual([])
  expect(all).toBeGreaterThanOrEqual(LEAST_KILLS)
})
