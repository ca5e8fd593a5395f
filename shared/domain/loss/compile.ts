/** A world made into atoms and rules: once a world, whatever is lost, and in slices, so that nothing waits for long. */
import { Graph } from './graph.ts'
import { identityWays } from './identity-ways.ts'
import { foldSites, index, type Index } from './lookup.ts'
import {
  keyAtom,
  lostable,
  mailboxName,
  mendAtom,
  thingAtom,
  type Compiled,
  type Making,
  type MendNode,
} from './making.ts'
import { accountKey, THIS_COMPUTER } from './refs.ts'
import { siteWays } from './site-ways.ts'
import type { AccessWorld, BackupNode, SlotNode } from './world.ts'

/** Identities or entries between two slices: a few milliseconds. */
const A_SLICE = 250

export function* compile(world: AccessWorld): Generator<undefined, Compiled> {
  const graph = new Graph()
  const at = index(world)
  const mends: Making['mends'] = []
  const vault = graph.atom('vault', () => ({ is: 'derived', followed: { is: 'vault' } }))
  const computer = thingAtom(graph, THIS_COMPUTER)
  for (const slot of world.slots) {
    const means = slotMeans(graph, at, slot)
    const { id, kind, key } = slot
    const step = { step: 'open-vault', slot: id, kind, ...(key === undefined ? {} : { key }) } as const
    graph.rule(vault, 0, [computer, lostable(graph, { is: 'slot', slot: id }), ...means], { step })
  }
  for (const mend of slotMends(world)) {
    const key = mend.key === undefined ? [] : [keyAtom(graph, mend.key)]
    const atom = mendAtom(graph)
    mends.push(() => [{ mend, atom }])
    graph.rule(vault, 0, [computer, atom, ...key], { isMend: true })
  }
  const newBackup = mendAtom(graph)
  mends.push(() => [{ mend: { mend: 'back-up' }, atom: newBackup }])
  const making: Making = {
    world,
    graph,
    at,
    accounts: [],
    mends,
    vault,
    backups: world.backups.map((node) => ({ node, atom: backupAtom(graph, at, node) })),
    newBackup,
  }
  const sites = foldSites(world, at)
  yield undefined
  for (const [i, node] of world.identities.entries()) {
    identityWays(making, node)
    if (i % A_SLICE === A_SLICE - 1) yield undefined
  }
  for (const [i, entry] of world.entries.entries()) {
    if (!at.deviceOf(entry)) siteWays(making, sites.ofEntry(entry))
    if (i % A_SLICE === A_SLICE - 1) yield undefined
  }
  for (const site of sites.rest) siteWays(making, site)
  mailboxes(making)
  mends.push(() => settlings(graph))
  let listed: readonly MendNode[] | undefined
  return { world, graph, accounts: making.accounts, mends: () => (listed ??= mends.flatMap((list) => list())) }
}

/** Every question, answered for the better. */
const settlings = ({ standings }: Graph): MendNode[] =>
  standings.flatMap((standing, atom): MendNode[] =>
    standing.is === 'maybe' ? [{ mend: { mend: 'settle', question: standing.question }, atom }] : [],
  )

/** What is needed to use a slot besides the slot itself. A printed code is its own sheet; a keychain goes with the computer. */
function slotMeans(graph: Graph, at: Index, { id, kind, key }: SlotNode): number[] {
  if (kind === 'passphrase') return [lostable(graph, { is: 'passphrase' })]
  if (kind !== 'security-key') return []
  if (key !== undefined && at.hasKey(key)) return [keyAtom(graph, key)]
  const question = { ask: 'which-key-opens-slot', slot: id } as const
  return [graph.atom(`key of slot ${id}`, () => ({ is: 'maybe', question, shadow: 'key' }))]
}

function slotMends({ slots, keys }: AccessWorld) {
  const has = (kind: SlotNode['kind']) => slots.some((slot) => slot.kind === kind)
  return [
    ...(['recovery-code', 'passphrase'] as const)
      .filter((kind) => !has(kind))
      .map((kind) => ({ mend: 'add-slot', kind, key: undefined }) as const),
    ...keys
      .filter(({ id }) => !slots.some(({ key }) => key === id))
      .map(({ id }) => ({ mend: 'add-slot', kind: 'security-key', key: id }) as const),
  ]
}

function backupAtom(graph: Graph, at: Index, { id, passphrase }: BackupNode): number {
  const backup = graph.atom(`backup opens ${id}`, () => ({ is: 'derived', followed: { is: 'backup', backup: id } }))
  const own = lostable(graph, { is: 'backup', backup: id })
  const opens = passphrase === 'of-vault' ? [lostable(graph, { is: 'passphrase' })] : []
  const things = at.placesOfBackup(id)
  const question = { ask: 'where-is-backup', backup: id } as const
  const places =
    things.length > 0
      ? things.map((thing) => thingAtom(graph, thing))
      : [graph.atom(`place of backup ${id}`, () => ({ is: 'maybe', question, shadow: 'place' }))]
  for (const place of places) {
    graph.rule(backup, 0, [own, place, ...opens], { step: { step: 'open-backup', backup: id } })
  }
  return backup
}

/** Mail is read by signing in where the person says so; else it is taken to be in reach until it is lost itself. */
function mailboxes({ world, graph, accounts }: Making): void {
  const known = new Map(accounts.map(({ ref, atom }) => [accountKey(ref), atom]))
  for (const { address, account } of world.said.mailboxes) {
    const mailbox = graph.find(mailboxName(address))
    const signedIn = known.get(accountKey(account))
    if (mailbox === undefined || signedIn === undefined) continue
    const own = lostable(graph, { is: 'contact', contact: 'email', value: address })
    graph.rule(mailbox, 0, [own, signedIn], { step: { step: 'read-mail', address, isPresumed: false, account } })
  }
}
