import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import * as nodeFiles from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NEVER, PEOPLE, SELF, testWorld, type TestWorld } from '../../../test/support/demo-world.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { WORLD_FORMAT } from './state.ts'
import type { WorldFiles } from './world-file.ts'
import { createBenchKeys } from '../../services/bench-keys.ts'
import { openDemoWorld } from './world.ts'

describe('the file of the demo world', () => {
  let test: TestWorld
  beforeEach(async () => {
    test = await testWorld()
  })
  afterEach(() => test.dispose())

  const names = async () => (await readdir(join(test.file, '..'))).filter((name) => name !== 'first.json')

  it('holds a change before its outcome is told', async () => {
    const { backend } = test.world
    expect(await backend.confirmContact(PEOPLE.root, 'phone')).toEqual({ is: 'done', value: undefined })
    const saved = JSON.parse(await readFile(test.file, 'utf8')) as { identities: { contacts?: object }[] }
    expect(saved.identities[0]?.contacts).toMatchObject({ phone: { confirmedAt: test.clock.now() } })
  })

  it('brings everything back: time, things, devices, sessions and the page that is open', async () => {
    const { world } = test
    await world.moveClock(86_400_000)
    await world.setComputerError(-4000)
    await world.phone({ act: 'steal' })
    await world.key('spare', 'plug')
    await world.signIn({ act: 'who', identityId: PEOPLE.eunJi })
    const password = world.bench().people.find((person) => person.identityId === PEOPLE.eunJi)?.password ?? ''
    await world.signIn({ act: 'password', password })
    const before = world.bench()
    const again = await test.reopen()
    expect(again.movedAside).toBeUndefined()
    expect(again.bench()).toEqual(before)
    expect(again.computerClock.now()).toBe(test.clock.now() + 86_400_000 - 4000)
    expect(await again.backend.signedIn(PEOPLE.eunJi, NEVER)).toMatchObject({ via: 'password-alone' })
  })

  it('is its owner’s alone', async () => {
    await test.world.setComputerError(1)
    expect((await stat(test.file)).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['half a file', '{"format":1,"movedMs":0,'],
    ['nothing', ''],
    ['something else', '["no","world"]'],
    ['a later format', `{"format":${WORLD_FORMAT + 1}}`],
  ])('is moved aside where it is %s, and said to be', async (_, content) => {
    await test.world.close()
    await writeFile(test.file, content)
    const world = await test.reopen()
    expect(world.movedAside).toMatch(/^world\.json\.broken-\d+$/)
    expect(await readFile(join(test.file, '..', world.movedAside ?? ''), 'utf8')).toBe(content)
    expect(await world.backend.devices(PEOPLE.oncall, NEVER)).toHaveLength(8)
    // The new world is on disk at once.
    expect((await test.reopen()).movedAside).toBeUndefined()
  })

  it('never holds a password that somebody chose, nor does the bench', async () => {
    const chosen = 'planted: a kettle on the piano'
    const { world } = test
    const known = world.bench().people.find((person) => person.identityId === PEOPLE.alice)?.password
    expect(await world.backend.changePassword(PEOPLE.alice, known, chosen, SELF)).toMatchObject({ is: 'done' })
    await world.signIn({ act: 'who', identityId: PEOPLE.alice })
    await world.signIn({ act: 'password', password: chosen })
    expect(world.bench().signIn).toMatchObject({ page: 'code' })
    const everywhere = (await readFile(test.file, 'utf8')) + JSON.stringify(world.bench())
    expect(everywhere).not.toContain('planted')
    expect(everywhere).not.toContain(known)
  })

  it('is swept of what a killed process left, but not of what another may be writing', async () => {
    await test.world.close()
    const seconds = test.clock.now() / 1000
    const left = async (suffix: string, ageSeconds: number) => {
      await writeFile(test.file + suffix, 'half')
      await utimes(test.file + suffix, seconds - ageSeconds, seconds - ageSeconds)
    }
    await left(`.${'a'.repeat(32)}.tmp`, 61)
    await left(`.${'b'.repeat(32)}.tmp`, 59)
    await left('.notes.tmp', 3600)
    await test.reopen()
    expect(await names()).toEqual(['world.json', `world.json.${'b'.repeat(32)}.tmp`, 'world.json.notes.tmp'])
  })
})

describe('a disk that fails', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-disk-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it.each(['open', 'rename'] as const)(
    'at %s leaves the outcome unknown, the world as it was, and no litter',
    async (step) => {
      let isFailing = false
      const failing = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
      const files: WorldFiles = {
        ...nodeFiles,
        [step]: (...given: unknown[]) =>
          isFailing ? failing() : (nodeFiles[step] as (...given: unknown[]) => unknown)(...given),
      }
      const file = join(folder, 'world.json')
      const random = seededRandom('disk')
      const world = await openDemoWorld({
        file,
        clock: new FakeClock(),
        random,
        otp: { codeOfStep },
        keys: createBenchKeys(random).maker,
        files,
      })
      const before = await readFile(file, 'utf8')
      isFailing = true
      expect(await world.backend.confirmContact(PEOPLE.root, 'phone')).toEqual({ is: 'unknown' })
      await expect(world.setComputerError(5)).rejects.toThrow('could not be saved')
      expect(world.bench().computerErrorMs).toBe(0)
      expect(await readFile(file, 'utf8')).toBe(before)
      expect(await readdir(folder)).toEqual(['world.json'])
      isFailing = false
      expect(await world.backend.confirmContact(PEOPLE.root, 'phone')).toMatchObject({ is: 'done' })
      await world.close()
    },
  )

  it('saves changes that come together in one go', async () => {
    let writes = 0
    const files: WorldFiles = {
      ...nodeFiles,
      rename: (from, to) => {
        writes += 1
        return nodeFiles.rename(from, to)
      },
    }
    const file = join(folder, 'world.json')
    const random = seededRandom('disk')
    const world = await openDemoWorld({
      file,
      clock: new FakeClock(),
      random,
      otp: { codeOfStep },
      keys: createBenchKeys(random).maker,
      files,
    })
    writes = 0
    const outcomes = await Promise.all([
      world.backend.confirmContact(PEOPLE.root, 'phone'),
      world.backend.confirmContact('nobody', 'phone'),
      world.backend.rename(PEOPLE.alice, 'no such device', 'x', SELF),
      world.setComputerError(7),
    ])
    expect(outcomes.slice(0, 3).map((outcome) => (outcome as { is: string }).is)).toEqual([
      'done',
      'refused',
      'refused',
    ])
    expect(world.bench().computerErrorMs).toBe(7)
    expect(writes).toBe(1)
    await world.close()
  })
})
