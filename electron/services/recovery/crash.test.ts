import { describe, expect, it } from 'vitest'
import { Drill, type Acts, type DrillOptions } from '../../../test/support/recovery-drill.ts'
import { administrator, NEVER, PEOPLE, type PersonName } from '../../../test/support/demo-world.ts'
import type { Request } from '../../../shared/contract/index.ts'
import type { DemoFaults } from '../../backends/index.ts'

interface Scenario {
  readonly title: string
  readonly who: PersonName
  readonly request: (d: Drill) => Promise<Request<'recovery.open'>>
  readonly acts: Acts
  readonly options?: () => DrillOptions
  /** What the person does before it begins. */
  readonly before?: (d: Drill) => Promise<void>
}

const identity = (who: PersonName) => ({ backendId: 'demo', identityId: PEOPLE[who] })
const deviceOf = async (d: Drill, who: PersonName, name: string) => {
  const devices = await d.world.backend.devices(PEOPLE[who], NEVER)
  return { ...identity(who), deviceId: devices.find((other) => other.name === name)?.id ?? '' }
}
const choose = (option: string) => ({ form: 'choice', option }) as const
const other = (name: string) => ({ form: 'done', other: name }) as const

async function twoCodes(d: Drill, serial: string): Promise<string[]> {
  const read = () => d.world.bench().tokens.find((token) => token.serial === serial)?.display?.code ?? ''
  // As a person does after a crash: not those that were given a moment ago.
  await d.clock.advance(60_000)
  const first = read()
  await d.clock.advance(30_000)
  return [first, read()]
}

const register = (who: PersonName, type: 'virtual-totp' | 'hardware-totp' | 'fido') => async () =>
  ({ kind: 'register', identity: identity(who), type }) as const
const replace = (who: PersonName, name: string, happened: 'lost' | 'stolen' | 'broken' | 'works') => async (d: Drill) =>
  ({ kind: 'replace', device: await deviceOf(d, who, name), happened }) as const

/** Loses the first answer to this write, before it reaches the backend or after. */
const lostOnce = (write: string, how: 'lost-before' | 'lost-after') => (): DrillOptions => {
  let lost = 0
  const faults: DemoFaults = (asked) => (asked === write && lost++ === 0 ? how : undefined)
  return { faults }
}

/** A new password, typed where it is not yet changed; where it turns out to be, the person says so. */
const changePassword = (who: PersonName) => (d: Drill) => {
  const { password } = d.person(who)
  return password === ''
    ? other('by-hand')
    : ({ form: 'password', current: password, next: 'a fresh and longer one' } as const)
}
const byFactors = (who: PersonName) => async (d: Drill) => {
  await d.person(who).signInByAlternativeFactors()
  return undefined
}

