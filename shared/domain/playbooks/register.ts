/** Registering one more device: choose the kind, and it is made and enabled (two actions for a virtual device). */
import { deviceType, type DeviceType, type MfaDevice } from '../device.ts'
import { devicesInUse, offeredTypes } from '../loss/index.ts'
import type { Facts } from './ask.ts'
import type { PlaybookFacts } from './case.ts'
import { enable, pick, typeOptions } from './enable.ts'
import type { Rules } from './rules.ts'
import type { Walk } from './walk.ts'

export function register(walk: Walk, world: PlaybookFacts, rules: Rules): void {
  const options = typeOptions(world, rules)
  const recommended = options.find((option) => option.recommended)?.option
  const chosen = walk.step({
    step: 'type',
    by: 'person',
    ask: { form: 'choice', options },
    facts: { inUse: devicesInUse(world.devices).length },
    expect: { choice: recommended ?? 'virtual-totp', facts: {} },
  })
  const type = readType(chosen.choice)
  const made = enable(walk, world, type, { again: ['type'] })
  if (type === 'virtual-totp') offerBackup(walk)
  walk.step({
    step: 'registered',
    by: 'program',
    ask: { form: 'end', others: rules.has('several-devices') && isAlone(world) ? ['register'] : [] },
    facts: { type, ...pick(made.facts, 'name'), ...standing(world, rules) },
  })
}

/** A choice read back from the log as a kind of device. */
export const readType = (choice: string | undefined): DeviceType => deviceType.safeParse(choice).data ?? 'virtual-totp'

/** The seed of a virtual device is in this vault alone: without a backup it goes with this computer. */
export const offerBackup = (walk: Walk): void => {
  walk.step({ step: 'backup', by: 'person', ask: { form: 'backup' } })
}

const isAlone = (world: PlaybookFacts) => devicesInUse(world.devices).length <= 1

/** How the identity stands at the end of a case: devices in use, places taken, and what to add where one stands alone. */
export function standing(world: PlaybookFacts, rules: Rules, leaving?: MfaDevice): Facts {
  const devices = world.devices.filter((device) => device.id !== leaving?.id)
  const inUse = devicesInUse(devices)
  return {
    inUse: inUse.length,
    registered: devices.length,
    ...(rules.has('several-devices') && inUse.length === 1 ? { single: true, offer: offeredTypes(devices)[0]! } : {}),
  }
}
