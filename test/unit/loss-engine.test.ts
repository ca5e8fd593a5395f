/** The loss engine held against the demo backend's sign-in page: what it says opens is done there, by what is left on the bench. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  accountKey,
  lose,
  NOTHING_SAID,
  policyOf,
  type AccessWorld,
  type IdentityNode,
  type Losable,
  type Row,
  type Step,
} from '../../shared/domain/loss/index.ts'
import type { Identity } from '../../shared/domain/device.ts'
import {
  administrator,
  BenchPerson,
  NEVER,
  PEOPLE,
  testWorld,
  type PersonName,
  type TestWorld,
} from '../support/demo-world.ts'

const PHONE = 'phone'
/** The Pixel's own, written otherwise than on record. */
const NUMBER = '+31655500137'
/** The token that ran off must be resynchronised before it opens anything. */
const DRIFTED = '260088310415'

/** Keys on the bench, by the name of the device they are. */
const KEYS: Readonly<Record<string, string>> = { 'Blue key': 'blue', 'Spare key': 'spare' }

let test: TestWorld
beforeEach(async () => {
  test = await testWorld()
})
afterEach(() => test.dispose())

/** What the engine would be told of the demo world: everything on the Pixel is said to be there, and that its number rings there. */
async function accessWorld(): Promise<AccessWorld> {
  const { backend } = test.world
  const people = await backend.identities(NEVER)
  // At the demo backend a root user acts for nobody else.
  const helpers = ({ id, account }: Identity) =>
    people.filter((other) => other.id !== id && other.account === account && other.isAdministrator)
  const identities = await Promise.all(
    people.map(async (identity): Promise<IdentityNode> => ({
      backendId: backend.id,
      identity,
      devices: (await backend.devices(identity.id, NEVER)).filter(({ id }) => id !== DRIFTED),
      contacts: await backend.contacts(identity.id, NEVER),
      administrators: helpers(identity).map(({ id, name }) => ({ id, name })),
      isOwn: true,
      policy: policyOf('demo', identity),
    })),
  )
  const copies = identities.flatMap(({ identity, devices }) =>
    devices
      .filter(({ name }) => name.startsWith('Pixel 8'))
      .map(({ id }) => ({
        of: { is: 'device' as const, backendId: backend.id, identityId: identity.id, deviceId: id },
        on: PHONE,
      })),
  )
  return {
    identities,
    entries: [],
    keys: [],
    slots: [],
    backups: [],
    said: {
      ...NOTHING_SAID,
      things: [{ id: PHONE, kind: 'phone', name: 'Pixel 8' }],
      copies,
      numbers: [{ number: NUMBER, on: PHONE }],
    },
  }
}

const nameOf = (identityId: string) => Object.entries(PEOPLE).find(([, id]) => id === identityId)![0] as PersonName
const deviceName = (
  world: AccessWorld,
  { account, device }: Extract<Step, { step: 'code-from-thing' | 'use-device' }>,
) =>
  world.identities
    .find(({ identity }) => account.is === 'identity' && identity.id === account.identityId)!
    .devices.find(({ id }) => id === device)!

