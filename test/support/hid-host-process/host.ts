/** A HID host whose keys are imitated, as a real process: what opening one does is its place's name. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { runHost } from '../../../electron/fido/hid/host-process.ts'
import type { KeySource } from '../../../electron/fido/hid/source.ts'
import { portPair } from '../port-pair.ts'

const PLACES = ['echo', 'fault', 'block', 'throw'] as const

const source: KeySource = {
  async list() {
    await isAnnounced
    return PLACES.map((place) => ({
      place,
      kind: 'usb',
      serialNumber: String(process.pid),
      product: Object.keys(process.env).join(' '),
    }))
  },
  canOpen: () => Promise.resolve(true),
  async open({ place }) {
    if (place === 'fault') process.kill(process.pid, 'SIGSEGV')
    // As a native module does that never comes back.
    if (place === 'block') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    if (place === 'throw') setImmediate(() => JSON.parse(''))
    const [near, far] = portPair()
    far.onReport((report) => void far.write(report))
    return near
  },
}

// The test sees that this process has ended by the end of this connection, whoever its parent was.
const isAnnounced = isMainThread && announce()

async function announce(): Promise<void> {
  const socket = connect(Number(readFileSync(new URL('port', import.meta.url), 'utf8')), '127.0.0.1')
  socket.unref()
  await new Promise<void>((resolve) => socket.write(String(process.pid), () => resolve()))
}

runHost(() => source, import.meta.url)
