/** The rows of the keys topic: what is plugged in, and what was seen before. */
import type { KeyRow, State } from '../../../shared/contract/index.ts'
import { HidUnavailable } from '../../fido/index.ts'
import { byLooks, certainly, defined, modelFor, shown, type Desk } from './desk.ts'
import { devicesOn, deviceNames } from './linked-devices.ts'
import { keyInfo } from './key-info.ts'
import type { Plugged } from './plugged.ts'
import { aaguidOf } from './recognise.ts'
import type { RememberedKey } from './remembered.ts'
import { twinsOf } from './twins.ts'

export function keysState(desk: Desk): State<'keys'> {
  const plugged = desk.plugged.all.map((one) => ({ one, ...whose(desk, one) }))
  const here = new Set(plugged.map(({ remembered }) => remembered?.id))
  return {
    ...(desk.plugged.isSighted ? {} : { looking: true }),
    plugged: plugged.map(({ one, remembered, by }) => pluggedRow(desk, one, remembered, by)),
    seen: desk.store
      .data()
      .keys.filter(({ id }) => !here.has(id))
      .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
      .map((key) => seenRow(desk, key)),
    ...defined({ trouble: troubleOf(desk) }),
    twins: twinsOf(desk),
    developerKey: desk.developerKey,
  }
}

/** The remembered key it is, or looks like. */
function whose(desk: Desk, one: Plugged): { remembered: RememberedKey | undefined; by: KeyRow['recognisedBy'] } {
  const remembered = certainly(desk, one.known)
  if (remembered) return { remembered, by: one.known!.by === 'now' ? undefined : one.known!.by }
  const alike = byLooks(desk, one)
  return { remembered: alike, by: alike && 'looks' }
}

function pluggedRow(
  desk: Desk,
  { key, state, facts, waitsFor }: Plugged,
  remembered: RememberedKey | undefined,
  by: KeyRow['recognisedBy'],
): KeyRow {
  const aaguid = aaguidOf(facts?.info)
  // What only looks like the key that was read before may be empty.
  const isCertain = remembered !== undefined && by !== 'looks'
  return {
    id: key.id,
    ...defined({
      rememberedId: remembered?.id,
      name: remembered?.name,
      recognisedBy: by,
      aaguid,
      serial: key.serialNumber === undefined ? undefined : shown(key.serialNumber),
      vendorId: key.vendorId,
      productId: key.productId,
      waitsFor,
      info: facts && keyInfo(facts),
      passkeys: isCertain ? remembered.passkeys : undefined,
    }),
    ...modelFor(aaguid, key.product),
    kind: key.kind,
    state,
    devices: isCertain ? deviceNames(devicesOn(desk, remembered)) : [],
  }
}

function seenRow(desk: Desk, key: RememberedKey): KeyRow {
  const { id, name, aaguid, serial, vendorId, productId, product, kind, passkeys, lastSeenAt } = key
  return {
    id,
    rememberedId: id,
    ...defined({ name, aaguid, serial: serial && shown(serial), vendorId, productId, passkeys }),
    ...modelFor(aaguid, product),
    kind,
    state: 'unplugged',
    devices: deviceNames(devicesOn(desk, key)),
    lastSeenAt,
  }
}

function troubleOf({ plugged, hasSources }: Desk): State<'keys'>['trouble'] {
  if (!hasSources) return 'none-here'
  if (plugged.trouble.length === 0) return undefined
  return plugged.trouble.some((trouble) => trouble instanceof HidUnavailable) ? 'module-missing' : 'host-failing'
}
