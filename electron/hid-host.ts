/** The HID host as a program: node-hid in a process of its own. Started by the shells (`startHidHost`), by nobody else. */
import { runHost } from './fido/hid/host-process.ts'
import { nodeHidSource } from './fido/hid/node-hid.ts'

runHost(() => nodeHidSource(), import.meta.url)
