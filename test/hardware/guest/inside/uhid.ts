/** A key behind a `HidPort` becomes a HID device of this kernel, through /dev/uhid (linux/uhid.h). */
import { openSync, read, writeSync } from 'node:fs'
import { REPORT_BYTES, type HidPort } from '../../../../electron/fido/hid-port.ts'
import { REPORT_DESCRIPTOR, type Identity } from './identity.ts'

const EVENT = { output: 6, create2: 11, input2: 12 } as const
const EVENT_BYTES = 4380
const BUS_USB = 3
/** Of struct uhid_create2_req, after the event's type. */
const AT = { name: 4, phys: 132, uniq: 196, descriptorBytes: 260, bus: 262, vendor: 264, product: 268, descriptor: 280 }
/** struct uhid_output_req: the data, 4096 bytes, and then how much of it there is. */
const OUTPUT_SIZE_AT = 4 + 4096

/** It is plugged in until this process ends. */
export function plugIn(port: HidPort, identity: Identity): void {
  const device = openSync('/dev/uhid', 'r+')
  const create = Buffer.alloc(EVENT_BYTES)
  create.writeUInt32LE(EVENT.create2)
  create.write(identity.product, AT.name, 127)
  create.write(identity.serialNumber, AT.uniq, 63)
  create.writeUInt16LE(REPORT_DESCRIPTOR.length, AT.descriptorBytes)
  create.writeUInt16LE(BUS_USB, AT.bus)
  create.writeUInt32LE(identity.vendorId, AT.vendor)
  create.writeUInt32LE(identity.productId, AT.product)
  create.set(REPORT_DESCRIPTOR, AT.descriptor)
  writeSync(device, create)

  port.onReport((report) => {
    const input = Buffer.alloc(6 + REPORT_BYTES)
    input.writeUInt32LE(EVENT.input2)
    input.writeUInt16LE(REPORT_BYTES, 4)
    input.set(report, 6)
    writeSync(device, input)
  })
  const event = Buffer.alloc(EVENT_BYTES)
  const next = (): void =>
    read(device, event, 0, EVENT_BYTES, null, (error) => {
      if (error) return
      if (event.readUInt32LE() === EVENT.output) {
        // A report number of zero comes first where the program wrote one.
        const size = event.readUInt16LE(OUTPUT_SIZE_AT)
        const from = size > REPORT_BYTES ? 5 : 4
        void port.write(Uint8Array.from(event.subarray(from, from + REPORT_BYTES)))
      }
      next()
    })
  next()
}
