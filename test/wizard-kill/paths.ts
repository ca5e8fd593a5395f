/** The ways through the wizards: who goes, what they say and do at each step, and what is so at the end. */
import type { StepAnswer } from '../../shared/contract/index.ts'
import type { DeviceType } from '../../shared/domain/device.ts'
import { PEOPLE, type PersonName } from '../support/demo-world.ts'
import { deviceOf, freshPhoneCode, passwordOf, signIn, signInByFactors, twoCodes } from './person.ts'
import type { Act, Acts, Run, Wizard } from './run.ts'

export interface Path extends Wizard {
  readonly title: string
  readonly who: PersonName
  /** What is so before it begins; never killed. */
  readonly scene?: (run: Run) => Promise<unknown>
  /** The devices that this person has anew at the end, and the names of those that are gone. */
  readonly made: readonly DeviceType[]
  readonly gone: readonly string[]
}

const NEXT_PASSWORD = 'a fresh and longer one'
const FREE_TOKEN = 'GALT00623358'
const SPARE_TOKEN = '260088310477'
const DRIFTED_TOKEN = '260088310415'

const identityOf = (who: PersonName) => ({ backendId: 'demo', identityId: PEOPLE[who] })
const choose = (option: string): StepAnswer => ({ form: 'choice', option })
const other = (name: string): StepAnswer => ({ form: 'done', other: name })
const done: StepAnswer = { form: 'done' }
const type = (text: string): StepAnswer => ({ form: 'text', text })
/** Something done before the primary action. */
const first =
  (act: (run: Run, facts: Readonly<Record<string, unknown>>) => Promise<unknown>): Act =>
  async (run, { facts }) => {
    await act(run, facts)
    return done
  }
const codesOf =
  (serial: string): Act =>
  async (run) => ({ form: 'codes', codes: await twoCodes(run, serial) })
const testAtBench = (who: PersonName): Act => first((run, { name }) => signIn(run, who, String(name)))
/** Where the kill came after the change, the bench shows no password any more, and the person says that it is done. */
const newPassword =
  (who: PersonName): Act =>
  (run) => {
    const current = passwordOf(run, who)
    return current === '' ? other('by-hand') : { form: 'password', current, next: NEXT_PASSWORD }
  }

const register = (who: PersonName) => () => Promise.resolve({ kind: 'register', identity: identityOf(who) } as const)
const resync = (who: PersonName, name: string) => async (run: Run) =>
  ({ kind: 'resync', device: await deviceOf(run, who, name) }) as const
const replace = (who: PersonName, name: string) => async (run: Run) =>
  ({ kind: 'replace', device: await knownDevice(run, who, name) }) as const

/** A device that may be gone already was known while it was there. */
async function knownDevice(run: Run, who: PersonName, name: string) {
  const open = Object.values(run.program.cases).find(({ device }) => device?.name === name)
  return open?.device?.ref ?? deviceOf(run, who, name)
}

/** The administrator's own case, gone through while the colleague's waits. */
const helpBy = (administrator: PersonName, who: PersonName, name: string, acts: Acts): Act =>
  first(async (run) => {
    const { devices } = await run.program.identity(PEOPLE[who])
    if (!devices.some((device) => device.name === name)) return
    await run.drive({
      open: async () => ({
        kind: 'help',
        device: await deviceOf(run, who, name),
        administrator: identityOf(administrator),
      }),
      acts: {
        session: async () => ({ form: 'codes', codes: [await freshPhoneCode(run, administrator)] }),
        ...acts,
      },
    })
  })

const bearsPhone = (who: PersonName) => (run: Run) => {
  run.codeFor = () => freshPhoneCode(run, who)
  return Promise.resolve()
}

