/**
 * Figures of the loss engine at 10,000 entries and 500 identities, as one JSON object on standard output: `loss.js RUNS`. Each
 * world is made anew, so that nothing of it was compiled before.
 */
import {
  bestStepInSlices,
  effectsOf,
  lose,
  NOTHING_SAID,
  policyOf,
  prepare,
  THIS_COMPUTER,
  weakPointsOneByOne,
  type AccessWorld,
  type LossItem,
} from '../../shared/domain/loss/index.ts'
import type { MfaDevice } from '../../shared/domain/device.ts'

const NOW = Date.UTC(2026, 10, 24)
const BACKEND = 'demo'
const IDENTITIES = 500
const ENTRIES = 10_000

const device = (id: string, type: MfaDevice['type']): MfaDevice => ({
  id,
  type,
  name: id,
  health: { state: 'in-sync' },
})

/** Every identity has an entry of this vault; the other entries stand alone, some copied to the phone, some printed. */
function largeWorld(): AccessWorld {
  const alone = Array.from({ length: ENTRIES - IDENTITIES }, (_, at) => `entry-${at}`)
  return {
    identities: Array.from({ length: IDENTITIES }, (_, at) => {
      const kind = at % 50 === 0 ? 'root' : 'user'
      const account = Math.floor(at / 50)
      return {
        backendId: BACKEND,
        identity: {
          id: `id-${at}`,
          kind,
          name: `person ${at}`,
          account: `account ${account}`,
          isAdministrator: at % 50 < 3,
        },
        devices: [device(`d-${at}`, 'virtual-totp'), ...(at % 3 === 0 ? [device(`k-${at}`, 'fido')] : [])],
        contacts:
          kind === 'root' ? { email: { value: `root${account}@x.example` }, phone: { value: '+31' } } : undefined,
        administrators: [0, 1, 2]
          .map((of) => ({ id: `id-${account * 50 + of}`, name: `person ${of}` }))
          .filter(({ id }) => id !== `id-${at}`),
        isOwn: true,
        policy: policyOf('demo', { kind }),
      }
    }),
    entries: [
      ...alone.map((id) => ({ id, issuer: id, account: 'me', createdAt: 0 })),
      ...Array.from({ length: IDENTITIES }, (_, at) => ({
        id: `linked-${at}`,
        issuer: 'Northwind',
        account: `person ${at}`,
        createdAt: 0,
        link: { backendId: BACKEND, identityId: `id-${at}`, deviceId: `d-${at}` },
      })),
    ],
    keys: ['blue', 'spare'].map((id, key) => ({
      id,
      name: id,
      passkeys: Array.from({ length: 100 }, (_, at) => ({
        rpId: `site-${at}.example`,
        userId: `u${key}`,
        userName: 'me',
      })),
      devices: Array.from({ length: 80 }, (_, at) => ({
        backendId: BACKEND,
        identityId: `id-${at * 3}`,
        deviceId: `k-${at * 3}`,
      })),
    })),
    slots: [
      { id: 'passphrase', kind: 'passphrase', label: '' },
      { id: 'printed', kind: 'recovery-code', label: '' },
    ],
    backups: [{ id: 'backup', name: 'Backup', madeAt: NOW, passphrase: 'of-vault' }],
    said: {
      ...NOTHING_SAID,
      things: [{ id: 'phone', kind: 'phone', name: 'Phone' }],
      copies: alone.slice(0, 1000).map((entryId) => ({ of: { is: 'entry', entryId }, on: 'phone' })),
    },
  }
}

const COMPUTER: LossItem[] = [{ what: { is: 'thing', thing: THIS_COMPUTER }, how: 'stolen' }]
const PHONE: LossItem[] = [{ what: { is: 'thing', thing: 'phone' }, how: 'lost' }]

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
function timed<T>(work: () => T): number {
  const startedAt = performance.now()
  work()
  return performance.now() - startedAt
}

/** How long each step of it took. */
function slicesOf(steps: Iterable<unknown>): number[] {
  const slices: number[] = []
  let since = performance.now()
  for (const _ of steps) {
    const now = performance.now()
    slices.push(now - since)
    since = now
  }
  return [...slices, performance.now() - since]
}

function run() {
  const world = largeWorld()
  const prepareSlices = slicesOf(prepare(world))
  const prepareMs = prepareSlices.reduce((sum, one) => sum + one, 0)
  const prepareSliceMs = Math.max(...prepareSlices)
  const computerMs = timed(() => lose(world, COMPUTER, NOW))
  const phoneMs = timed(() => lose(world, PHONE, NOW))
  const bestStepSlices = slicesOf(bestStepInSlices(world, COMPUTER, NOW))
  const bestStepMs = bestStepSlices.reduce((sum, one) => sum + one, 0)
  const effectsMs = timed(() => effectsOf(world, [{ is: 'key', key: 'blue' }]))
  const slices = slicesOf(weakPointsOneByOne(world))
  const weakPointsMs = slices.reduce((sum, one) => sum + one, 0)
  const sliceMs = Math.max(...slices, ...bestStepSlices)
  return { prepareMs, prepareSliceMs, computerMs, phoneMs, bestStepMs, effectsMs, weakPointsMs, sliceMs }
}

const runs = Array.from({ length: Number(process.argv[2] ?? 5) }, run)
const figure = (name: keyof (typeof runs)[number]) => median(runs.map((one) => one[name]))
const figures = {
  prepareMs: figure('prepareMs'),
  prepareSliceMs: figure('prepareSliceMs'),
  computerMs: figure('computerMs'),
  phoneMs: figure('phoneMs'),
  bestStepMs: figure('bestStepMs'),
  effectsMs: figure('effectsMs'),
  weakPointsMs: figure('weakPointsMs'),
  sliceMs: figure('sliceMs'),
}
process.stdout.write(`${JSON.stringify(figures)}\n`)
