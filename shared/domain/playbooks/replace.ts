/**
 * Replacing a device. First: drifted or lost? Then the way back in, then what follows for the type that was lost, in the
 * seed's order (rules 8 to 11). A device that still works is replaced the other way round: the new one first.
 */
import { MAX_DEVICES, type DeviceType, type Loss, type MfaDevice } from '../device.ts'
import { devicesInUse } from '../loss/index.ts'
import type { Facts } from './ask.ts'
import { HAPPENINGS, type CaseRecord, type Happening, type PlaybookFacts } from './case.ts'
import { enable, pick, typeOptions } from './enable.ts'
import { offerBackup, readType, standing } from './register.ts'
import { endInSync, resyncSteps } from './resync.ts'
import type { Rules } from './rules.ts'
import type { OtherId, Refusal, StepId } from './steps.ts'
import type { Taken, Walk } from './walk.ts'
import { messageFacts, regainAccess, type Access } from './way-back.ts'

/** The shortest password any of the backends takes; each says more itself when it refuses one. */
export const MIN_PASSWORD_LENGTH = 8

/** Asked again where the person wants another kind, or another way to bridge the time until it comes. */
const NEW_HERE: readonly StepId[] = ['new-here', 'new-arrived']
const NEW_TYPE: readonly StepId[] = ['new-type', 'vendor', ...NEW_HERE]

interface Replacement {
  readonly walk: Walk
  readonly world: PlaybookFacts
  readonly rules: Rules
  readonly device: MfaDevice
}

export function replace(walk: Walk, record: CaseRecord, world: PlaybookFacts, rules: Rules): void {
  const device = record.subject.device
  if (!device) return
  const replacement = { walk, world, rules, device }
  const said = whatHappened(replacement)
  const happened = readHappening(said.choice)
  if (happened === 'works') return replaceWorking(replacement, said.facts)
  if (happened === 'refused' && rules.has('drifted-or-lost-first')) {
    const found = resyncSteps(walk, world, device)
    if (found.choice === 'in-sync') return endInSync(walk, device, found)
  }
  // Refused for good, and not for its clock: it does not work, but nobody else has it.
  const loss = happened === 'refused' ? 'broken' : happened
  if (loss === 'stolen' && said.facts['canSuspend'] === true) suspend(replacement)
  replaceGone(replacement, loss, said.facts)
}

function whatHappened({ walk, world, rules, device }: Replacement): Taken {
  const neverDrifts: Refusal = 'never-drifts'
  const isTold = device.type === 'fido' && rules.has('fido-never-drifts')
  return walk.step({
    step: 'what-happened',
    by: 'person',
    ask: {
      form: 'choice',
      options: HAPPENINGS.map((option) => ({
        option,
        ...(option === 'refused' && isTold ? { refused: neverDrifts } : {}),
      })),
    },
    facts: { name: device.name, type: device.type },
    // Decided once: later steps change the very facts (the old device goes, its entry with it, a place becomes free).
    settle: () => ({
      canSuspend: world.can.markLost.can,
      canRemove: world.can.remove.can,
      isHere: world.linked.includes(device.id),
      isFull: rules.has('eight-at-most') && world.devices.length >= MAX_DEVICES,
    }),
    expect: { choice: 'lost', facts: {} },
  })
}

/** A choice read back from the log. */
export const readHappening = (choice: string | undefined): Happening =>
  HAPPENINGS.find((happening) => happening === choice) ?? 'lost'

