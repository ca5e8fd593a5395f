/**
 * What a dialog that destroys says: what would be lost, and who still has a way in. In the shape of the question that confirms it
 * (contract `confirmAsk.effects`), so that its digest binds the answer.
 */
import type { Consequence } from './digest.ts'
import { Explainer } from './explain.ts'
import { levelsOf, onBoth, outcomeIn, solve, withLosses } from './lost.ts'
import type { Account, Compiled } from './making.ts'
import { removalEffects } from './one-identity.ts'
import { accountKey, losableKey, type AccountRef, type DeviceRef, type Losable } from './refs.ts'
import type { Step } from './steps.ts'
import { nodeRef, type AccessWorld, type IdentityNode } from './world.ts'

/**
 * Of removing these for good: a device from its identity, passkeys or a whole key by a reset, entries, slots, backups. First what
 * backends and sites would say of it, then each account that would lose a way in: `still-opens` with what, or `would-need` what.
 */
export function effectsOf(world: AccessWorld, removed: readonly Losable[]): readonly Consequence[] {
  const devices = removed.filter((what) => what.is === 'device')
  return [
    ...devices.flatMap((device) => deviceEffects(world, device)),
    ...removed.flatMap((what) => lostThemselves(world, what)),
    ...accountEffects(world, removed, devices.map(identityOf)),
  ]
}

/**
 * Only of the accounts, each as it stands once these are gone and stay registered where they were: a key that was reset is no way
 * in, though its identity's backend knows nothing of it. `except`: accounts of which somebody else speaks.
 */
export const accountEffects = (
  world: AccessWorld,
  removed: readonly Losable[],
  except: readonly AccountRef[] = [],
): readonly Consequence[] => accountsLosing(world, removed, except).effects

/** The same, with the accounts that these alone open: certainly, whatever the answer to what is not known. */
export function accountsLosing(
  world: AccessWorld,
  removed: readonly Losable[],
  except: readonly AccountRef[] = [],
): { readonly effects: readonly Consequence[]; readonly onlyWayInto: readonly AccountRef[] } {
  const others = new Set(except.map(accountKey))
  const affected = afterRemoval(world, removed).filter(({ account }) => !others.has(accountKey(account.ref)))
  return { effects: affected.map(effectOn), onlyWayInto: onlyWays(affected, ({ best }) => best) }
}

/** Accounts that open now and would not any more, or only perhaps: for these the person types the name (rule 11). */
export const onlyWayInto = (world: AccessWorld, removed: readonly Losable[]): readonly AccountRef[] =>
  onlyWays(afterRemoval(world, removed), ({ worst }) => worst)

const onlyWays = (affected: readonly Affected[], levelOf: (levels: Affected['levels']) => number) =>
  affected.filter(({ wasOpen, levels }) => wasOpen && levelOf(levels) > 0).map(({ account }) => account.ref)

const identityOf = ({ backendId, identityId }: DeviceRef): AccountRef => ({ is: 'identity', backendId, identityId })
const deviceAccount = (device: DeviceRef) => accountKey(identityOf(device))

function deviceEffects(world: AccessWorld, device: DeviceRef): readonly Consequence[] {
  const node = nodeOf(world, device)
  if (!node) return []
  const entry = world.entries.find(
    ({ link }) => link && losableKey({ is: 'device', ...link }) === losableKey({ is: 'device', ...device }),
  )
  return removalEffects({ ways: { ...node }, deviceId: device.deviceId, entry })
}

const nodeOf = ({ identities }: AccessWorld, ref: DeviceRef): IdentityNode | undefined =>
  identities.find((node) => accountKey({ is: 'identity', ...nodeRef(node) }) === deviceAccount(ref))

/** The names of what goes. */
function lostThemselves(world: AccessWorld, what: Losable): readonly Consequence[] {
  switch (what.is) {
    case 'entry': {
      const entry = world.entries.find(({ id }) => id === what.entryId)
      return entry ? [{ effect: 'entry-goes', facts: { issuer: entry.issuer, account: entry.account } }] : []
    }
    case 'passkey':
      return passkeysOf(world, what.key).filter(({ facts }) => facts.site === what.rpId && facts.userId === what.userId)
    case 'key':
      return [...passkeysOf(world, what.key), ...hiddenOn(world, what.key)]
    case 'slot': {
      const slot = world.slots.find(({ id }) => id === what.slot)
      const rest = world.slots.filter((other) => other !== slot)
      if (!slot) return []
      return [
        { effect: 'slot-goes', facts: { slot: slot.id, kind: slot.kind, label: slot.label } },
        ...rest.map(({ id, kind, label }) => ({ effect: 'slot-stays', facts: { slot: id, kind, label } })),
      ]
    }
    case 'backup': {
      const backup = world.backups.find(({ id }) => id === what.backup)
      return backup ? [{ effect: 'backup-goes', facts: { name: backup.name, madeAt: backup.madeAt } }] : []
    }
    // Their consequences are the accounts'.
    case 'device':
    case 'thing':
    case 'contact':
    case 'passphrase':
    case 'password':
      return []
  }
}

