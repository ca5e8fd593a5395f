/** What must be so when a way has been gone to its end, however often the program was killed on it. */
import { expect } from 'vitest'
import { PEOPLE } from '../support/demo-world.ts'
import { filesIn, readKept, readWorld, type FirstStart } from './first-start.ts'
import { signInWithEach, type Path } from './paths.ts'
import { isWritten, type Run } from './run.ts'

/** The program runs; it is killed a last time in here. */
export async function checkAfterwards(run: Run, path: Path, { deviceIds }: FirstStart): Promise<void> {
  const identityId = PEOPLE[path.who]
  const { devices, warnings } = await run.program.identity(identityId)
  const made = devices.filter(({ id }) => !deviceIds.has(id))
  expect(made.map(({ type }) => type).toSorted(), 'devices made').toEqual([...path.made])
  for (const name of path.gone) expect(devices.map((device) => device.name)).not.toContain(name)
  expect(warnings.filter(({ is }) => is === 'half-made')).toEqual([])
  await signInWithEach(
    run,
    path,
    made.map(({ name }) => name),
  )
  await run.program.kill()

  const { entries, journal, cases } = await readKept(run.dataDir)
  const world = await readWorld(run.dataDir)
  expect(cases.map(({ outcome }) => outcome)).toEqual(cases.map(() => 'finished'))
  expect(
    journal.filter(({ stage }) => stage !== 'closed'),
    'open rows of the journal',
  ).toEqual([])
  expect(world.devices.filter(({ holder }) => holder === undefined).map(({ name }) => name)).toEqual([])
  expect(world.claims).toEqual([])

  const linked = entries.filter(({ deletedAt }) => deletedAt === undefined).map(({ link }) => link?.deviceId)
  expect(new Set(linked).size, 'an entry for each device').toBe(linked.length)
  const casesText = JSON.stringify(cases.map(({ log }) => log))
  for (const device of world.devices.filter(({ id }) => !deviceIds.has(id))) {
    expect(device.holder, device.name).toBe(identityId)
    expect(casesText, 'devices that a case tells of').toContain(JSON.stringify(device.id))
    expect(linked.includes(device.id), `the entry of ${device.name}`).toBe(device.type === 'virtual-totp')
  }
  expect(linked.length).toBe(path.made.filter((type) => type === 'virtual-totp').length)

  const texts = [
    { name: 'what is kept of cases', text: JSON.stringify([cases, journal]) },
    { name: 'what was written to the terminal', text: run.output },
    ...(await filesIn(run.dataDir)),
  ]
  const seeds = world.devices.flatMap(({ totp }) => (totp ? [totp.secret] : []))
  for (const { name, text } of texts) {
    for (const secret of [...run.typed, ...seeds]) expect(isWritten(secret, text), `a secret in ${name}`).toBe(false)
  }
}
