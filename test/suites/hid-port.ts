/** What every `HidPort` owes, whatever carries the reports: run for sockets, for the pair in memory, and for node-hid. */
import { afterEach, describe, expect, it } from 'vitest'
import { MisuseError } from '../../electron/fido/errors.ts'
import { PortClosed, type HidPort } from '../../electron/fido/hid-port.ts'

export interface PortPair {
  readonly near: HidPort
  readonly far: HidPort
  /** Removes what carried them. */
  readonly dispose?: () => Promise<void>
}

const report = (byte: number) => new Uint8Array(64).fill(byte)

/** The next `count` reports of a port, whose listener this sets. */
function received(port: HidPort, count: number): Promise<Uint8Array[]> {
  const reports: Uint8Array[] = []
  return new Promise((resolve) =>
    port.onReport((each) => {
      reports.push(each)
      if (reports.length === count) resolve(reports)
    }),
  )
}
const closed = (port: HidPort) => new Promise<Error | undefined>((resolve) => port.onClose(resolve))

export function hidPortSuite(name: string, makePair: () => Promise<PortPair>): void {
  describe(`a port over ${name}`, () => {
    let pair: PortPair | undefined
    const open = async () => (pair = await makePair())
    afterEach(async () => {
      await pair?.near.close()
      await pair?.far.close()
      await pair?.dispose?.()
      pair = undefined
    })

    it('carries reports both ways, whole and in order', async () => {
      const { near, far } = await open()
      const there = received(far, 200)
      const back = received(near, 200)
      for (let i = 0; i < 200; i++) {
        await near.write(report(i))
        await far.write(report(255 - i))
      }
      expect(await there).toEqual(Array.from({ length: 200 }, (_, i) => report(i)))
      expect(await back).toEqual(Array.from({ length: 200 }, (_, i) => report(255 - i)))
    })

    it('carries reports that are written without waiting', async () => {
      const { near, far } = await open()
      const there = received(far, 129)
      await Promise.all(Array.from({ length: 129 }, (_, i) => near.write(report(i))))
      expect((await there).map((each) => each[63])).toEqual(Array.from({ length: 129 }, (_, i) => i))
    })

    it('carries several reports at once where it can', async () => {
      const { near, far } = await open()
      const reports = Array.from({ length: 129 }, (_, i) => report(i))
      const there = received(far, 130)
      if (near.writeAll) {
        const written = near.writeAll(reports)
        for (const each of reports) each.fill(0)
        await written
        await expect(near.writeAll([report(1), new Uint8Array(63)])).rejects.toThrow(MisuseError)
      } else for (const each of reports) await near.write(each)
      await near.write(report(129))
      expect((await there).map((each) => each[63])).toEqual(Array.from({ length: 130 }, (_, i) => i))
    })

    it('keeps what comes before it is listened to', async () => {
      const { near, far } = await open()
      await far.write(report(1))
      await far.write(report(2))
      expect(await received(near, 2)).toEqual([report(1), report(2)])
    })

    it('has sent what was written, whatever becomes of the buffer', async () => {
      const { near, far } = await open()
      const there = received(far, 2)
      const buffer = report(7)
      const first = near.write(buffer)
      buffer.fill(8)
      await Promise.all([first, near.write(buffer)])
      const reports = await there
      expect(reports).toEqual([report(7), report(8)])
      buffer.fill(9)
      expect(reports).toEqual([report(7), report(8)])
    })

    it('gives reports that are its listener’s own', async () => {
      const { near, far } = await open()
      const both = received(near, 2)
      await far.write(report(1))
      await far.write(report(2))
      const [first, second] = await both
      expect(first!.buffer).not.toBe(second!.buffer)
      expect(first!.constructor).toBe(Uint8Array)
    })

    it.each([0, 1, 63, 65, 128])('refuses a report of %i bytes', async (length) => {
      const { near } = await open()
      await expect(near.write(new Uint8Array(length))).rejects.toThrow(MisuseError)
    })

    it('tells that it was closed, once, and refuses to write from then on', async () => {
      const { near } = await open()
      let times = 0
      near.onClose(() => (times += 1))
      await near.close()
      await near.close()
      await expect(near.write(report(1))).rejects.toThrow(PortClosed)
      expect(times).toBe(1)
    })

    it('tells that the other end is gone, and refuses to write from then on', async () => {
      const { near, far } = await open()
      near.onReport(() => undefined)
      const gone = closed(near)
      await far.close()
      await gone
      await expect(near.write(report(1))).rejects.toThrow(PortClosed)
    })

    it('tells it to whoever asks later, too', async () => {
      const { near } = await open()
      await near.close()
      expect(await closed(near)).toBeUndefined()
    })

    it('gives nothing any more once it is closed', async () => {
      const { near, far } = await open()
      let count = 0
      near.onReport(() => (count += 1))
      const gone = closed(near)
      await Promise.allSettled([near.close(), far.write(report(1))])
      await gone
      await new Promise((resolve) => setImmediate(resolve))
      expect(count).toBe(0)
    })
  })
}
