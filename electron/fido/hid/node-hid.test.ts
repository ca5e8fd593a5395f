import { EventEmitter } from 'node:events'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Device } from 'node-hid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { portPair } from '../../../test/support/port-pair.ts'
import { hidPortSuite } from '../../../test/suites/hid-port.ts'
import type { HidPort } from '../hid-port.ts'
import { hidrawNodes, watchHidraw } from './hidraw.ts'
import { nodeHidSource, type HidDevice, type HidModule } from './node-hid.ts'

/** A device as node-hid shows one, whose other end is a port. */
class FakeDevice extends EventEmitter implements HidDevice {
  readonly #far: HidPort
  readonly writes: Buffer[] = []
  #isClosed = false
  constructor(far: HidPort) {
    super()
    this.#far = far
    far.onClose(() => this.#isClosed || this.emit('error', 'could not read from HID device'))
    this.on('newListener', (event) => {
      if (event === 'data') far.onReport((report) => this.emit('data', Buffer.from(report)))
    })
  }
  async write(values: Buffer): Promise<number> {
    this.writes.push(values)
    await this.#far.write(values.subarray(1))
    return values.length
  }
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#far.close()
  }
}

const device = (path: string, facts: Partial<Device> = {}): Device => ({
  path,
  vendorId: 0x1050,
  productId: 0x0407,
  manufacturer: 'Yubico',
  product: 'YubiKey OTP+FIDO+CCID',
  serialNumber: '',
  release: 0x543,
  interface: 1,
  usagePage: 0xf1d0,
  usage: 1,
  ...facts,
})
class FakeModule implements HidModule {
  devices: Device[] = []
  lists = 0
  opened: [string, unknown][] = []
  open: () => Promise<HidDevice> = () => Promise.resolve(new FakeDevice(portPair()[0]))
  readonly HIDAsync = {
    open: (path: string, options?: object) => {
      this.opened.push([path, options])
      return this.open()
    },
  }
  devicesAsync = (): Promise<Device[]> => {
    this.lists += 1
    return Promise.resolve(this.devices)
  }
}

hidPortSuite('a device of node-hid', async () => {
  const [bridge, far] = portPair()
  const module = new FakeModule()
  module.devices = [device('x')]
  module.open = () => Promise.resolve(new FakeDevice(bridge))
  const source = nodeHidSource({ load: () => Promise.resolve(module), platform: 'darwin' })
  const [key] = await source.list()
  return { near: await source.open(key!), far }
})