export const PATHS: readonly Path[] = [
  {
    title: 'registering a virtual device',
    who: 'eunJi',
    open: register('eunJi'),
    acts: { type: choose('virtual-totp') },
    made: ['virtual-totp'],
    gone: [],
  },
  {
    title: 'registering a hardware token',
    who: 'eunJi',
    open: register('eunJi'),
    acts: { type: choose('hardware-totp'), serial: type(FREE_TOKEN), 'enable-codes': codesOf(FREE_TOKEN) },
    made: ['hardware-totp'],
    gone: [],
  },
  {
    title: 'registering a key that the page’s WebAuthn touches',
    who: 'eunJi',
    open: register('eunJi'),
    acts: { type: choose('fido') },
    made: ['fido'],
    gone: [],
  },
  {
    title: 'resynchronising a token',
    who: 'dmitri',
    open: resync('dmitri', 'Desk token'),
    acts: { 'resync-codes': codesOf(DRIFTED_TOKEN) },
    made: [],
    gone: [],
  },
  {
    title: 'resynchronising a virtual device of this vault',
    who: 'eunJi',
    scene: async (run) => {
      const { caseId } = await run.call('recovery.open', { ...(await register('eunJi')()), type: 'virtual-totp' })
      for (const step of ['create', 'backup']) await run.call('recovery.answer', { caseId, step, answer: done })
    },
    open: resync('eunJi', 'eun-ji.park-latchkey'),
    acts: {},
    made: ['virtual-totp'],
    gone: [],
  },
  {
    title: 'a token whose codes are refused is put right instead of replaced',
    who: 'dmitri',
    open: replace('dmitri', 'Desk token'),
    acts: { 'what-happened': choose('refused'), 'resync-codes': codesOf(DRIFTED_TOKEN) },
    made: [],
    gone: [],
  },
  {
    title: 'a root user’s only device, lost: email and phone',
    who: 'root',
    scene: (run) => run.call('bench.phone', { act: 'lose' }),
    open: replace('root', 'Pixel 8, production root'),
    acts: {
      'what-happened': choose('lost'),
      reach: choose('both'),
      'signed-in': first((run) => signInByFactors(run, 'root')),
      'new-type': choose('virtual-totp'),
      'old-app': other('app-gone'),
      'test-new': testAtBench('root'),
      password: newPassword('root'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, production root'],
  },
  {
    title: 'a root user whose phone number is out of reach until an administrator changes it',
    who: 'root',
    open: replace('root', 'Pixel 8, production root'),
    acts: {
      'what-happened': choose('broken'),
      reach: choose('no-phone'),
      'phone-by-administrator': first(async (run) => {
        await signIn(run, 'carol', 'Pixel 8, carol')
        await run.call('devices.setContact', {
          identity: identityOf('root'),
          contact: 'phone',
          value: '+31 20 555 0199',
          asAdministrator: PEOPLE.carol,
        })
      }),
      'signed-in': first((run) => signInByFactors(run, 'root')),
      'new-type': choose('virtual-totp'),
      'test-new': other('here'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, production root'],
  },
  {
    title: 'a root user’s lost key, with a second device, replaced by a new key',
    who: 'stagingRoot',
    scene: (run) => run.call('bench.key', { id: 'blue', act: 'lose' }),
    open: replace('stagingRoot', 'Blue key'),
    acts: {
      'what-happened': choose('lost'),
      'sign-in': first((run) => signIn(run, 'stagingRoot', 'Pixel 8, staging root')),
      'new-type': choose('fido'),
      'new-here': choose('here'),
      'test-new': testAtBench('stagingRoot'),
      password: newPassword('stagingRoot'),
    },
    made: ['fido'],
    gone: ['Blue key'],
  },
  {
    title: 'a user’s lost phone, with a key as second device',
    who: 'carol',
    scene: async (run) => {
      await run.call('bench.phone', { act: 'lose' })
      await run.call('bench.key', { id: 'spare', act: 'plug' })
    },
    open: replace('carol', 'Pixel 8, carol'),
    acts: {
      'what-happened': choose('lost'),
      'sign-in': first((run) => signIn(run, 'carol', 'Spare key')),
      'new-type': choose('virtual-totp'),
      'old-app': other('app-gone'),
      'test-new': testAtBench('carol'),
      password: newPassword('carol'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, carol'],
  },
  {
    title: 'a user who needs an administrator, and the administrator’s own case',
    who: 'alice',
    open: replace('alice', 'Pixel 8, alice'),
    acts: {
      'what-happened': choose('lost'),
      administrator: helpBy('carol', 'alice', 'Pixel 8, alice', { 'what-happened': choose('lost') }),
      'new-type': choose('virtual-totp'),
      'test-new': testAtBench('alice'),
      password: newPassword('alice'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, alice'],
  },
  {
    title: 'a user who has the old device removed by an administrator, who looks for drift first',
    who: 'dmitri',
    open: replace('dmitri', 'Pixel 8, dmitri'),
    scene: async (run) => {
      await run.call('bench.token', { serial: DRIFTED_TOKEN, driftSteps: 0 })
      await bearsPhone('dmitri')(run)
    },
    acts: {
      'what-happened': choose('broken'),
      'sign-in': first((run) => signIn(run, 'dmitri', 'Desk token')),
      'new-type': choose('virtual-totp'),
      'remove-old': other('ask-administrator'),
      'administrator-removes': helpBy('carol', 'dmitri', 'Pixel 8, dmitri', {
        'what-happened': choose('refused'),
        'resync-first': other('still-refused'),
      }),
      'test-new': testAtBench('dmitri'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, dmitri'],
  },
  {
    title: 'a lost token: the vendor, a temporary device, and the new token when it has arrived',
    who: 'dmitri',
    scene: (run) => run.call('bench.token', { serial: DRIFTED_TOKEN, act: 'lose' }),
    open: replace('dmitri', 'Desk token'),
    acts: {
      'what-happened': choose('lost'),
      'sign-in': first((run) => signIn(run, 'dmitri', 'Pixel 8, dmitri')),
      'new-type': choose('hardware-totp'),
      'new-here': choose('temporary'),
      serial: type(SPARE_TOKEN),
      'enable-codes': codesOf(SPARE_TOKEN),
      'test-new': testAtBench('dmitri'),
      password: newPassword('dmitri'),
    },
    made: ['hardware-totp', 'virtual-totp'],
    gone: ['Desk token'],
  },
  {
    title: 'a stolen phone: out of use at once, and a new password in the end',
    who: 'stagingRoot',
    scene: (run) => run.call('bench.phone', { act: 'steal' }),
    open: replace('stagingRoot', 'Pixel 8, staging root'),
    acts: {
      'what-happened': choose('stolen'),
      'sign-in': first((run) => signIn(run, 'stagingRoot', 'Blue key')),
      'new-type': choose('virtual-totp'),
      'old-app': other('app-gone'),
      'test-new': testAtBench('stagingRoot'),
      password: newPassword('stagingRoot'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, staging root'],
  },
  {
    title: 'a device that works: the new one first',
    who: 'breakglass',
    open: replace('breakglass', 'Pixel 8, breakglass'),
    acts: {
      'what-happened': choose('works'),
      'new-type': choose('virtual-totp'),
      'test-new': testAtBench('breakglass'),
    },
    made: ['virtual-totp'],
    gone: ['Pixel 8, breakglass'],
  },
  {
    title: 'a device that works, where eight places are taken: room is made first',
    who: 'oncall',
    scene: bearsPhone('oncall'),
    open: replace('oncall', 'Phone of Ines'),
    acts: {
      'what-happened': choose('works'),
      'new-type': choose('virtual-totp'),
      'test-new': testAtBench('oncall'),
    },
    made: ['virtual-totp'],
    gone: ['Phone of Ines'],
  },
]

/** Signs in with each device that was made, with the code that this vault shows for it now. */
export async function signInWithEach(run: Run, { who }: Path, names: readonly string[]): Promise<void> {
  const password = passwordOf(run, who) || NEXT_PASSWORD
  for (const name of names) await signIn(run, who, name, password)
}
