import type { DemoFaults } from '../../electron/backends/index.ts'
import { backendSuite, type BackendSubject, type KeyInHand } from '../suites/backend.ts'
import { administrator, BenchPerson, NEVER, PEOPLE, testWorld } from '../support/demo-world.ts'

async function openDemo(): Promise<BackendSubject> {
  let lost: { write: string; when: 'before' | 'after' } | undefined
  const faults: DemoFaults = (write) => {
    if (lost?.write !== write) return undefined
    const { when } = lost
    lost = undefined
    return `lost-${when}`
  }
  const test = await testWorld({ faults })
  const { world, clock } = test
  const serial = 'GALT00623358'
  const key = (id: string, other: string): KeyInHand => {
    const touched = async <T>(ask: () => Promise<T>) => {
      await world.key(other, 'unplug')
      await world.key(id, 'plug')
      const answer = ask()
      await world.key(id, 'touch')
      return answer
    }
    return {
      create: (options, rp) => touched(() => world.keys.create(options, rp, NEVER)),
      get: (options, rp) => touched(() => world.keys.get(options, rp, NEVER)),
    }
  }
  const root = new BenchPerson(world, 'root')
  return {
    backend: world.backend,
    people: { fresh: PEOPLE.eunJi, other: PEOPLE.alice, full: PEOPLE.oncall },
    advance: (ms) => clock.advance(ms),
    async administrator() {
      await new BenchPerson(world, 'carol').signIn()
      return administrator('carol')
    },
    freeToken: {
      serial,
      code: () => root.tokenCode(serial),
      setDrift: (driftSteps) => world.token({ serial, driftSteps }),
    },
    keys: [key('blue', 'spare'), key('spare', 'blue')],
    rp: { origin: 'http://latchkey.localhost:47113', rpId: 'latchkey.localhost' },
    root: {
      identityId: PEOPLE.root,
      password: root.password,
      signIn: async () => void (await root.signIn()),
    },
    loseNext: (write, when) => {
      lost = { write, when }
    },
    dispose: () => test.dispose(),
  }
}

backendSuite('the demo backend', openDemo)