/** Does one step of a way at the sign-in page. False where nobody at this bench can: the device is in somebody's drawer. */
async function take(world: AccessWorld, step: Step): Promise<boolean> {
  if (!('account' in step) || step.account?.is !== 'identity') return true
  const person = new BenchPerson(test.world, nameOf(step.account.identityId))
  switch (step.step) {
    case 'password-alone':
      expect(await person.enterPassword()).toMatchObject({ page: 'signed-in' })
      return true
    case 'code-from-thing':
    case 'use-device': {
      const device = deviceName(world, step)
      const key = KEYS[device.name]
      if (step.step === 'use-device' && device.type !== 'hardware-totp' && !key) return false
      if ((await person.enterPassword()).page === 'choose-device') await person.choose(device.name)
      if (key) {
        await test.world.key(key, 'plug').catch(() => 'plugged already')
        expect(await person.touch(key)).toMatchObject({ page: 'signed-in' })
        return true
      }
      const code = device.type === 'hardware-totp' ? person.tokenCode(device.id) : person.phoneCode()
      expect(await person.enterCode(code)).toMatchObject({ page: 'signed-in' })
      return true
    }
    case 'alternative-factors':
      expect(await person.signInByAlternativeFactors()).toMatchObject({ page: 'signed-in' })
      return true
    case 'administrator-deactivates': {
      const helper = nameOf(step.administrator!.id)
      for (const { id } of await person.devices()) {
        const done = await test.world.backend.deactivate(person.identityId, id, administrator(helper))
        expect(done).toMatchObject({ is: 'done' })
      }
      expect(await person.enterPassword()).toMatchObject({ page: 'signed-in' })
      return true
    }
    default:
      return false
  }
}

/** Follows the first way of a row that can be gone at this bench; how many steps that took, 0 where none can. */
async function goIn(world: AccessWorld, { ways }: Row): Promise<boolean> {
  for (const { steps } of ways) {
    let wentOn = true
    for (const step of steps)
      wentOn &&= step.step === 'read-mail' || step.step === 'answer-phone' || (await take(world, step))
    if (wentOn) return true
  }
  return false
}

const PHONE_LOST: Losable = { is: 'thing', thing: PHONE }
const rowOf = (rows: readonly Row[], who: PersonName) =>
  rows.find(
    ({ account }) => accountKey(account) === accountKey({ is: 'identity', backendId: 'demo', identityId: PEOPLE[who] }),
  )!

describe('at the demo backend', () => {
  it.each(Object.keys(PEOPLE) as PersonName[])('%s gets in with nothing lost, as the engine says', async (who) => {
    const world = await accessWorld()
    const row = rowOf(lose(world, [], test.clock.now()).rows, who)
    expect(row.outcome).toBe('opens')
    expect(await goIn(world, row)).toBe(true)
  })

  it.each<[PersonName, Row['outcome']]>([
    ['root', 'alternative-factors'],
    ['alice', 'administrator'],
    ['dmitri', 'administrator'],
    ['carol', 'opens'],
    ['eunJi', 'opens'],
    ['stagingRoot', 'opens'],
    ['breakglass', 'support'],
    ['oncall', 'opens'],
  ])('with the phone lost, %s: %s', async (who, outcome) => {
    const world = await accessWorld()
    await test.world.phone({ act: 'lose' })
    const row = rowOf(lose(world, [{ what: PHONE_LOST, how: 'lost' }], test.clock.now()).rows, who)
    expect(row.outcome).toBe(outcome)
    const person = new BenchPerson(test.world, who)
    if (outcome !== 'opens') expect(await person.signIn()).not.toMatchObject({ page: 'signed-in' })
    expect(await goIn(world, row)).toBe(row.outcome !== 'support')
  })

  it('the staging root user, whose number rings on the phone, gets no call once phone and key are gone', async () => {
    const world = await accessWorld()
    const node = world.identities.find(({ identity }) => identity.id === PEOPLE.stagingRoot)!
    const key = node.devices.find(({ type }) => type === 'fido')!
    const keyLost: Losable = { is: 'device', backendId: 'demo', identityId: PEOPLE.stagingRoot, deviceId: key.id }
    await test.world.phone({ act: 'lose' })
    const losses = [PHONE_LOST, keyLost].map((what) => ({ what, how: 'lost' }) as const)
    const row = rowOf(lose(world, losses, test.clock.now()).rows, 'stagingRoot')
    expect(row.outcome).toBe('support')
    expect(row.contacts.find(({ contact }) => contact === 'phone')).toMatchObject({ reach: 'closed' })
    const page = await new BenchPerson(test.world, 'stagingRoot').signInByAlternativeFactors()
    expect(page).not.toMatchObject({ page: 'signed-in' })
  })
})
