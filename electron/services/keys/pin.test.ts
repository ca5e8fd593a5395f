import { describe, expect, test } from 'vitest'
import { COMMAND, ERROR_CODE, fragment } from '../../fido/ctaphid/index.ts'
import { TOKEN_KEPT_MS } from './token.ts'
import { agreeable, KeysBench, PIN, WIRE, type BenchKey, type KeyPlan } from './testing/keys-bench.ts'

const PASSKEYS = [{ rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' }]
/** getPinToken, getPinUvAuthTokenUsingPinWithPermissions and changePIN: an attempt each. */
const attempts = (bench: KeysBench) => bench.count(0x06, 0x04, 0x05, 0x09)

async function withBlue(plan: KeyPlan = { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } }) {
  const bench = new KeysBench()
  const blue = bench.add('blue', plan)
  await bench.plug(blue)
  return { bench, blue, key: await bench.idOf(blue) }
}
const pinQuestions = (bench: KeysBench) => bench.asked.filter(({ name }) => name === 'pin').map(({ ask }) => ask)
/** Types these PINs one after another, and says yes. */
function types(...pins: string[]) {
  return (question: Parameters<ReturnType<typeof agreeable>>[0], signal: AbortSignal) =>
    question.name === 'pin' ? { pin: pins.shift()! } : agreeable()(question, signal)
}
async function infoOf(bench: KeysBench, key: BenchKey) {
  const watched = bench.watch()
  await bench.pass(200)
  const row = watched.last.plugged[bench.keys.filter(({ place }) => place).indexOf(key)]!
  watched.stop()
  return row.info!
}

/** Another program has the key from the moment in which it hears a PIN. */
function busyWithThePin(bench: KeysBench) {
  const open = bench.open.bind(bench)
  bench.open = async (found) => {
    const port = await open(found)
    return {
      write: (report) => port.write(report),
      onClose: (listener) => port.onClose(listener),
      close: () => port.close(),
      onReport: (listener) =>
        port.onReport((report) => {
          const { command, sub } = bench.sent.at(-1) ?? {}
          const isPin = command === 0x06 && [0x03, 0x04, 0x05, 0x09].includes(sub ?? 0)
          const channel = new DataView(report.buffer, report.byteOffset).getUint32(0)
          listener(isPin ? fragment(channel, COMMAND.error, Uint8Array.of(ERROR_CODE['channel-busy']))[0]! : report)
        }),
    }
  }
}

describe('setting a PIN', () => {
  test('asks, sets it, and shows it', async () => {
    const { bench, blue, key } = await withBlue({})
    expect((await infoOf(bench, blue)).can.setPin).toEqual({ can: true })
    await bench.call('keys.setPin', { key, newPin: PIN })
    expect(bench.asked).toMatchObject([{ name: 'confirm', ask: { operation: 'keys.setPin', object: 'Virtual key' } }])
    expect(bench.asked[0]?.ask).not.toHaveProperty('typeName')
    expect((await infoOf(bench, blue)).pin).toMatchObject({ isSet: true, retries: 8 })
    expect(await bench.fails('keys.setPin', { key, newPin: PIN })).toMatchObject({ code: 'pin-already-set' })
  })

  test.each([
    ['123', { fault: 'too-short', minLength: 4 }],
    ['é'.repeat(32), { fault: 'too-long' }],
    ['1234\0', { fault: 'ends-in-nul' }],
  ])('refuses %j before anything is asked or sent', async (newPin, detail) => {
    const { bench, key } = await withBlue({})
    expect(await bench.fails('keys.setPin', { key, newPin })).toEqual({ code: 'pin-refused', detail })
    expect(bench.asked).toEqual([])
    expect(bench.count(...WIRE.setPin)).toBe(0)
  })

  test('does nothing without a yes', async () => {
    const { bench, key } = await withBlue({})
    bench.answer = ({ ask }) => ({ confirmed: false, nonce: ask['nonce'] })
    expect(await bench.fails('keys.setPin', { key, newPin: PIN })).toMatchObject({ code: 'not-confirmed' })
    bench.answer = () => ({ confirmed: true, nonce: 'of another question' })
    expect(await bench.fails('keys.setPin', { key, newPin: PIN })).toMatchObject({ code: 'confirmation-stale' })
    expect(bench.count(...WIRE.setPin)).toBe(0)
  })

  test('is not for the key that was in the port before, nor for one that was out of it', async () => {
    const { bench, blue, key } = await withBlue({})
    bench.answer = async (question, signal) => {
      await bench.unplug(blue)
      await bench.plug(blue)
      return agreeable()(question, signal)
    }
    const error = await bench.fails('keys.setPin', { key, newPin: PIN })
    expect(['key-gone', 'confirmation-stale']).toContain((error as { code: string }).code)
    expect(bench.count(...WIRE.setPin)).toBe(0)
  })
})

describe('changing the PIN', () => {
  test('takes one attempt, and the old PIN is no good any more', async () => {
    const { bench, key } = await withBlue()
    await bench.call('keys.changePin', { key, pin: PIN, newPin: '5678-efgh' })
    expect(attempts(bench)).toBe(1)
    expect(await bench.fails('keys.changePin', { key, pin: PIN, newPin: '9999' })).toEqual({
      code: 'pin-wrong',
      detail: { retries: 7 },
    })
    expect(await bench.fails('keys.changePin', { key, pin: '9999', newPin: '9999' })).toMatchObject({
      code: 'pin-refused',
      detail: { fault: 'same' },
    })
    expect(attempts(bench)).toBe(2)
  })

  test('types the name of the key when two attempts are left', async () => {
    const { bench, blue, key } = await withBlue()
    await wrongUntil(bench, blue, 2)
    const now = await bench.idOf(blue)
    const before = attempts(bench)
    bench.answer = ({ ask }) => ({ confirmed: true, nonce: ask['nonce'], typedName: 'another' })
    expect(await bench.fails('keys.changePin', { key: now, pin: PIN, newPin: '5678' })).toMatchObject({
      code: 'not-confirmed',
    })
    expect(attempts(bench)).toBe(before)
    bench.answer = agreeable()
    await bench.call('keys.changePin', { key: now, pin: PIN, newPin: '5678' })
    expect(bench.asked.at(-1)?.ask).toMatchObject({ typeName: 'Virtual key' })
    expect(key).not.toBe(now)
  })
})

/** Uses up attempts, unplugging after each third. */
async function wrongUntil(bench: KeysBench, key: BenchKey, left: number) {
  for (let retries = 8; retries > left; retries--) {
    const id = await bench.idOf(key)
    await bench.fails('keys.changePin', { key: id, pin: 'wrong', newPin: '5678' }, { answer: agreeable() })
    if ((8 - retries) % 3 === 2 || retries === left + 1) {
      await bench.unplug(key)
      await bench.plug(key)
    }
  }
  bench.asked.length = 0
}

describe('asking for the PIN', () => {
  test('says how many attempts are left, asks again after a wrong one, and shows what is left', async () => {
    const { bench, blue, key } = await withBlue()
    bench.answer = types('wrong', PIN)
    expect(await bench.call('keys.readPasskeys', { key })).toEqual({ stored: 1, left: 24 })
    expect(pinQuestions(bench)).toEqual([
      { keyName: 'Virtual key', retries: 8, wasWrong: false, minLength: 4 },
      { keyName: 'Virtual key', retries: 7, wasWrong: true, minLength: 4 },
    ])
    expect(attempts(bench)).toBe(2)
    expect((await infoOf(bench, blue)).pin.retries).toBe(8)
  })

  test('wants the key unplugged after three wrong ones, and makes no attempt before that', async () => {
    const { bench, blue, key } = await withBlue()
    bench.answer = types('wrong', 'wrong', 'wrong')
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'pin-needs-power-cycle' })
    expect((await infoOf(bench, blue)).pin).toMatchObject({ retries: 5, needsPowerCycle: true })
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'pin-needs-power-cycle' })
    expect(attempts(bench)).toBe(3)
    await bench.unplug(blue)
    await bench.plug(blue)
    bench.answer = agreeable()
    await bench.call('keys.readPasskeys', { key: await bench.idOf(blue) })
  })

  test('asks about each of the last two by the name of the key, and blocks at the end', async () => {
    const { bench, blue } = await withBlue()
    await wrongUntil(bench, blue, 2)
    const key = await bench.idOf(blue)
    bench.answer = types('wrong', 'wrong')
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'pin-blocked' })
    expect(bench.asked.map(({ name, ask }) => [name, ask['operation'] ?? ask['retries'], ask['typeName']])).toEqual([
      ['confirm', 'keys.pinTry', 'Virtual key'],
      ['pin', 2, undefined],
      ['confirm', 'keys.pinTry', 'Virtual key'],
      ['pin', 1, undefined],
    ])
    const { pin, can } = await infoOf(bench, blue)
    expect(pin.retries).toBe(0)
    expect(can.passkeys).toEqual({ can: false, reason: 'pin-blocked' })
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'pin-blocked' })
  })

  test('makes no attempt where another program used one up while the person typed', async () => {
    const { bench, blue, key } = await withBlue()
    const before = attempts(bench)
    bench.answer = async (question, signal) => {
      if (question.name === 'pin') {
        await bench.run(spoil(blue))
      }
      return agreeable()(question, signal)
    }
    expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'confirmation-stale' })
    expect(attempts(bench)).toBe(before)
  })

  test('is sent once to a key that then says it is busy, which is told as what it is', async () => {
    const bench = new KeysBench()
    busyWithThePin(bench)
    const blue = bench.add('blue', { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } })
    await bench.plug(blue)
    const key = await bench.idOf(blue)
    // And not that nothing was changed on the key, which nobody knows.
    const unanswered = { code: 'pin-unanswered', detail: {} }
    expect(await bench.fails('keys.readPasskeys', { key })).toEqual(unanswered)
    expect(await bench.fails('keys.changePin', { key, pin: PIN, newPin: 'another-1' })).toEqual(unanswered)
    expect(attempts(bench)).toBe(2)
  })

  test('is not repeated while the token is good, and is after five minutes', async () => {
    const { bench, blue } = await withBlue()
    const watched = bench.watch()
    const key = await bench.idOf(blue)
    await bench.call('keys.readPasskeys', { key })
    await bench.call('keys.readPasskeys', { key })
    expect(pinQuestions(bench)).toHaveLength(1)
    await bench.clock.advance(TOKEN_KEPT_MS)
    await bench.call('keys.readPasskeys', { key })
    expect(pinQuestions(bench)).toHaveLength(2)
    watched.stop()
  })

  test('is asked anew where the key forgot its token', async () => {
    const { bench, blue } = await withBlue()
    const watched = bench.watch()
    const key = await bench.idOf(blue)
    await bench.call('keys.readPasskeys', { key })
    await bench.run(otherToken(blue))
    await bench.call('keys.readPasskeys', { key })
    expect(pinQuestions(bench)).toHaveLength(2)
    watched.stop()
  })

  test('comes after the reader, where a finger is enrolled', async () => {
    const { bench, blue, key } = await withBlue({ pin: PIN, fingerprints: ['index'], passkeys: PASSKEYS })
    const progress: unknown[] = []
    await bench.call('keys.readPasskeys', { key }, { onProgress: (one) => progress.push(one) })
    expect(progress).toContainEqual({ doing: 'finger', keyName: 'Virtual key', retries: 5 })
    expect(pinQuestions(bench)).toEqual([])
    blue.person.finger = 'no-match'
    await bench.unplug(blue)
    await bench.plug(blue)
    await bench.call('keys.readPasskeys', { key: await bench.idOf(blue) })
    expect(blue.person.asked.filter((what) => what === 'verify')).toHaveLength(4)
    expect(pinQuestions(bench)).toHaveLength(1)
  })

  test('works with keys of before CTAP 2.1', async () => {
    const { bench, key } = await withBlue({ pin: PIN, passkeys: PASSKEYS, options: { profile: 'ctap2.1-pre' } })
    expect(await bench.call('keys.readPasskeys', { key })).toMatchObject({ stored: 1 })
    const rename = { key, credentialId: bench.remembered[0]!.passkeys!.list[0]!.credentialId }
    expect(await bench.fails('keys.renamePasskey', { ...rename, userName: 'a', displayName: 'b' })).toEqual({
      code: 'key-cannot',
      detail: { reason: 'preview-cannot-rename' },
    })
  })

  test('can be cancelled at the question, at the reader and while reading, and the key is free then', async () => {
    for (const at of ['pin', 'finger', 'reading'] as const) {
      const { bench, blue, key } = await withBlue({
        pin: PIN,
        passkeys: PASSKEYS,
        ...(at === 'finger' ? { fingerprints: ['index'] } : { options: { hasFingerprintSensor: false } }),
      })
      if (at === 'finger') blue.person.finger = 'never'
      const cancel = new AbortController()
      const calling = bench.call(
        'keys.readPasskeys',
        { key },
        {
          signal: cancel.signal,
          answer: (question, signal) => {
            if (at !== 'pin') return agreeable()(question, signal)
            cancel.abort(new Error('cancelled'))
            return Promise.reject(signal.reason)
          },
          onProgress: ({ doing }) => (doing === at ? cancel.abort(new Error('cancelled')) : undefined),
        },
      )
      await expect(calling).rejects.toThrow('cancelled')
      await bench.call('keys.wink', { key: await bench.idOf(blue) })
    }
  })
})

/** Another program's client on the same key. */
async function otherClient(blue: BenchKey) {
  const { openClient, PinClient } = await import('../../fido/virtual/testing/bench.ts')
  return new PinClient(await openClient(blue.key.port()))
}
async function spoil(blue: BenchKey) {
  await (await otherClient(blue)).tryPin('wrong')
}
async function otherToken(blue: BenchKey) {
  await (await otherClient(blue)).token(PIN, 0x04)
}
