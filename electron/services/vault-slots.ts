/** The vault's ways in, changed after re-authentication: another passphrase, a recovery code, a slot removed, old snapshots deleted. */
import { callError } from '../../shared/contract/index.ts'
import { unreachable } from '../../shared/kit/index.ts'
import type { ConfirmFault, RemoveSlotFault, SlotsChanged, Snapshot } from '../vault/index.ts'
import type { Confirm, Effects } from './confirm.ts'
import { fromVault } from './errors.ts'
import type { Handlers } from './handlers.ts'
import type { AskLosing } from './losing.ts'
import type { Log } from './ports.ts'
import { checkNewPassphrase, type VaultService } from './vault.ts'

type SlotHandlers = Pick<
  Handlers,
  | 'vault.changePassphrase'
  | 'vault.recoveryCode'
  | 'vault.confirmRecoveryCode'
  | 'vault.removeSlot'
  | 'vault.deleteSnapshots'
>

export function createSlotHandlers(vault: VaultService, confirm: Confirm, losing: AskLosing, log: Log): SlotHandlers {
  const done = (changed: SlotsChanged) => {
    for (const warning of changed.warnings) log.error('vault.saved-but', { warning })
    vault.changed()
    return changed
  }
  const slotEffects = (id: string): Effects => {
    const slots = vault.session().slots()
    const slot = slots.find((other) => other.id === id)
    if (!slot) throw callError('not-found', { what: 'slot' })
    return [
      { effect: 'slot-opens-nothing-new', facts: { kind: slot.kind, label: slot.label, createdAt: slot.createdAt } },
      ...slots
        .filter((other) => other !== slot)
        .map(({ kind, label }) => ({ effect: 'slot-stays', facts: { kind, label } })),
    ]
  }

  return {
    async 'vault.changePassphrase'({ current, next }) {
      checkNewPassphrase(next)
      const changed = await vault.session().changePassphrase({ passphrase: current }, next)
      if (!changed.ok) throw fromVault(changed.error, 'next')
      return { snapshots: idsAndTimes(done(changed.value).stillOpened) }
    },
    async 'vault.recoveryCode'({ passphrase }) {
      await vault.reauthenticate(passphrase)
      const prepared = vault.session().prepareRecoveryCode()
      if (!prepared.ok) throw fromVault(prepared.error)
      return { code: prepared.value }
    },
    async 'vault.confirmRecoveryCode'({ code }) {
      const confirmed = await vault.session().confirmRecoveryCode(code)
      if (!confirmed.ok) throw fromConfirming(confirmed.error)
      done(confirmed.value)
      return {}
    },
    async 'vault.removeSlot'({ id, passphrase }, context) {
      await vault.reauthenticate(passphrase)
      const losingNow = async () => {
        const own = slotEffects(id)
        const { effects, typeName } = await losing([{ is: 'slot', slot: id }], context.signal)
        return { effects: [...own, ...effects], typeName }
      }
      const { effects, typeName } = await losingNow()
      // A kind that there is one of needs no other name.
      const { kind, label } = effects[0]?.facts ?? {}
      const object = String(kind === 'security-key' ? label : kind)
      const approval = await confirm(context, { operation: 'vault.removeSlot', object, effects, typeName })
      approval.use((await losingNow()).effects)
      const removed = await vault.session().removeSlot(id)
      if (!removed.ok) throw fromRemoving(removed.error)
      return { snapshots: idsAndTimes(done(removed.value).stillOpened) }
    },
    async 'vault.deleteSnapshots'({ ids }, context) {
      const present = async (): Promise<Effects> =>
        (await vault.session().snapshots())
          .filter((snapshot) => ids.includes(snapshot.id))
          .map(({ id, savedAt }) => ({ effect: 'snapshot-deleted', facts: { id, savedAt } }))
      const effects = await present()
      if (effects.length === 0) return {}
      const object = String(effects.length)
      const approval = await confirm(context, { operation: 'vault.deleteSnapshots', object, effects })
      approval.use(await present())
      const deleted = await vault.session().deleteSnapshots(ids)
      if (!deleted.ok) throw fromVault(deleted.error)
      return {}
    },
  }
}

const idsAndTimes = (snapshots: readonly Snapshot[]) => snapshots.map(({ id, savedAt }) => ({ id, savedAt }))

function fromConfirming(fault: ConfirmFault) {
  switch (fault.code) {
    case 'recovery-code-differs':
      return callError('recovery-code-differs', {})
    case 'too-many-slots':
      return callError('not-supported', { reason: 'too-many-slots' })
    default:
      return fromVault(fault, 'code')
  }
}

function fromRemoving(fault: RemoveSlotFault) {
  switch (fault.code) {
    case 'no-such-slot':
      return callError('not-found', { what: 'slot' })
    case 'last-portable-slot':
      return callError('last-portable-slot', {})
    case 'slot-in-use':
      return callError('not-supported', { reason: 'slot-in-use' })
    case 'locked':
    case 'held':
    case 'too-large':
    case 'not-written':
      return fromVault(fault)
    default:
      return unreachable(fault)
  }
}
