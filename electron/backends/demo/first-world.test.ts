import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import {
  BenchPerson,
  NEVER,
  PEOPLE,
  testWorld,
  type PersonName,
  type TestWorld,
} from '../../../test/support/demo-world.ts'
import { createBenchKeys } from '../../services/bench-keys.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { firstWorld } from './first-world.ts'
import { worldState, type WorldState } from './state.ts'

describe('the first world', () => {
  let test: TestWorld
  beforeEach(async () => {
    test = await testWorld()
  })
  afterEach(() => test.dispose())

  const devices = (name: PersonName) => test.world.backend.devices(PEOPLE[name], NEVER)
  const types = async (name: PersonName) => (await devices(name)).map(({ type }) => type)

  it('has everybody the seed tells of', async () => {
    expect(await types('root')).toEqual(['virtual-totp'])
    expect(await types('stagingRoot')).toEqual(['fido', 'virtual-totp'])
    expect(await types('alice')).toEqual(['virtual-totp'])
    expect(await types('dmitri')).toEqual(['hardware-totp', 'virtual-totp'])
    expect(await types('carol')).toEqual(['virtual-totp', 'fido'])
    expect(await types('breakglass')).toEqual(['virtual-totp'])
    expect(await types('oncall')).toHaveLength(8)
    expect(await types('eunJi')).toEqual([])
    const identities = await test.world.backend.identities(NEVER)
    expect(identities.filter((one) => one.isAdministrator).map(({ id }) => id)).toEqual([
      PEOPLE.carol,
      PEOPLE.breakglass,
    ])
    expect(identities.map(({ id }) => id).toSorted()).toEqual(Object.values(PEOPLE).toSorted())
  })

  it('has a token that drifted three steps, as its backend suspects', async () => {
    expect((await devices('dmitri'))[0]).toMatchObject({
      name: 'Desk token',
      health: { state: 'drifted', drift: { steps: 3, seconds: 90 } },
    })
    expect(test.world.bench().tokens[0]).toMatchObject({ holder: 'dmitri.lindqvist', driftSteps: 3 })
  })

  it('has two tokens that nobody has registered, and two keys', () => {
    const { tokens, keys } = test.world.bench()
    expect(tokens.filter(({ holder }) => holder === undefined)).toHaveLength(2)
    expect(keys.map(({ name, plugged }) => [name, plugged])).toEqual([
      ['Blue key', true],
      ['Spare key', false],
    ])
  })

  it.each(Object.keys(PEOPLE) as PersonName[])('lets %s sign in with what stands on the bench', async (name) => {
    expect(await new BenchPerson(test.world, name).signIn()).toMatchObject({ page: 'signed-in' })
  })

  it('is the same for the same randomness, and another for another', async () => {
    const made = (seed: string) => {
      const random = seededRandom(seed)
      return firstWorld(1_800_000_000_000, 0, random, createBenchKeys(random).maker)
    }
    const world = await made('one')
    // An ECDSA signature is another each time, so a key's certificates are.
    const plain = ({ keys, ...rest }: WorldState) => ({
      ...rest,
      keys: keys.map((key) => ({ ...key, memory: { ...key.memory, attestation: null } })),
    })
    expect(plain(await made('one'))).toEqual(plain(world))
    expect(plain(await made('two'))).not.toEqual(plain(world))
    expect(worldState.parse(JSON.parse(JSON.stringify(world)))).toEqual(world)
  })

  it('comes back when it is restored, whatever was done to it, clock included', async () => {
    const { world, clock } = test
    /** All but the codes: a new world has new seeds. */
    const summary = () => {
      const { phone, tokens, ...rest } = world.bench()
      const accounts = phone.accounts.map((account) => ({ ...account, code: '' }))
      return {
        ...rest,
        phone: { ...phone, accounts },
        tokens: tokens.map((token) => ({ ...token, display: undefined })),
      }
    }
    const before = summary()
    const root = new BenchPerson(world, 'root')
    await world.phone({ removeAccount: 'account-1' })
    await world.phone({ act: 'steal' })
    await root.signInByAlternativeFactors()
    await world.key('blue', 'break')
    await world.token({ serial: '260088310415', driftSteps: -7 })
    await world.setComputerError(99)
    await world.moveClock(400 * 86_400_000)
    await world.restore()
    expect(summary()).toEqual(before)
    expect(world.computerClock.now()).toBe(clock.now())
    expect(await world.backend.signedIn(PEOPLE.root, NEVER)).toBe('nobody')
  })

  it('shows no seed, key or hash on the bench', async () => {
    const saved = worldState.parse(JSON.parse(await readFile(test.file, 'utf8')))
    const secrets = [
      ...saved.devices.flatMap(({ totp }) => (totp ? [totp.secret] : [])),
      ...saved.catalogue.map(({ totp }) => totp.secret),
      ...saved.keys.map(({ memory }) => String(memory['master'])),
      ...saved.identities.flatMap(({ password }) => [password.hash, password.salt]),
    ]
    expect(secrets.length).toBeGreaterThan(30)
    const shown = JSON.stringify(test.world.bench())
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([])
  })
})
