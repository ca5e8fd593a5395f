/** A program that has a HID host, to be killed: it opens the key it is told, and says the host's process number when it has asked for that. */
import { hostedSource } from '../../../electron/fido/index.ts'
import { systemClock } from '../../../electron/shells/node/system.ts'
import { forkHidHost } from '../../../electron/shells/node/hid-host.ts'

const [, , file, place] = process.argv as [string, string, string, string]
const source = hostedSource({ spawn: () => forkHidHost(file), clock: systemClock })
const [key] = await source.list()
source.open({ place, kind: 'usb' }).catch(() => undefined)
await new Promise((resolve) => setImmediate(resolve))
process.send!(Number(key!.serialNumber))
