/** Everything that could be mended, the world after it, and the one step that helps most. */
import type { MfaDevice } from '../device.ts'
import { canonical } from './canonical.ts'
import { atOnce, levelsOf, onBoth, prepare, solve, withLosses, type Solved } from './lost.ts'
import { MENDS, type Mend } from './mend.ts'
import type { Account, MendNode } from './making.ts'
import { accountKey, type DeviceRef, type IdentityRef, type LossItem } from './refs.ts'
import type { Said } from './said.ts'
import { compareScores, count, scoreNow, staleContacts, type Score } from './score.ts'
import type { Question } from './steps.ts'
import { nodeRef, type AccessWorld } from './world.ts'

export const allMends = (world: AccessWorld): readonly Mend[] =>
  solve(world)
    .compiled.mends()
    .map(({ mend }) => mend)

/** How bad things stand with these losses. */
export function scoreOf(world: AccessWorld, losses: readonly LossItem[], now: number): Score {
  const solved = solve(world)
  return withLosses(solved, losses, () => scoreNow(solved, solved.compiled, now))
}

export interface BestStep {
  readonly mend: Mend
  readonly before: Score
  readonly after: Score
}

/** Mends tried in one slice: some twenty milliseconds. */
const A_SLICE = 4000

/**
 * The mend after which the losses would cost least; of those that help alike, the one first in `MENDS`. `undefined` where none
 * helps. Each is tried on the solved world, where only what follows from it is looked at. Between two slices anything else may
 * be asked.
 */
export function* bestStepInSlices(
  world: AccessWorld,
  losses: readonly LossItem[],
  now: number,
): Generator<undefined, BestStep | undefined> {
  const solved = yield* prepare(world)
  const { compiled } = solved
  const byAtom = new Map(compiled.accounts.map((account) => [account.atom, account]))
  const byIdentity = new Map(compiled.accounts.map((account) => [accountKey(account.ref), account]))
  const mends = compiled.mends()
  yield undefined
  const before = withLosses(solved, losses, () => scoreNow(solved, compiled, now))
  const trying = { solved, byAtom, byIdentity, before, now }
  let best: BestStep | undefined
  for (let at = 0; at < mends.length; at += A_SLICE) {
    const some = mends.slice(at, at + A_SLICE)
    best = withLosses(solved, losses, () => some.reduce((least, mend) => better(trying, mend, least), best))
    yield undefined
  }
  return best
}

/** The same, at one go. */
export const bestStep = (world: AccessWorld, losses: readonly LossItem[], now: number): BestStep | undefined =>
  atOnce(bestStepInSlices(world, losses, now))

/** The better of a mend and the best so far. */
function better(trying: Trying, node: MendNode, best: BestStep | undefined): BestStep | undefined {
  const { mend } = node
  const { before } = trying
  const after = scoreAfter(trying, node)
  const against = compareScores(after, best?.after ?? before)
  if (against > 0 || (against === 0 && (!best || !comesFirst(mend, best.mend)))) return best
  return { mend, before, after }
}

/** Of two that help alike. */
function comesFirst(a: Mend, b: Mend): boolean {
  const order = MENDS.indexOf(a.mend) - MENDS.indexOf(b.mend)
  return order < 0 || (order === 0 && canonical(a) < canonical(b))
}

interface Trying {
  readonly solved: Solved
  readonly byAtom: ReadonlyMap<number, Account>
  readonly byIdentity: ReadonlyMap<string, Account>
  readonly before: readonly number[]
  readonly now: number
}

function scoreAfter(trying: Trying, { mend, atom, needs }: MendNode): number[] {
  const { solved, byAtom, before, now } = trying
  const { best, worst } = solved
  const after = [...before]
  const renewed = renewedBy(trying, mend)
  const touched = new Map<Account, ReturnType<typeof levelsOf>>()
  const touch = (account: Account | undefined) => {
    if (account && !touched.has(account)) touched.set(account, levelsOf(solved, account.atom))
  }
  touch(renewed?.account)
  const undone = onBoth(solved, () => {
    const from = [best.mark(), worst.mark()] as const
    for (const solver of [best, worst]) {
      if (atom !== undefined && (needs === undefined || solver.isSo(needs))) solver.add([atom])
    }
    const changed = new Set([...best.changedSince(from[0]), ...worst.changedSince(from[1])])
    const accounts = [...changed].map((at) => byAtom.get(at)).filter((account) => account !== undefined)
    const levels = new Map([...touched.keys(), ...accounts].map((account) => [account, levelsOf(solved, account.atom)]))
    best.undo(from[0])
    worst.undo(from[1])
    return levels
  })
  for (const account of undone.keys()) touch(account)
  for (const [account, levels] of undone) {
    const stale = staleContacts(account, now)
    count(after, touched.get(account)!, stale, -1)
    count(after, levels, account === renewed?.account ? renewed.stale : stale, 1)
  }
  return after
}

/** The account one of whose contacts becomes current, and how many stay stale. */
function renewedBy({ byIdentity, now }: Trying, mend: Mend): { account: Account; stale: number } | undefined {
  const renewed = contactOf(mend)
  const account = renewed && byIdentity.get(accountKey({ is: 'identity', ...renewed.identity }))
  if (!account) return undefined
  const others = account.contacts.filter(({ contact }) => contact !== renewed.contact)
  return { account, stale: staleContacts({ ...account, contacts: others }, now) }
}

function contactOf(mend: Mend) {
  if (mend.mend === 'set-contact' || mend.mend === 'confirm-contact') return mend
  return mend.mend === 'settle' && mend.question.ask === 'what-contact' ? mend.question : undefined
}