describe('HID devices that are keys', () => {
  it('are those of the FIDO usage page, with what they say of themselves', async () => {
    const module = new FakeModule()
    module.devices = [
      device('DevSrvsID:1', { usagePage: 1, usage: 6 }),
      device('DevSrvsID:2'),
      device('DevSrvsID:3', { usagePage: undefined }),
      device('', { path: undefined }),
    ]
    expect(await nodeHidSource({ load: () => Promise.resolve(module), platform: 'darwin' }).list()).toEqual([
      {
        place: 'DevSrvsID:2',
        kind: 'usb',
        vendorId: 0x1050,
        productId: 0x0407,
        manufacturer: 'Yubico',
        product: 'YubiKey OTP+FIDO+CCID',
        serialNumber: '',
      },
    ])
  })

  it('are written to with a report number of 0 first, and shared with other programs', async () => {
    const module = new FakeModule()
    const fake = new FakeDevice(portPair()[0])
    const path = '\\\\?\\HID#VID_1050&PID_0407#7&1#{4d1e55b2}'
    module.devices = [device(path)]
    module.open = () => Promise.resolve(fake)
    const source = nodeHidSource({ load: () => Promise.resolve(module), platform: 'win32' })
    const [key] = await source.list()
    const port = await source.open(key!)
    await port.write(new Uint8Array(64).fill(7))
    expect(fake.writes).toEqual([Buffer.from([0, ...new Uint8Array(64).fill(7)])])
    expect(module.opened).toEqual([[path, { nonExclusive: true }]])
  })

  it.each([
    [
      'darwin',
      'hid_open_path: failed to open IOHIDDevice from mach entry: (0xE00002C5) (iokit/common) exclusive access and device already open',
      'busy',
    ],
    [
      'darwin',
      'hid_open_path: failed to open IOHIDDevice from mach entry: (0xE00002E2) (iokit/common) not permitted',
      'denied',
    ],
    ['win32', 'CreateFile: (0x00000005) Access is denied.', 'denied'],
    [
      'win32',
      'CreateFile: (0x00000020) The process cannot access the file because it is being used by another process.',
      'busy',
    ],
    ['win32', 'CreateFile: (0x00000002) The system cannot find the file specified.', 'failed'],
  ] as const)('on %s refuse with "%s", which is %s', async (platform, message, reason) => {
    const module = new FakeModule()
    module.devices = [device('x')]
    module.open = () => Promise.reject(new TypeError(`cannot open device with path x: ${message}`))
    const source = nodeHidSource({ load: () => Promise.resolve(module), platform })
    const [key] = await source.list()
    await expect(source.open(key!)).rejects.toMatchObject({ name: 'PortRefused', reason })
  })

  it.each([
    ['libusb-1.0.so.0: cannot open shared object file: No such file or directory', 'libusb-1.0.so.0'],
    ['Failed to find binding for HID', undefined],
  ])('can not be asked for where the native half says "%s"', async (message, missingLibrary) => {
    const module = new FakeModule()
    module.devicesAsync = () => Promise.reject(new Error(message))
    const source = nodeHidSource({ load: () => Promise.resolve(module), platform: 'darwin' })
    await expect(source.list()).rejects.toMatchObject({ name: 'HidUnavailable', missingLibrary })
  })

  it('that were never found are gone', async () => {
    const source = nodeHidSource({ load: () => Promise.resolve(new FakeModule()), platform: 'darwin' })
    await expect(source.open({ place: 'x', kind: 'usb' })).rejects.toMatchObject({ reason: 'gone' })
  })

  it('are not opened for whoever has given up', async () => {
    const module = new FakeModule()
    const source = nodeHidSource({ load: () => Promise.resolve(module), platform: 'darwin' })
    module.devices = [device('x')]
    const [key] = await source.list()
    await expect(source.open(key!, AbortSignal.abort())).rejects.toThrow('aborted')
    expect(module.opened).toEqual([])
  })

  it('that can not be read any more say why they are closed', async () => {
    const module = new FakeModule()
    const fake = new FakeDevice(portPair()[0])
    module.devices = [device('x')]
    module.open = () => Promise.resolve(fake)
    const source = nodeHidSource({ load: () => Promise.resolve(module), platform: 'darwin' })
    const port = await source.open((await source.list())[0]!)
    const closed = new Promise((resolve) => port.onClose(resolve))
    fake.emit('error', 'could not read from HID device: hid_read_timeout: unexpected poll error')
    expect(await closed).toMatchObject({ cause: expect.stringContaining('unexpected poll error') as unknown })
  })
})