const passkeysOf = ({ keys }: AccessWorld, key: string) =>
  (keys.find(({ id }) => id === key)?.passkeys ?? []).map(({ rpId, userId, userName }) => ({
    effect: 'passkey-goes',
    facts: { site: rpId, userId, user: userName },
  }))

/** What no list shows goes with a reset as well. */
const hiddenOn = ({ said, keys }: AccessWorld, key: string): readonly Consequence[] =>
  said.keysComplete.includes(key)
    ? []
    : keys.filter(({ id }) => id === key).map(({ name }) => ({ effect: 'unseen-may-go', facts: { name } }))

interface Affected {
  readonly account: Account
  readonly levels: ReturnType<typeof levelsOf>
  readonly wasOpen: boolean
  /** Of the best way left. */
  readonly last: Step | undefined
  readonly through: string
}

/** Accounts that lose a way in, in the order of the world. A device is taken off its identity: with none left, the password opens. */
function afterRemoval(world: AccessWorld, removed: readonly Losable[]): readonly Affected[] {
  const solved = solve(world)
  const { compiled, best, worst } = solved
  const losses = removed.map((what) => ({ what, how: 'lost' }) as const)
  const wasOpen = (account: Account) => levelsOf(solved, account.atom).worst === 0
  const openBefore = new Set(compiled.accounts.filter(wasOpen))
  const before = [best.level.slice(), worst.level.slice()] as const
  return onBoth(solved, () => {
    const marks = [best.mark(), worst.mark()] as const
    const found = withLosses(solved, losses, () => {
      const changed = new Set([...worst.changedSince(marks[1]), ...best.changedSince(marks[0])])
      // What is as good by another way has not fallen.
      const isWorse = (atom: number) => best.level[atom] !== before[0][atom] || worst.level[atom] !== before[1][atom]
      const fallen = new Set([...changed].filter(isWorse))
      const explain = new Explainer(compiled, worst, losses)
      return accountsOver(compiled, fallen).map((account): Affected => {
        const last = explain.ways(account.atom).open[0]?.steps.at(-1)
        return {
          account,
          levels: levelsOf(solved, account.atom),
          wasOpen: openBefore.has(account),
          last,
          through: last ? throughOf(world, last) : '',
        }
      })
    })
    best.undo(marks[0])
    worst.undo(marks[1])
    return found
  })
}

/** Accounts that stand worse, or a way into which took one of these. Whoever could only have helped is no way in. */
function accountsOver({ graph, accounts }: Compiled, atoms: ReadonlySet<number>): readonly Account[] {
  const heads = new Set<number>(atoms)
  for (const atom of atoms) {
    for (const at of graph.usedIn[atom]!) {
      const { isMend, level, head } = graph.rules[at]!
      if (!isMend && level === 0) heads.add(head)
    }
  }
  return accounts.filter(({ atom }) => heads.has(atom))
}

function effectOn({ account, levels, last, through }: Affected): Consequence {
  const { at, who, kind } = account.name
  const outcome = outcomeIn(levels)
  if (outcome !== 'opens' || !last) return { effect: 'would-need', facts: { at, who, kind, outcome } }
  return { effect: 'still-opens', facts: { at, who, kind, with: last.step, through } }
}

/** The name of what a way's last step uses, as people know it; empty where it uses nothing that has one. */
export function throughOf(world: AccessWorld, step: Step): string {
  switch (step.step) {
    case 'code-from-thing':
    case 'recovery-code':
      return world.said.things.find(({ id }) => id === step.thing)?.name ?? ''
    case 'touch-key':
    case 'passkey':
      return world.keys.find(({ id }) => id === step.key)?.name ?? ''
    case 'code-from-backup':
      return world.backups.find(({ id }) => id === step.backup)?.name ?? ''
    case 'use-device': {
      const { account, device } = step
      const node = world.identities.find(
        (one) => accountKey({ is: 'identity', ...nodeRef(one) }) === accountKey(account),
      )
      return node?.devices.find(({ id }) => id === device)?.name ?? ''
    }
    case 'administrator-deactivates':
    case 'phone-by-administrator':
      return step.administrator?.name ?? ''
    default:
      return ''
  }
}