/** An id of what a mend would bring; another for each of several mends in a row. */
function newId({ identities, keys, slots, backups, said }: AccessWorld): string {
  const devices = identities.reduce((sum, node) => sum + node.devices.length, 0)
  return `new ${devices + keys.length + slots.length + backups.length + said.things.length}`
}

/** The world once it is mended. A question that is settled is answered for the better. `now` dates a contact. */
export function apply(world: AccessWorld, mend: Mend, now: number): AccessWorld {
  switch (mend.mend) {
    case 'register-key':
      return registerKey(world, mend)
    case 'add-device': {
      const id = newId(world)
      return placed(withDevice(world, mend.identity, newDevice(id, mend.type)), { ...mend.identity, deviceId: id })
    }
    case 'back-up': {
      const backup = { id: newId(world), name: '', madeAt: Number.MAX_SAFE_INTEGER, passphrase: 'own' } as const
      return settle(
        { ...world, backups: [...world.backups, backup] },
        { ask: 'where-is-backup', backup: backup.id },
        now,
      )
    }
    case 'add-slot': {
      const { kind, key } = mend
      return { ...world, slots: [...world.slots, { id: newId(world), kind, label: '', key }] }
    }
    case 'set-contact':
    case 'confirm-contact':
      return withContact(world, mend, now)
    case 'print-codes':
      return onNewThing(world, (on) => ({ recoveryCodes: [{ of: mend.account, on }] }))
    case 'settle':
      return settle(world, mend.question, now)
  }
}

const newDevice = (id: string, type: MfaDevice['type']): MfaDevice => ({
  id,
  type,
  name: '',
  health: { state: type === 'fido' ? 'in-order' : 'in-sync' },
})

const withDevice = (world: AccessWorld, { backendId, identityId }: IdentityRef, device: MfaDevice): AccessWorld => ({
  ...world,
  identities: world.identities.map((node) =>
    node.backendId === backendId && node.identity.id === identityId
      ? { ...node, devices: [...node.devices, device] }
      : node,
  ),
})

function registerKey(world: AccessWorld, { key, account }: Extract<Mend, { mend: 'register-key' }>): AccessWorld {
  if (account.is === 'identity') {
    const { backendId, identityId } = account
    const device = { backendId, identityId, deviceId: newId(world) }
    return withSaid(withDevice(world, device, newDevice(device.deviceId, 'fido')), { deviceKeys: [{ device, key }] })
  }
  const site =
    account.is === 'site'
      ? { rpId: account.rpId, userId: account.userId }
      : { rpId: newId(world), userId: newId(world) }
  const keys = world.keys.map((node) =>
    node.id === key ? { ...node, passkeys: [...node.passkeys, { ...site, userName: '' }] } : node,
  )
  return account.is === 'site'
    ? { ...world, keys }
    : withSaid({ ...world, keys }, { sameAccount: [{ site, entryId: account.entryId }] })
}

type List = Exclude<keyof Said, 'keysComplete'>
/** Each list with these at its end. */
const withSaid = (world: AccessWorld, more: { readonly [L in List]?: Said[L] }): AccessWorld => ({
  ...world,
  said: {
    ...world.said,
    ...Object.fromEntries(Object.entries(more).map(([list, items]) => [list, [...world.said[list as List], ...items]])),
  },
})

/** Something that is not listed yet, and what is on it. */
function onNewThing(world: AccessWorld, more: (on: string) => Partial<Pick<Said, List>>): AccessWorld {
  const id = newId(world)
  return withSaid(world, { things: [{ id, kind: 'sheet', name: id }], ...more(id) })
}
const placed = (world: AccessWorld, device: DeviceRef) =>
  onNewThing(world, (on) => ({ copies: [{ of: { is: 'device', ...device }, on }] }))

function withContact(
  world: AccessWorld,
  mend: { readonly mend?: Mend['mend']; readonly identity: IdentityRef; readonly contact: 'email' | 'phone' },
  now: number,
): AccessWorld {
  const { identity, contact } = mend
  const key = accountKey({ is: 'identity', ...identity })
  const isThis = (ref: IdentityRef) => accountKey({ is: 'identity', ...ref }) === key
  const told = world.said.contacts.find((other) => isThis(other.identity))?.contacts
  const node = world.identities.find((other) => isThis(nodeRef(other)))
  const present = told?.[contact] ?? node?.contacts?.[contact]
  const value = mend.mend === 'confirm-contact' && present ? present.value : `new ${contact} ${key}`
  const others = world.said.contacts.filter((other) => !isThis(other.identity))
  const contacts = { ...told, [contact]: { value, confirmedAt: now } }
  return { ...world, said: { ...world.said, contacts: [...others, { identity, contacts }] } }
}

function settle(world: AccessWorld, question: Question, now: number): AccessWorld {
  switch (question.ask) {
    case 'where-is-device':
    case 'which-key-is-device':
      return placed(world, question.device)
    case 'where-is-backup':
      return onNewThing(world, (on) => ({ backupsAt: [{ backup: question.backup, on }] }))
    case 'which-key-opens-slot': {
      const id = newId(world)
      const slots = world.slots.map((slot) => (slot.id === question.slot ? { ...slot, key: id } : slot))
      return { ...world, slots, keys: [...world.keys, { id, name: '', passkeys: [], devices: [] }] }
    }
    case 'other-ways':
      return withSaid(world, { otherWay: [question.account] })
    case 'who-administers':
      return withSaid(world, { otherWay: [{ is: 'identity', ...question.identity }] })
    case 'what-contact':
      return withContact(world, question, now)
    // Answers to these change no outcome: until they are known it is the good answer that counts.
    case 'how-mailbox-opens':
    case 'where-number-rings':
    case 'what-else-opens-with-key':
      return world
  }
}