/** The old device is no way in any more: it goes first, then the new one is enabled. */
function replaceGone(replacement: Replacement, loss: Loss, settled: Facts): void {
  const { walk, world, rules, device } = replacement
  const access = regainAccess({ walk, world, rules, device, loss })
  const type = askType(replacement)
  const retire = () => {
    if (settled['isHere'] !== true) clearOldApp(replacement, true)
    removeOld(replacement, access, loss)
  }
  const shipping = () => (type === 'virtual-totp' ? NOTHING_SHIPPED : awaitNew(replacement, type, access))

  let shipped = NOTHING_SHIPPED
  let made: Taken
  if (device.type === 'hardware-totp' && rules.has('hardware-order')) {
    if (type === 'hardware-totp') askVendor(replacement)
    shipped = shipping()
    retire()
    made = enable(walk, world, type, { again: NEW_TYPE })
  } else if (isInOrder(device, rules)) {
    retire()
    shipped = shipping()
    made = enable(walk, world, type, { again: NEW_TYPE })
  } else {
    shipped = shipping()
    made = enable(walk, world, type, { again: NEW_TYPE })
    retire()
  }
  testNew(replacement, made, ['here', 'skip'])
  changePassword(replacement, loss)
  if (type === 'virtual-totp' || shipped.hasTemporary) offerBackup(walk)
  endReplaced(replacement, type, made, shipped.facts)
}

const isInOrder = (device: MfaDevice, rules: Rules) =>
  (device.type === 'virtual-totp' && rules.has('virtual-order')) || (device.type === 'fido' && rules.has('fido-order'))

/** A thief may be quicker than the replacement: where the backend can, the stolen device opens nothing from now on. */
function suspend({ walk, device }: Replacement): void {
  walk.step({
    step: 'suspend',
    by: 'program',
    ask: { form: 'run', others: ['skip'] },
    facts: { name: device.name, type: device.type },
    isAutomatic: true,
  })
}

/** The new one is enabled and tested while the old still opens; only then does the old go. */
function replaceWorking(replacement: Replacement, settled: Facts): void {
  const { walk, world, device } = replacement
  const type = askType(replacement)
  const isFull = settled['isFull'] === true
  const access: Access = { isDeactivated: false, isEntityLeft: false, canRemove: settled['canRemove'] !== false }
  if (isFull) {
    walk.step({
      step: 'make-room',
      by: 'program',
      ask: { form: 'run', others: [] },
      facts: { name: device.name, type: device.type, limit: MAX_DEVICES },
      outcomes: ['removed', 'entity-left'],
    })
  }
  const made = enable(walk, world, type, { again: NEW_TYPE })
  testNew(replacement, made, ['here'])
  if (!isFull) removeOld(replacement, access, 'works')
  if (settled['isHere'] !== true) clearOldApp(replacement, false)
  if (type === 'virtual-totp') offerBackup(walk)
  endReplaced(replacement, type, made, {})
}

function askType({ walk, world, rules, device }: Replacement): DeviceType {
  const options = typeOptions(world, rules, {
    leaving: device,
    onlyType: rules.has('any-type') ? undefined : device.type,
  })
  const chosen = walk.step({
    step: 'new-type',
    by: 'person',
    ask: { form: 'choice', options },
    facts: { oldType: device.type, name: device.name },
    expect: { choice: options.find((option) => option.recommended)?.option ?? device.type, facts: {} },
  })
  return readType(chosen.choice)
}

function askVendor({ walk, device }: Replacement): void {
  walk.step({
    step: 'vendor',
    by: 'person',
    ask: { form: 'tick', others: [] },
    facts: { name: device.name, ...(device.serial === undefined ? {} : { serial: device.serial }) },
  })
}

interface Shipped {
  readonly hasTemporary: boolean
  readonly facts: Facts
}
const NOTHING_SHIPPED: Shipped = { hasTemporary: false, facts: {} }

