/** Latchkey's own way to a key: node-hid, the registry, a session. */
import { getInfo } from '../../../../electron/fido/ctap2/index.ts'
import {
  nodeHidSource,
  openSession,
  Registry,
  type PluggedKey,
  type Sighting,
} from '../../../../electron/fido/index.ts'
import type { Transport } from '../../../../electron/fido/transport.ts'
import { systemClock, systemRandom } from '../../../../electron/shells/node/system.ts'
import { equalBytes } from '../../../../shared/kit/index.ts'
import { registerAndSignIn } from '../../ceremonies.ts'
import { unplug, plug } from './gadget.ts'
import { IDENTITY, startKey } from './key.ts'
import { eventually, said, step } from './steps.ts'

const parts = { clock: systemClock, random: systemRandom }

/** The registry over node-hid, and what it tells: `next` resolves with the first sighting that is as `isMeant`. */
export function watched() {
  const registry = new Registry([nodeHidSource()], systemClock)
  const seen: Sighting[] = []
  let wake = () => {}
  const stop = registry.watch((sighting) => {
    seen.push(sighting)
    wake()
  })
  const next = async (isMeant: (sighting: Sighting) => boolean): Promise<Sighting> => {
    for (;;) {
      const sighting = seen.shift()
      if (sighting && isMeant(sighting)) return sighting
      if (!sighting) await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  return { registry, stop, next }
}

const open = async (registry: Registry, key: PluggedKey) =>
  openSession(await registry.open(key.id), { ...parts, wipe: () => {} })

function same(actual: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (one !== other) throw new Error(`${one}, not ${other}`)
}

async function echo(transport: Transport, bytes: number): Promise<void> {
  const data = systemRandom(bytes)
  if (!equalBytes(await transport.ping(data), data)) throw new Error('not what was sent')
}

/** The virtual key at a real /dev/hidraw, by node-hid. */
export async function nodeHid(): Promise<void> {
  const child = await startKey('virtual', 'uhid')
  const { registry, stop, next } = watched()
  const key = await step('the key is found, and may be opened', async () => {
    const { keys } = await next(({ keys }) => keys.length > 0)
    same(
      keys.map(({ vendorId, productId, access }) => ({ vendorId, productId, access })),
      [{ vendorId: IDENTITY.vendorId, productId: IDENTITY.productId, access: 'ok' }],
    )
    return keys[0]!
  })
  const session = await step('a channel is had (INIT)', () => open(registry, key))
  await step('it says what it is (getInfo)', async () => {
    const { versions } = await session.run((transport) => getInfo(transport))
    same(versions.includes('FIDO_2_1'), true)
  })
  // uhid holds 32 reports for the key, and drops what is more.
  await step('a message of 20 reports is echoed', () => session.run((transport) => echo(transport, 1100)))
  await step('registration and sign-in are right', () =>
    session.run((transport) => registerAndSignIn(transport, parts)),
  )
  await step('a key that is unplugged ends the session', async () => {
    child.kill()
    await session.ended
    await next(({ unplugged }) => unplugged.some(({ id }) => id === key.id))
  })
  stop()
}

/** Another's key as a whole USB device, unplugged and plugged in again. */
export async function hotPlug(): Promise<void> {
  const { registry, stop, next } = watched()
  await next(({ keys }) => keys.length === 0)
  const child = await startKey('emulator', 'usb')
  const plugged = () => next(({ plugged }) => plugged.length > 0)
  const key = await step('plugging in is told, with what the device says of itself', async () => {
    const [key] = (await plugged()).plugged
    const { manufacturer, product, serialNumber } = IDENTITY
    same(
      { manufacturer: key!.manufacturer, product: key!.product, serialNumber: key!.serialNumber },
      { manufacturer, product, serialNumber },
    )
    return key!
  })
  const session = await step('a session is had', () => open(registry, key))
  await step('registration and sign-in are right', () =>
    session.run((transport) => registerAndSignIn(transport, parts)),
  )
  await step('a message of 130 reports is echoed', () => session.run((transport) => echo(transport, 7609)))
  await step('unplugging is told, and ends the session as gone', async () => {
    unplug()
    const { unplugged } = await next(({ unplugged }) => unplugged.length > 0)
    same(
      unplugged.map(({ id }) => id),
      [key.id],
    )
    await session.ended
    const fault = await session.run((transport) => getInfo(transport)).catch((error: { fault?: string }) => error.fault)
    same(fault, 'gone')
    same(await registry.open(key.id).catch((error: { fault?: string }) => error.fault), 'gone')
  })
  await step('plugged in again it is another to the registry, and answers', async () => {
    plug()
    const [again] = (await plugged()).plugged
    same(again!.id === key.id, false)
    const session = await open(registry, again!)
    same((await session.run((transport) => getInfo(transport))).versions.includes('FIDO_2_0'), true)
    await session.close()
  })
  await step('unplugged in the middle of a message the call ends as gone', async () => {
    const [found] = await registry.look()
    const session = await open(registry, found!)
    // Nothing of it is answered before it has all been sent.
    const asked = session.run((transport) => transport.ping(new Uint8Array(7609))).catch((error: unknown) => error)
    unplug()
    const error = (await asked) as { name?: string; fault?: string }
    same({ name: error.name, fault: error.fault }, { name: 'WireError', fault: 'gone' })
  })
  stop()
  child.kill('SIGKILL')
}

/** From plugged in to shown, in milliseconds: by the registry, and by `fido2-token -L` asked again and again. */
export async function plugTimes(runs: number): Promise<void> {
  const child = await startKey('virtual', 'usb')
  const gone = () => eventually(async () => ((await said('fido2-token', ['-L'])) === '' ? true : undefined))
  const shown = () => eventually(async () => (await said('fido2-token', ['-L'])) || undefined)
  const times = { registry: [] as number[], polled: [] as number[] }
  const timed = async (appears: () => Promise<unknown>): Promise<number> => {
    const began = performance.now()
    plug()
    await appears()
    return performance.now() - began
  }
  for (let run = 0; run < runs; run++) {
    unplug()
    await gone()
    times.polled.push(await timed(shown))
    unplug()
    await gone()
    const { stop, next } = watched()
    await next(({ keys }) => keys.length === 0)
    times.registry.push(await timed(() => next(({ plugged }) => plugged.length > 0)))
    stop()
  }
  process.stdout.write(`${JSON.stringify(times)}\n`)
  child.kill('SIGKILL')
}