const SCENARIOS: readonly Scenario[] = [
  { title: 'registering a virtual device', who: 'eunJi', request: register('eunJi', 'virtual-totp'), acts: {} },
  {
    title: 'registering a virtual device whose first pair is lost',
    who: 'eunJi',
    request: register('eunJi', 'virtual-totp'),
    acts: {},
    options: lostOnce('confirmRegister', 'lost-before'),
  },
  {
    title: 'registering a virtual device whose making is lost',
    who: 'eunJi',
    request: register('eunJi', 'virtual-totp'),
    acts: {},
    options: lostOnce('beginRegister', 'lost-after'),
  },
  {
    title: 'registering a hardware token',
    who: 'eunJi',
    request: register('eunJi', 'hardware-totp'),
    acts: {
      serial: { form: 'text', text: 'GALT00623358' },
      'enable-codes': async (d) => ({ form: 'codes', codes: await twoCodes(d, 'GALT00623358') }),
    },
  },
  { title: 'registering a key', who: 'eunJi', request: register('eunJi', 'fido'), acts: {} },
  {
    title: 'resynchronising a token',
    who: 'dmitri',
    request: async (d) => ({ kind: 'resync', device: await deviceOf(d, 'dmitri', 'Desk token') }),
    acts: { 'resync-codes': async (d) => ({ form: 'codes', codes: await twoCodes(d, '260088310415') }) },
  },
  {
    title: 'a root user’s only device, lost: email and phone, a new one, a new password',
    who: 'root',
    request: replace('root', 'Pixel 8, production root', 'lost'),
    acts: {
      reach: choose('both'),
      'signed-in': byFactors('root'),
      'new-type': choose('virtual-totp'),
      'old-app': other('app-gone'),
      'test-new': other('here'),
      password: changePassword('root'),
    },
  },
  {
    title: 'a root user’s stolen phone, with a key to sign in',
    who: 'stagingRoot',
    request: replace('stagingRoot', 'Pixel 8, staging root', 'stolen'),
    acts: {
      'sign-in': other('with-key'),
      'new-type': choose('virtual-totp'),
      'test-new': other('here'),
      password: changePassword('stagingRoot'),
    },
  },
  {
    title: 'a user who needs an administrator',
    who: 'alice',
    request: replace('alice', 'Pixel 8, alice', 'broken'),
    acts: {
      administrator: async (d) => {
        const mine = await deviceOf(d, 'alice', 'Pixel 8, alice')
        if (mine.deviceId === '') return undefined
        d.byOthers.add(mine.deviceId)
        await d.person('carol').signIn()
        await d.world.backend.deactivate(PEOPLE.alice, mine.deviceId, administrator('carol'))
        return undefined
      },
      'new-type': choose('virtual-totp'),
      'test-new': other('here'),
    },
  },
  {
    title: 'a device that works, replaced by a key',
    who: 'dmitri',
    request: replace('dmitri', 'Pixel 8, dmitri', 'works'),
    acts: { 'new-type': choose('fido'), 'test-new': other('here') },
  },
  {
    title: 'a broken token, with a stand-in until the new one comes',
    who: 'dmitri',
    request: replace('dmitri', 'Desk token', 'broken'),
    acts: {
      'sign-in': async (d) => (await d.person('dmitri').signIn(), undefined),
      'new-type': choose('hardware-totp'),
      'new-here': choose('temporary'),
      serial: { form: 'text', text: '260088310477' },
      'enable-codes': async (d) => ({ form: 'codes', codes: await twoCodes(d, '260088310477') }),
      'test-new': other('skip'),
    },
  },
  {
    title: 'an administrator who helps a colleague',
    who: 'alice',
    request: async (d) => ({
      kind: 'help',
      device: await deviceOf(d, 'alice', 'Pixel 8, alice'),
      administrator: identity('carol'),
    }),
    acts: {
      'what-happened': choose('lost'),
      session: async (d) => {
        // A code that was given before a crash is spent.
        await d.clock.advance(60_000)
        return { form: 'codes', codes: [d.person('carol').phoneCode()] }
      },
    },
  },
]

async function begin(scenario: Scenario, dieAt?: number) {
  const d = await Drill.begin(scenario.options?.())
  await d.noteFirst()
  await scenario.before?.(d)
  d.dieAt = dieAt
  d.codeFor = () => d.person(scenario.who).phoneCode()
  return d
}

describe.each(SCENARIOS)('$title', (scenario) => {
  it('ends the same wherever the program dies, with nothing lost and nothing left', async () => {
    const whole = await begin(scenario)
    const request = await scenario.request(whole)
    await whole.goOn(request, scenario.acts)
    const expected = await whole.outcome(scenario.who)
    const arrows = [...whole.arrows]
    expect(await whole.check(scenario.who)).toEqual([])
    await whole.end()
    expect(arrows.length).toBeGreaterThan(3)

    for (let dieAt = 1; dieAt <= arrows.length; dieAt++) {
      const d = await begin(scenario, dieAt)
      const where = `dies at ${dieAt}: ${arrows[dieAt - 1]}`
      const again = await scenario.request(d)
      d.onDeath = async () => expect(await d.check(scenario.who), `${where}, at death`).toEqual([])
      await d.goOn(again, scenario.acts)
      expect(await d.check(scenario.who), where).toEqual([])
      expect(await d.outcome(scenario.who), where).toEqual(expected)
      await d.end()
    }
  }, 120_000)
})
