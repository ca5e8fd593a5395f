/** What one loss means for every account it touches: the tasks of a case that holds many, in the order that locks nobody out. */
import type { Loss, MfaDevice } from '../device.ts'
import {
  accountKey,
  deviceKey,
  lose,
  losableKey,
  nodeRef,
  orderOfMending,
  type AccessWorld,
  type IdentityNode,
  type LossItem,
  type Row,
} from '../loss/index.ts'
import type { Happening } from './case.ts'
import type { ManyTask } from './many.ts'

/** Every account the losses touch. `now` in milliseconds since 1970. Empty where they touch none. */
export function draftMany(world: AccessWorld, losses: readonly LossItem[], now: number): readonly ManyTask[] {
  const report = lose(world, losses, now)
  const rows = new Map(report.rows.map((row) => [accountKey(row.account), row]))
  const nodes = new Map(world.identities.map((node) => [accountKey({ is: 'identity', ...nodeRef(node) }), node]))
  const tasks: Omit<ManyTask, 'id'>[] = orderOfMending(report).flatMap((account) => {
    const key = accountKey(account)
    const row = rows.get(key)
    if (!row) return []
    const node = nodes.get(key)
    const todos = node ? replacements(world, node, losses) : []
    const common = { account, name: row.name, newPassword: row.exposed !== 'none' }
    return todos.length > 0 ? todos.map((todo) => ({ ...common, todo })) : [{ ...common, todo: withoutDevice(row) }]
  })
  return tasks.map((task, at) => ({ id: `${at + 1}`, ...task }))
}

/** No device of it is known to be lost: at a site the person sees to it, at a backend it opens, or nobody has said where its devices are. */
function withoutDevice({ account, outcome, exposed }: Row): ManyTask['todo'] {
  if (account.is === 'identity') return { is: outcome === 'unknown' ? 'look' : 'nothing' }
  return { is: outcome !== 'opens' || exposed !== 'none' ? 'by-hand' : 'nothing' }
}

function replacements(world: AccessWorld, node: IdentityNode, losses: readonly LossItem[]): ManyTask['todo'][] {
  return node.devices.flatMap((device) => {
    const happened = happenedTo(world, node, device, losses)
    if (!happened) return []
    const administratorId = node.isOwn ? undefined : administratorFor(world, node)
    return [
      {
        is: 'replace',
        device: { id: device.id, name: device.name, type: device.type },
        happened,
        ...(administratorId === undefined ? {} : { administratorId }),
      },
    ]
  })
}

/**
 * What became of a device with these losses; `undefined` where nothing did. One whose secret is kept elsewhere as well still
 * works: if what was lost may be in other hands, it is replaced while it does, the new one first.
 */
export function happenedTo(
  { entries, keys, said }: Pick<AccessWorld, 'entries' | 'keys' | 'said'>,
  node: IdentityNode,
  device: MfaDevice,
  losses: readonly LossItem[],
): Happening | undefined {
  const ref = { ...nodeRef(node), deviceId: device.id }
  const key = deviceKey(ref)
  const lostBy = new Map(losses.map(({ what, how }) => [losableKey(what), how]))
  const itself = lostBy.get(key)
  if (itself) return itself
  const entry = entries.find(({ link }) => link && deviceKey(link) === key)
  const places = [
    ...(entry ? [losableKey({ is: 'entry', entryId: entry.id })] : []),
    ...said.copies
      .filter(({ of }) => (of.is === 'device' ? deviceKey(of) === key : of.entryId === entry?.id))
      .map(({ on }) => losableKey({ is: 'thing', thing: on })),
    ...said.deviceKeys
      .filter((one) => deviceKey(one.device) === key)
      .map((one) => losableKey({ is: 'key', key: one.key })),
    ...keys
      .filter(({ devices }) => devices.some((one) => deviceKey(one) === key))
      .map(({ id }) => losableKey({ is: 'key', key: id })),
  ]
  const lost = places.flatMap((place) => lostBy.get(place) ?? [])
  const worst = worstOf(lost)
  if (!worst) return undefined
  if (new Set(places).size === new Set(places.filter((place) => lostBy.has(place))).size) return worst
  return worst === 'broken' ? undefined : 'works'
}

/** Stolen is worse than lost, and lost worse than broken. */
const worstOf = (losses: readonly Loss[]): Loss | undefined =>
  (['stolen', 'lost', 'broken'] as const).find((loss) => losses.includes(loss))

/** One of this person's own identities that may act for a colleague's. */
const administratorFor = ({ identities }: AccessWorld, node: IdentityNode): string | undefined =>
  node.identity.kind === 'root'
    ? undefined
    : node.administrators.find(({ id }) =>
        identities.some((own) => own.backendId === node.backendId && own.identity.id === id && own.isOwn),
      )?.id