/** A key or token may have to be ordered: a virtual device stands in, or the way back in is used until it comes (rule 9). */
function awaitNew({ walk, world, rules, device }: Replacement, type: DeviceType, access: Access): Shipped {
  const isFull = world.devices.length >= MAX_DEVICES
  const can = world.can.register['virtual-totp']
  const refused = isFull ? 'limit-reached' : can.can ? undefined : can.reason
  const meanwhile = meanwhileOf(world, device, access)
  const here = walk.step({
    step: 'new-here',
    by: 'person',
    ask: {
      form: 'choice',
      options: [
        { option: 'here' },
        ...(rules.has('temporary-device')
          ? [{ option: 'temporary', ...(refused === undefined ? {} : { refused }) }]
          : []),
        { option: 'wait' },
      ],
    },
    facts: { type, meanwhile },
    settle: ({ choice }) => (choice === 'wait' ? { meanwhile } : {}),
    expect: { choice: 'here', facts: {} },
  })
  if (here.choice === 'here') return NOTHING_SHIPPED
  const isTemporary = here.choice === 'temporary'
  const temporary = isTemporary ? enable(walk, world, 'virtual-totp', { again: NEW_HERE, isTemporary }) : undefined
  walk.step({
    step: 'new-arrived',
    by: 'person',
    ask: { form: 'tick', others: !isTemporary && rules.has('temporary-device') ? ['temporary'] : [] },
    facts: { type, meanwhile: isTemporary ? 'temporary' : (here.facts['meanwhile'] ?? meanwhile) },
    leadsBack: { temporary: NEW_HERE },
  })
  const name = temporary?.facts['name']
  return { hasTemporary: isTemporary, facts: isTemporary ? { temporary: name ?? true } : {} }
}

/** What opens until the new device is here. */
function meanwhileOf(world: PlaybookFacts, device: MfaDevice, access: Access): string {
  if (devicesInUse(world.devices, new Set([device.id])).length > 0) return 'other-device'
  if (access.isDeactivated) return 'password-alone'
  return world.identity.kind === 'root' ? 'alternative-factors' : 'password-alone'
}

/** "Remove the account from your device": by hand where another app holds it; an entry of this vault goes with the device. */
function clearOldApp({ walk, world, device, rules }: Replacement, mayBeGone: boolean): void {
  if (device.type !== 'virtual-totp') return
  walk.step({
    step: 'old-app',
    by: 'person',
    ask: { form: 'tick', others: mayBeGone ? ['app-gone'] : [] },
    facts: { name: device.name, identity: world.identity.name, ordered: rules.has('virtual-order') },
  })
}

function removeOld({ walk, world, device }: Replacement, access: Access, loss: string): void {
  if (access.isDeactivated && !access.isEntityLeft) return
  const isUser = world.identity.kind === 'user'
  const facts = { name: device.name, type: device.type, entityOnly: access.isEntityLeft }
  if (access.canRemove) {
    const others: OtherId[] = isUser ? ['ask-administrator'] : []
    const removed = walk.step({
      step: 'remove-old',
      by: 'program',
      ask: { form: 'run', others },
      facts,
      outcomes: ['removed', 'entity-left'],
    })
    if (removed.choice !== 'ask-administrator') return
  }
  walk.step({
    step: 'administrator-removes',
    by: 'checked',
    ask: { form: 'message', next: 'check', others: [] },
    facts: messageFacts(world, device, loss),
  })
}

function testNew({ walk, world }: Replacement, made: Taken, others: readonly OtherId[]): void {
  walk.step({
    step: 'test-new',
    by: 'checked',
    ask: { form: 'check', others: [...others] },
    facts: { ...pick(made.facts, 'name'), identity: world.identity.name },
  })
}

/** Rule 10: missing or stolen, not merely broken. After the replacement works, lest a new password lock its owner out. */
function changePassword({ walk, world, rules }: Replacement, loss: Loss): void {
  if (loss === 'broken' || !rules.has('password-if-missing-or-stolen')) return
  const canHere = world.can.changePassword.can
  const minimum = walk.trouble('password')?.['minimumLength']
  walk.step({
    step: 'password',
    by: canHere ? 'program' : 'person',
    ask: canHere
      ? {
          form: 'password',
          needsCurrent: true,
          minimumLength: typeof minimum === 'number' ? minimum : MIN_PASSWORD_LENGTH,
          others: ['by-hand'],
        }
      : { form: 'tick', others: [] },
    facts: { loss, identity: world.identity.name, kind: world.identity.kind },
  })
}

function endReplaced({ walk, world, rules, device }: Replacement, type: DeviceType, made: Taken, facts: Facts): void {
  const stands = standing(world, rules, device)
  walk.step({
    step: 'replaced',
    by: 'program',
    ask: { form: 'end', others: stands['single'] === true ? ['register'] : [] },
    facts: { old: device.name, type, ...pick(made.facts, 'name'), ...facts, ...stands },
  })
}