describe('on Linux', () => {
  let folder: string
  let module: FakeModule
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-dev-'))
    module = new FakeModule()
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const node = (name: string) => join(folder, name)
  const plug = async (name: string) => {
    await writeFile(node(name), '')
    module.devices = [...module.devices.filter(({ path }) => path !== node(name)), device(node(name))]
  }
  const source = () => nodeHidSource({ load: () => Promise.resolve(module), platform: 'linux', folder })

  it('hidapi is asked when a node came or went, once more after that, and no further', async () => {
    const keys = source()
    await keys.list()
    await keys.list()
    for (let i = 0; i < 5; i++) expect(await keys.list()).toEqual([])
    expect(module.lists).toBe(2)
    await plug('hidraw0')
    for (let i = 0; i < 5; i++) expect(await keys.list()).toMatchObject([{ product: 'YubiKey OTP+FIDO+CCID' }])
    expect(module.lists).toBe(4)
    await writeFile(node('tty7'), '')
    await keys.list()
    expect(module.lists).toBe(4)
    await rm(node('hidraw0'))
    module.devices = []
    expect(await keys.list()).toEqual([])
  })

  it('a key that takes the node of the one before is another', async () => {
    const keys = source()
    await plug('hidraw0')
    const [first] = await keys.list()
    await writeFile(node('new'), '')
    await rename(node('new'), node('hidraw0'))
    const [second] = await keys.list()
    expect(second!.place).not.toBe(first!.place)
    await expect(keys.open(first!)).rejects.toMatchObject({ reason: 'gone' })
    await keys.open(second!)
    expect(module.opened[0]![0]).toBe(node('hidraw0'))
  })

  it('a key whose node came while hidapi was asked is found the next time', async () => {
    const keys = source()
    module.devices = [device(node('hidraw0'))]
    expect(await keys.list()).toEqual([])
    await plug('hidraw0')
    expect(await keys.list()).toHaveLength(1)
  })

  it('a node that is gone says so, whatever hidapi says', async () => {
    const keys = source()
    await plug('hidraw0')
    const [key] = await keys.list()
    expect(await keys.canOpen(key!)).toBe(true)
    await rm(node('hidraw0'))
    module.open = () => Promise.reject(new Error('no such device'))
    expect(await keys.canOpen(key!)).toBe(false)
    await expect(keys.open(key!)).rejects.toMatchObject({ reason: 'gone' })
  })

  // Nothing is denied to root: there is no such node for it.
  const itAsUser = process.getuid?.() === 0 ? () => undefined : it
  itAsUser('a node without permissions is denied', async () => {
    const keys = source()
    await plug('hidraw0')
    await chmod(node('hidraw0'), 0)
    const [key] = await keys.list()
    module.open = () => Promise.reject(new Error('Permission denied'))
    expect(await keys.canOpen(key!)).toBe(false)
    await expect(keys.open(key!)).rejects.toMatchObject({ reason: 'denied' })
  })

  it('what hidapi says counts where the node says nothing', async () => {
    const keys = source()
    await plug('hidraw0')
    const [key] = await keys.list()
    module.open = () => Promise.reject(new Error('Failed to open a device: Permission denied'))
    await expect(keys.open(key!)).rejects.toMatchObject({ reason: 'denied' })
  })

  it('a node that comes, changes or goes is a hint, and nothing else is', async () => {
    let hints = 0
    let hinted: () => void = () => undefined
    const next = () => new Promise<void>((resolve) => (hinted = resolve))
    const stop = source().onHint!(() => {
      hints += 1
      hinted()
    })
    const first = next()
    await mkdir(node('pts'))
    await plug('hidraw3')
    await first
    const gone = next()
    await rm(node('hidraw3'))
    await gone
    stop()
    expect(hints).toBeGreaterThanOrEqual(2)
  })

  it('a folder that can not be watched hints at nothing, and does no harm', () => {
    const watch = watchHidraw(() => expect.unreachable(), node('missing'))
    expect(watch.isWatching).toBe(false)
    watch.stop()
  })

  it('every change is hinted at once hidapi was asked twice of the same nodes, while somebody listens', async () => {
    const keys = source()
    const stops: (() => void)[] = []
    await plug('hidraw0')
    await keys.list()
    await keys.list()
    expect(keys.isHinting).toBe(false)
    const hinted = new Promise<void>((resolve) => void stops.push(keys.onHint!(resolve)))
    expect(keys.isHinting).toBe(true)
    await plug('hidraw1')
    await hinted
    await keys.list()
    expect(keys.isHinting).toBe(false)
    await keys.list()
    expect(keys.isHinting).toBe(true)
    for (const stop of stops) stop()
    expect(keys.isHinting).toBe(false)
  })

  it('nodes are known by name and inode', async () => {
    await plug('hidraw0')
    await writeFile(node('sda'), '')
    expect([...(await hidrawNodes(folder)).keys()]).toEqual([node('hidraw0')])
  })
})
