/**
 * Keys of the system's HID devices, by node-hid (hidapi): usage page 0xF1D0, reports of 64 bytes without a report id. The
 * native module is loaded when it is first needed, in whatever process asks: a fault in it ends that process.
 */
import type { Device } from 'node-hid'
import { MisuseError } from '../errors.ts'
import { HidUnavailable, PortClosed, PortRefused, REPORT_BYTES, type HidPort } from '../hid-port.ts'
import { accessFault, hidrawNodes, watchHidraw, type HidrawWatch } from './hidraw.ts'
import type { FoundKey, KeySource } from './source.ts'

/** CTAP 2.1 §11.2.8.2. */
const FIDO_USAGE_PAGE = 0xf1d0

/** What is used of node-hid. */
export interface HidModule {
  devicesAsync(): Promise<Device[]>
  readonly HIDAsync: { open(path: string, options?: { nonExclusive?: boolean }): Promise<HidDevice> }
}
export interface HidDevice {
  write(values: Buffer): Promise<number>
  close(): Promise<void>
  on(event: 'data', listener: (report: Buffer) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
}

export interface NodeHidOptions {
  readonly load?: (() => Promise<HidModule>) | undefined
  readonly platform?: NodeJS.Platform | undefined
  /** Linux: the folder of the device nodes. */
  readonly folder?: string | undefined
}

/** Its `list` throws `HidUnavailable` where node-hid can't work on this system. */
export function nodeHidSource({
  load = () => import('node-hid'),
  platform = process.platform,
  folder = '/dev',
}: NodeHidOptions = {}): KeySource {
  const list = async (): Promise<HidKey[]> => {
    const devices = await load()
      .then((module) => module.devicesAsync())
      .catch(unavailable)
    return devices.flatMap(hidKey)
  }
  const isLinux = platform === 'linux'
  const look = isLinux ? onlyWhenChanged(list, folder) : { list, isSettled: false }
  const watches = new Set<HidrawWatch>()
  const onHint = (listener: () => void) => {
    const watch = watchHidraw(listener, folder)
    watches.add(watch)
    return () => {
      watches.delete(watch)
      watch.stop()
    }
  }
  let seen: readonly HidKey[] = []
  const pathOf = ({ place }: FoundKey): string => {
    const key = seen.find((each) => each.place === place)
    if (!key) throw new PortRefused('gone')
    return key.path
  }
  return {
    async list() {
      seen = await look.list()
      return seen.map(({ path: _path, ...key }) => key)
    },
    canOpen: async (key) => !isLinux || (await accessFault(pathOf(key))) === undefined,
    async open(key, signal) {
      signal?.throwIfAborted()
      const path = pathOf(key)
      const { HIDAsync } = await load()
      try {
        // Other programs' messages come on channels of their own; there is no need to shut them out.
        return new NodeHidPort(await HIDAsync.open(path, { nonExclusive: true }))
      } catch (cause) {
        throw new PortRefused(refusal(isLinux ? await accessFault(path) : undefined, String(cause)), { cause })
      }
    },
    ...(isLinux && { onHint }),
    // One that is not settled must be asked once more, and nothing will hint at that.
    get isHinting() {
      return look.isSettled && watches.size > 0 && [...watches].every(({ isWatching }) => isWatching)
    },
  }
}

/** node-hid loads its native half at the first call, which is a listing: nothing else is done before one. */
function unavailable(cause: unknown): never {
  const missing = /^(\S+): cannot open shared object file/.exec(cause instanceof Error ? cause.message : '')
  throw new HidUnavailable(missing?.[1], { cause })
}

interface HidKey extends FoundKey {
  readonly path: string
}

function hidKey({ path, usagePage, vendorId, productId, manufacturer, product, serialNumber }: Device): HidKey[] {
  if (path === undefined || usagePage !== FIDO_USAGE_PAGE) return []
  return [{ path, place: path, kind: 'usb', vendorId, productId, manufacturer, product, serialNumber }]
}

/**
 * Asks hidapi only when a device node came or went, and once more after that, since a device may be there before all of
 * it can be read. Its node's inode becomes part of a key's place: another key may get the name of the one before.
 */
function onlyWhenChanged(list: () => Promise<HidKey[]>, folder: string) {
  let last: { nodes: ReadonlyMap<string, number>; keys: readonly HidKey[]; isSettled: boolean } | undefined
  return {
    get isSettled() {
      return last?.isSettled ?? false
    },
    async list(): Promise<readonly HidKey[]> {
      const nodes = await hidrawNodes(folder)
      const isUnchanged = last !== undefined && sameNodes(last.nodes, nodes)
      if (last && isUnchanged && last.isSettled) return last.keys
      const keys = (await list()).flatMap((key) => {
        const inode = nodes.get(key.path)
        return inode === undefined ? [] : [{ ...key, place: `${key.path}#${inode}` }]
      })
      last = { nodes, keys, isSettled: isUnchanged }
      return keys
    },
  }
}

const sameNodes = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean =>
  a.size === b.size && [...a].every(([path, inode]) => b.get(path) === inode)

/** By the code of the device node's own refusal where there is one, else by what hidapi says of the system's. */
function refusal(code: string | undefined, message: string): PortRefused['reason'] {
  if (code === 'EACCES' || code === 'EPERM') return 'denied'
  if (code === 'ENOENT') return 'gone'
  // macOS: kIOReturnExclusiveAccess 0xE00002C5, kIOReturnNotPermitted 0xE00002E2; Windows: "Access is denied."
  if (/busy|0xE00002C5|exclusive access|used by another process/i.test(message)) return 'busy'
  if (/denied|0xE00002E2|not permitted/i.test(message)) return 'denied'
  return 'failed'
}

class NodeHidPort implements HidPort {
  readonly #device: HidDevice
  #isClosed = false
  #reason: Error | undefined
  #onClose: ((reason?: Error) => void) | undefined

  constructor(device: HidDevice) {
    this.#device = device
    // hidapi can't read any more: unplugged, as a rule.
    device.on('error', (cause) => void this.#end(new Error('the device can not be read', { cause })))
  }

  async write(report: Uint8Array): Promise<void> {
    if (report.length !== REPORT_BYTES) throw new MisuseError('a report is 64 bytes')
    if (this.#isClosed) throw new PortClosed()
    // hidapi wants the number of the report first; 0 says that there are none.
    const numbered = Buffer.alloc(1 + REPORT_BYTES)
    numbered.set(report, 1)
    await this.#device.write(numbered).catch((cause: unknown) => {
      throw new PortClosed({ cause })
    })
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#device.on('data', (report) => {
      if (!this.#isClosed) listener(Uint8Array.from(report))
    })
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener
    if (this.#isClosed) queueMicrotask(() => listener(this.#reason))
  }

  close(): Promise<void> {
    return this.#end()
  }

  async #end(reason?: Error): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#reason = reason
    this.#onClose?.(reason)
    // A device that is gone can't be closed properly, and need not be.
    await this.#device.close().catch(() => undefined)
  }
}
