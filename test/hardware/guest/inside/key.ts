/** A key that is plugged into the guest: which one, and how. A process of its own, as a key is. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { HidPort } from '../../../../electron/fido/hid-port.ts'
import { createVirtualKey } from '../../../../electron/fido/virtual/index.ts'
import { systemClock, systemRandom } from '../../../../electron/shells/node/system.ts'
import { EmulatorKey } from '../../keys/emulator.ts'
import { makeGadget, plug, pump } from './gadget.ts'
import { type Identity } from './identity.ts'
import { plugIn } from './uhid.ts'

export type Maker = 'virtual' | 'emulator'
export type Way = 'uhid' | 'usb'

/** The ids are of those that pid.codes keeps for tests. */
export const IDENTITY: Identity = {
  vendorId: 0x1209,
  productId: 0x0001,
  manufacturer: 'Example Keys',
  product: 'Example FIDO key',
  serialNumber: 'SN0001',
}

/** What the key's process does; it lives until it is killed. */
export function beKey(maker: Maker, way: Way): void {
  const port = maker === 'virtual' ? virtualPort() : new EmulatorKey({ isRaw: false }).port()
  if (way === 'uhid') plugIn(port, IDENTITY)
  else pump(port)
  process.stdout.write('plugged in\n')
}

function virtualPort(): HidPort {
  return createVirtualKey({
    clock: systemClock,
    random: systemRandom,
    person: { touch: async () => 'touched', verify: async () => 'matched', sample: async () => 'good' },
    onFault: (fault) => process.stderr.write(`a fault of the virtual key: ${String(fault)}\n`),
    options: { resetWindowMs: 120_000 },
  }).port()
}

/** Starts a key. Resolves when it is plugged in; ending the process unplugs it where it is not a USB device. */
export async function startKey(maker: Maker, way: Way): Promise<ChildProcess> {
  if (way === 'usb') {
    makeGadget(IDENTITY)
    plug()
  }
  const child = spawn(process.execPath, [process.argv[1]!, 'key', maker, way], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout!, 'data')
  return child
}
