/**
 * A key behind a `HidPort` becomes a whole USB device, with strings and a plug that can be pulled: a USB gadget (configfs)
 * on the kernel's own dummy controller, which is the host too.
 */
import { mkdirSync, openSync, read, readdirSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { REPORT_BYTES, type HidPort } from '../../../../electron/fido/hid-port.ts'
import { REPORT_DESCRIPTOR, type Identity } from './identity.ts'

const GADGET = '/sys/kernel/config/usb_gadget/key'
const US_ENGLISH = '0x409'
const hex = (value: number) => `0x${value.toString(16)}`

/** Makes the device; it is not plugged in yet. */
export function makeGadget(identity: Identity): void {
  const strings = join(GADGET, 'strings', US_ENGLISH)
  const hid = join(GADGET, 'functions/hid.0')
  for (const folder of [strings, join(GADGET, 'configs/c.1'), hid]) mkdirSync(folder, { recursive: true })
  const values: [string, string, string | Uint8Array][] = [
    [GADGET, 'idVendor', hex(identity.vendorId)],
    [GADGET, 'idProduct', hex(identity.productId)],
    [GADGET, 'bcdUSB', '0x0200'],
    [strings, 'manufacturer', identity.manufacturer],
    [strings, 'product', identity.product],
    [strings, 'serialnumber', identity.serialNumber],
    [hid, 'report_length', String(REPORT_BYTES)],
    [hid, 'subclass', '0'],
    [hid, 'protocol', '0'],
    [hid, 'report_desc', REPORT_DESCRIPTOR],
  ]
  for (const [folder, name, value] of values) writeFileSync(join(folder, name), value)
  symlinkSync(hid, join(GADGET, 'configs/c.1/hid.0'))
}

export function plug(): void {
  writeFileSync(join(GADGET, 'UDC'), readdirSync('/sys/class/udc')[0]!)
}

export function unplug(): void {
  writeFileSync(join(GADGET, 'UDC'), '\n')
}

/**
 * Passes reports between the key and the device, which must have been plugged in once. In a process of its own: writing
 * waits until the host has read.
 */
export function pump(port: HidPort): void {
  const device = openSync('/dev/hidg0', 'r+')
  port.onReport((report) => {
    try {
      writeSync(device, report)
    } catch {
      // Unplugged: nobody is there to read it.
    }
  })
  const report = Buffer.alloc(REPORT_BYTES)
  const next = (): void =>
    read(device, report, 0, REPORT_BYTES, null, (error) => {
      // ESHUTDOWN: unplugged; there is no word of when that ends.
      if (error) return void setTimeout(next, 20)
      void port.write(Uint8Array.from(report))
      next()
    })
  next()
}
