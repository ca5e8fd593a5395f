import { describe, expect, test } from 'vitest'
import { agreeable, KeysBench, PIN, WIRE, type KeyPlan } from './testing/keys-bench.ts'

async function withBlue(plan: KeyPlan = { pin: PIN }) {
  const bench = new KeysBench()
  const blue = bench.add('blue', plan)
  await bench.plug(blue)
  return { bench, blue, key: await bench.idOf(blue) }
}

describe('fingerprints', () => {
  test('are read, with what the reader is', async () => {
    const { bench, key } = await withBlue({ pin: PIN, fingerprints: ['index'] })
    const answer = await bench.call('keys.readFingerprints', { key })
    expect(answer).toMatchObject({ fingerprints: [{ name: 'index' }], kind: 'touch', samples: 4, maxNameBytes: 64 })
  })

  test('are enrolled sample by sample, each with how it went, and named', async () => {
    const { bench, blue, key } = await withBlue()
    blue.person.samples.push('good', 'too-fast', 'good')
    const progress: unknown[] = []
    const { fingerprint } = await bench.call(
      'keys.enrolFingerprint',
      { key, name: ' Left  thumb ' },
      { onProgress: (one) => progress.push(one) },
    )
    expect(fingerprint.name).toBe('Left thumb')
    expect(progress).toEqual([
      { doing: 'sample', taken: 0, left: 4 },
      { doing: 'sample', status: 'good', taken: 1, left: 3 },
      { doing: 'sample', status: 'too-fast', taken: 1, left: 3 },
      { doing: 'sample', status: 'good', taken: 2, left: 2 },
      { doing: 'sample', status: 'good', taken: 3, left: 1 },
      { doing: 'sample', status: 'good', taken: 4, left: 0 },
    ])
    expect(blue.key.state().fingerprints).toMatchObject([{ name: 'Left thumb' }])
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged[0]?.info?.verification).toMatchObject({ isSet: true, retries: 5 })
    watched.stop()
  })

  test('that are given up half-way are not there, and another can be begun at once', async () => {
    const { bench, blue, key } = await withBlue()
    blue.person.samples.push('good', 'never')
    const cancel = new AbortController()
    const enrolling = bench.call(
      'keys.enrolFingerprint',
      { key },
      {
        signal: cancel.signal,
        onProgress: (one) => {
          if (one.doing === 'sample' && one.taken === 1) cancel.abort(new Error('cancelled'))
        },
      },
    )
    await expect(enrolling).rejects.toThrow('cancelled')
    expect(blue.key.state().fingerprints).toEqual([])
    await bench.call('keys.enrolFingerprint', { key: await bench.idOf(blue) })
    expect(blue.key.state().fingerprints).toHaveLength(1)
  })

  test('are given up on a reader that is never content', async () => {
    const { bench, blue, key } = await withBlue()
    for (let i = 0; i < 300; i++) blue.person.samples.push('too-fast')
    expect(await bench.fails('keys.enrolFingerprint', { key })).toMatchObject({
      code: 'key-answer',
      detail: { member: 'remainingSamples' },
    })
    expect(blue.key.state().fingerprints).toEqual([])
  })

  test('are said to be there where only their name was not taken', async () => {
    const { bench, blue, key } = await withBlue()
    bench.onSent = () => {
      if (bench.sent.at(-1)?.command === 0x09 && bench.sent.at(-1)?.sub === 0x05) blue.unplug()
    }
    expect(await bench.fails('keys.enrolFingerprint', { key, name: 'Thumb' })).toMatchObject({
      code: 'key-gone',
      changed: true,
    })
    expect(blue.key.state().fingerprints).toHaveLength(1)
  })

  test('are renamed, within what the key keeps', async () => {
    const { bench, blue, key } = await withBlue({ pin: PIN, fingerprints: ['index'] })
    const fingerprint = (await bench.call('keys.readFingerprints', { key })).fingerprints[0]!.id
    await bench.call('keys.renameFingerprint', { key, fingerprint, name: 'Thumb' })
    expect(blue.key.state().fingerprints).toMatchObject([{ name: 'Thumb' }])
    const long = { key, fingerprint, name: 'é'.repeat(33) }
    expect(await bench.fails('keys.renameFingerprint', long)).toMatchObject({ code: 'bad-request' })
    const other = { key, fingerprint: 'AAAA', name: 'Thumb' }
    expect(await bench.fails('keys.renameFingerprint', other)).toMatchObject({ code: 'not-found' })
  })

  test('are removed after a question that names them, and only then', async () => {
    const { bench, blue, key } = await withBlue({ pin: PIN, fingerprints: ['index'] })
    const fingerprint = (await bench.call('keys.readFingerprints', { key })).fingerprints[0]!.id
    bench.answer = (question, signal) =>
      question.name === 'confirm' ? { confirmed: false, nonce: question.ask['nonce'] } : agreeable()(question, signal)
    expect(await bench.fails('keys.removeFingerprint', { key, fingerprint })).toMatchObject({ code: 'not-confirmed' })
    expect(bench.count(...WIRE.removeFingerprint)).toBe(0)
    bench.answer = agreeable()
    await bench.call('keys.removeFingerprint', { key, fingerprint })
    expect(bench.asked.filter(({ name }) => name === 'confirm').at(-1)?.ask).toMatchObject({
      object: 'Virtual key: index',
      effects: [
        { effect: 'on-key' },
        { effect: 'fingerprint-lost', facts: { id: fingerprint, name: 'index' } },
        { effect: 'last-fingerprint' },
      ],
    })
    expect(blue.key.state().fingerprints).toEqual([])
  })

  test('need a reader', async () => {
    const { bench, key } = await withBlue({ pin: PIN, options: { hasFingerprintSensor: false } })
    expect(await bench.fails('keys.readFingerprints', { key })).toEqual({
      code: 'key-cannot',
      detail: { reason: 'no-reader' },
    })
  })
})
