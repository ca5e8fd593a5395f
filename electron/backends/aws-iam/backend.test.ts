import { backendSuite, type BackendSubject } from '../../../test/suites/backend.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import {
  ADMINISTRATOR,
  FakeIam,
  listen,
  peoplesBackend,
  SELF_MANAGE_WITHOUT_DENY,
  TIDY,
  type Policy,
} from '../../../test/support/fake-iam/index.ts'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { openAwsIam } from './open.ts'

const STEP_MS = 30_000

/** The adapter over real HTTP, against FakeIam. Each person has keys of their own. */
async function openFakeIam(): Promise<BackendSubject> {
  const clock = new FakeClock()
  const random = seededRandom('aws-iam suite')
  const iam = new FakeIam({ now: () => clock.now(), random })
  const server = await listen(iam)
  const person = (name: string, policies: readonly Policy[]) => {
    const { user, ...keys } = iam.addUser(name, policies, 'correct horse battery staple')
    const backend = openAwsIam({
      id: 'aws',
      name: 'AWS',
      clock,
      random,
      endpoint: server.url,
      credentials: { from: 'keys', read: async () => keys },
    })
    return [user.arn, backend] as const
  }
  const self = [SELF_MANAGE_WITHOUT_DENY, TIDY]
  const carol = person('carol', [ADMINISTRATOR])
  const [fresh, other, full] = [person('eun-ji', self), person('alice', self), person('oncall', self)]
  for (let i = 0; i < 8; i++)
    iam.addDevice({ serial: `arn:aws:iam::123456789012:u2f/user/oncall/key-${i}`, type: 'fido', holder: 'oncall' })
  let drift = 0
  const token = { seed: random(20), drift: 0, spent: new Set<number>() }
  const serial = 'GALT00623358'
  iam.addDevice({ serial, type: 'hardware', totp: token })
  return {
    backend: peoplesBackend(new Map([carol, fresh, other, full])),
    people: { fresh: fresh[0], other: other[0], full: full[0] },
    advance: (ms) => clock.advance(ms),
    administrator: async () => ({ as: 'administrator', identityId: carol[0] }),
    freeToken: {
      serial,
      code: () => codeOfStep(token.seed, { algorithm: 'SHA1', digits: 6 }, Math.floor(clock.now() / STEP_MS) + drift),
      async setDrift(steps) {
        drift = steps
      },
    },
    loseNext(write, when) {
      const lost = {
        beginRegister: 'CreateVirtualMFADevice',
        confirmRegister: 'EnableMFADevice',
        deactivate: 'DeactivateMFADevice',
      }[write]
      iam.fault = (action) => {
        if (action !== lost) return undefined
        iam.fault = () => undefined
        return `lost-${when}`
      }
    },
    traits: {
      shownName: (asked) => asked.replaceAll(' ', '-'),
      tellsOrderOfCodes: false,
      knowsMakers: false,
      claimsTokens: false,
      locksOut: false,
      settlingMs: 60_000,
    },
    dispose: () => server.close(),
  }
}

backendSuite('AWS IAM, against FakeIam', openFakeIam)
