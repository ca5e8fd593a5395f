import { expect, test } from 'vitest'
import { portPair } from '../../../test/support/port-pair.ts'
import { ScriptedKey, type Request } from '../../../test/support/scripted-key.ts'
import { COMMAND } from '../../fido/ctaphid/index.ts'
import type { HidPort } from '../../fido/index.ts'
import { agreeable, KeysBench, PIN } from './testing/keys-bench.ts'

/** A key in a port whose every answer is written here. */
async function scripted(onRequest: (request: Request, key: ScriptedKey) => void, answersInit = true) {
  const bench = new KeysBench()
  const blue = bench.add('blue')
  bench.open = () => {
    const [ours, theirs] = portPair()
    bench.openPorts += 1
    const port: HidPort = {
      write: (report) => ours.write(report),
      onReport: (listener) => ours.onReport(listener),
      onClose: (listener) => ours.onClose(listener),
      close() {
        bench.openPorts -= 1
        return ours.close()
      },
    }
    const key = new ScriptedKey(theirs)
    key.answersInit = answersInit
    key.onRequest = onRequest
    return Promise.resolve(port)
  }
  const watched = bench.watch()
  await bench.plug(blue)
  return { bench, watched }
}

test('a key whose answers can’t be read is said to be faulty', async () => {
  const { bench, watched } = await scripted(({ channel }, key) => void key.ok(channel, 0xff, 0xff))
  expect(watched.last.plugged).toMatchObject([{ state: 'faulty' }])
  const { id } = watched.last.plugged[0]!
  expect(await bench.fails('keys.wink', { key: id })).toMatchObject({ code: 'key-answer', detail: { fault: 'cbor' } })
  watched.stop()
})

test('a key that answers nothing is said to be silent, and keeps nobody waiting for ever', async () => {
  const { bench, watched } = await scripted(() => {}, false)
  expect(watched.last.plugged).toMatchObject([{ state: 'reading' }])
  const { id } = watched.last.plugged[0]!
  expect(await bench.fails('keys.wink', { key: id })).toMatchObject({ code: 'key-silent' })
  expect(watched.last.plugged).toMatchObject([{ state: 'silent' }])
  watched.stop()
})

test('a key that wants a touch before it says what it is holds nobody up, and is asked for no log line each time', async () => {
  const { bench, watched } = await scripted(({ channel, command }, key) => {
    if (command === COMMAND.cbor) void key.wantsTouch(channel)
  })
  expect(watched.last.plugged).toMatchObject([{ state: 'reading' }])
  for (let seconds = 0; seconds < 70; seconds += 1) await bench.pass(1_000)
  expect(watched.last.plugged).toMatchObject([{ state: 'silent' }])
  expect(bench.log.lines.filter(({ event }) => event === 'keys.not-ready')).toHaveLength(1)
  watched.stop()
})

test('locking closes a key that is still being read', async () => {
  const { bench, watched } = await scripted(({ channel, command }, key) => {
    if (command === COMMAND.cancel) void key.status(channel, 0x2d)
  })
  expect(watched.last.plugged).toMatchObject([{ state: 'reading' }])
  await bench.run(bench.store.close())
  await bench.pass(200)
  expect(bench.openPorts).toBe(0)
})

test('what a key writes is shown on one line and without what turns text around', async () => {
  const bench = new KeysBench()
  const blue = bench.add('blue', {
    pin: PIN,
    product: 'Safe\u202e\nkey',
    options: { hasFingerprintSensor: false },
    passkeys: [{ rpId: 'example.com', rpName: 'a\nb', userName: 'ana\u202e', displayName: 'x'.repeat(300) }],
  })
  await bench.plug(blue)
  const key = await bench.idOf(blue)
  await bench.call('keys.readPasskeys', { key })
  const watched = bench.watch()
  await bench.pass(100)
  const [row] = watched.last.plugged
  expect(row?.model).toBe('Safe key')
  expect(row?.passkeys?.list).toMatchObject([{ rpName: 'a b', userName: 'ana', displayName: 'x'.repeat(128) }])
  watched.stop()
})

test('locking takes the question back and closes the key', async () => {
  const bench = new KeysBench()
  const blue = bench.add('blue', { pin: PIN, options: { hasFingerprintSensor: false } })
  await bench.plug(blue)
  const locking = {
    answer: (question: Parameters<ReturnType<typeof agreeable>>[0], signal: AbortSignal) => {
      void bench.store.close()
      return agreeable()(question, signal)
    },
  }
  const key = await bench.idOf(blue)
  expect(await bench.fails('keys.readPasskeys', { key }, locking)).toMatchObject({ code: 'locked' })
  await bench.pass(100)
  expect(bench.openPorts).toBe(0)
  expect(bench.count(0x06, 0x05, 0x09)).toBe(0)
})

test('locking leaves no token for who unlocks next', async () => {
  const bench = new KeysBench()
  const blue = bench.add('blue', { pin: PIN, options: { hasFingerprintSensor: false } })
  await bench.plug(blue)
  const pins = () => bench.asked.filter(({ name }) => name === 'pin').length
  await bench.call('keys.readPasskeys', { key: await bench.idOf(blue) })
  await bench.call('keys.readPasskeys', { key: await bench.idOf(blue) })
  expect(pins()).toBe(1)
  await bench.run(bench.store.close())
  bench.unlock()
  await bench.call('keys.readPasskeys', { key: await bench.idOf(blue) })
  expect(pins()).toBe(2)
})
