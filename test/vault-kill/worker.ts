/**
 * The process that is killed: works on a vault and tells its parent what is done. At one step, if told, it says that it is
 * there and goes no further.
 */
import { nodeVaultFs } from '../../electron/vault/fs.ts'
import { steppedFs, type Step } from '../../electron/vault/testing/stepped-fs.ts'
import { must, PASSPHRASE, stillClock, storeIn } from '../../electron/vault/testing/vaults.ts'
import { NEXT_PASSPHRASE, notesOf, numberIn, type Message, type Order } from './orders.ts'

const order = JSON.parse(process.argv[2]!) as Order
const tell = (message: Message) => process.send!(message)

/** How often each step came since the flow began, or since the last save. */
const seen = new Map<string, number>()
let isArmed = false

async function meet({ name }: Step, when: 'before' | 'after'): Promise<void> {
  const { stop } = order
  if (!isArmed || stop === undefined) return
  if (when === 'before') seen.set(name, (seen.get(name) ?? 0) + 1)
  if (name !== stop.step || seen.get(name) !== stop.occurrence) return
  if (when !== (stop.when === 'half' ? 'after' : 'before')) return
  tell({ is: 'stopped' })
  // The parent's channel keeps the process alive until it is killed.
  await new Promise(() => undefined)
}

const fs = steppedFs(nodeVaultFs(stillClock(), process.platform), order.dir, {
  before: (step) => meet(step, 'before'),
  after: (step) => meet(step, 'after'),
  take: ({ name }, length) =>
    isArmed && order.stop?.when === 'half' && name === order.stop.step ? length >> 1 : length,
})

/** Each save is an hour after the one before, so that each makes a snapshot and lets an old one go. */
let now = order.startAt
const store = storeIn(order.dir, { fs, clock: { now: () => now, after: () => () => undefined } })

async function saveWithoutPause() {
  const { session } = must(await store.unlock({ passphrase: PASSPHRASE }))
  if (session.readOnly) throw new Error('somebody else holds the lock')
  const first = numberIn(session.data()) + 1
  for (let number = first; ; number++) {
    now += 3_600_000
    seen.clear()
    isArmed = number - first >= (order.savesBefore ?? 0)
    must(await session.save(notesOf(number)))
    tell({ is: 'saved', number })
  }
}

async function changePassphrase() {
  const { session } = must(await store.unlock({ passphrase: PASSPHRASE }))
  isArmed = true
  must(await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT_PASSPHRASE))
  tell({ is: 'saved', number: 1 })
}

async function create() {
  isArmed = true
  must(await store.create({ passphrase: PASSPHRASE, data: notesOf(1) }))
  tell({ is: 'saved', number: 1 })
}

const flows: Record<Order['flow'], () => Promise<void>> = {
  save: saveWithoutPause,
  passphrase: changePassphrase,
  create,
}
await flows[order.flow]()
