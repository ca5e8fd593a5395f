import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../../shared/kit/index.ts'
import { decode, encode, type CborMap } from '../../cbor/index.ts'
import { COMMAND } from '../../ctaphid/index.ts'
import { SAMPLE_STATUS, type SampleStatus } from '../options.ts'
import { bench, enrollFinger, enrolling, map, PinClient, settle, SUB_TOKEN } from '../testing/bench.ts'

const PIN = '1234-4711'
async function ready(options: Parameters<typeof bench>[0] = {}) {
  const made = bench(options)
  const one = await made.client()
  const pin = new PinClient(one)
  await pin.setPin(PIN)
  return { ...made, one, pin, token: await pin.token(PIN, SUB_TOKEN.be) }
}
const bioEnroll = async (one: Awaited<ReturnType<typeof ready>>['one']) =>
  ((await one.ok(0x04)).get(4) as CborMap).get('bioEnroll')

it('says what its sensor is, without a PIN', async () => {
  const one = await bench().client()
  expect(await one.ok(0x09, map({ 6: true }))).toEqual(map({ 1: 1 }))
  expect(await one.ok(0x09, map({ 1: 1, 2: 7 }))).toEqual(map({ 1: 1, 2: 1, 3: 4, 8: 64 }))
})

it('a finger is enrolled when four samples were good; the bad ones between count for nothing', async () => {
  const { one, token, person, key } = await ready()
  const bad = Object.keys(SAMPLE_STATUS).filter((status) => status !== 'good') as SampleStatus[]
  person.samples.push(...bad, 'good', 'good', 'good', 'good')
  const begun = await one.ok(0x09, enrolling(token, 1, map({ 3: 5000 })))
  const id = begun.get(4) as Uint8Array
  const heard = [[begun.get(5), begun.get(6)]]
  while (heard.at(-1)![1] !== 0) {
    const next = await one.ok(0x09, enrolling(token, 2, map({ 1: id, 3: 5000 })))
    heard.push([next.get(5), next.get(6)])
  }
  expect(heard).toEqual([
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14].map((status) => [status, 4]),
    [0, 3],
    [0, 2],
    [0, 1],
    [0, 0],
  ])
  expect(key.state().fingerprints).toHaveLength(1)
  expect(await bioEnroll(one)).toBe(true)
})

it('a finger that does not come in the time asked for is a sample without activity', async () => {
  const { one, token, person, clock } = await ready()
  person.samples.push('never')
  await one.send(COMMAND.cbor, concat(Uint8Array.of(0x09), encode(enrolling(token, 1, map({ 3: 2000 })))))
  await clock.advance(2000)
  await settle()
  const read = decode(one.next().data.subarray(1))
  expect(read.ok && [(read.value.value as CborMap).get(5), (read.value.value as CborMap).get(6)]).toEqual([0x0d, 4])
})

it('CANCEL ends a capture and cancelling ends the enrolment; neither leaves a finger', async () => {
  const { one, token, person, key } = await ready()
  person.samples.push('never')
  await one.send(COMMAND.cbor, concat(Uint8Array.of(0x09), encode(enrolling(token, 1))))
  await one.send(COMMAND.cancel)
  expect(one.nextStatus()).toBe(0x2d)
  const begun = await one.ok(0x09, enrolling(token, 1))
  await one.ok(0x09, map({ 1: 1, 2: 3 }))
  expect(await one.status(0x09, enrolling(token, 2, map({ 1: begun.get(4) })))).toBe(0x2c)
  expect(key.state().fingerprints).toEqual([])
})

it('fingers are listed, named and removed', async () => {
  const { client } = bench()
  const one = await client()
  const id = await enrollFinger(one, PIN)
  const token = await new PinClient(one).token(PIN, SUB_TOKEN.be)
  expect(await one.ok(0x09, enrolling(token, 4))).toEqual(map({ 7: [map({ 1: id })] }))
  await one.ok(0x09, enrolling(token, 5, map({ 1: id, 2: 'Left thumb' })))
  expect(await one.ok(0x09, enrolling(token, 4))).toEqual(map({ 7: [map({ 1: id, 2: 'Left thumb' })] }))
  expect(await one.status(0x09, enrolling(token, 5, map({ 1: id, 2: 'x'.repeat(65) })))).toBe(0x03)
  await one.ok(0x09, enrolling(token, 6, map({ 1: id })))
  expect(await one.status(0x09, enrolling(token, 6, map({ 1: id })))).toBe(0x2c)
  expect(await one.status(0x09, enrolling(token, 4))).toBe(0x2c)
  expect(await bioEnroll(one)).toBe(false)
})

it('a full sensor says so', async () => {
  const { client } = bench({ maxFingerprints: 1 })
  const one = await client()
  await enrollFinger(one, PIN)
  const token = await new PinClient(one).token(PIN, SUB_TOKEN.be)
  expect(await one.status(0x09, enrolling(token, 1))).toBe(0x17)
})

describe('what is refused', () => {
  it('a request without the right token', async () => {
    const { one, pin } = await ready()
    expect(await one.status(0x09, map({ 1: 1, 2: 1 }))).toBe(0x36)
    const other = await pin.token(PIN, SUB_TOKEN.cm)
    expect(await one.status(0x09, enrolling(other, 1))).toBe(0x33)
    const token = await pin.token(PIN, SUB_TOKEN.be)
    const wrong = map({ 1: 1, 2: 1, 4: 2, 5: token.sign(utf8('something else')) })
    expect(await one.status(0x09, wrong)).toBe(0x33)
  })

  it('another modality, an unknown subcommand, and all of it on a key without a sensor', async () => {
    const one = await bench().client()
    expect(await one.status(0x09, map({ 1: 2, 2: 1 }))).toBe(0x02)
    expect(await one.status(0x09, map({ 1: 1, 2: 9 }))).toBe(0x3e)
    expect(await one.status(0x09, map({ 1: 1 }))).toBe(0x14)
    const bare = await bench({ hasFingerprintSensor: false }).client()
    expect(await bare.status(0x09, map({ 6: true }))).toBe(0x01)
  })
})

it('the forerunner command 0x40 does the same', async () => {
  const one = await bench({ profile: 'ctap2.1-pre' }).client()
  const pin = new PinClient(one, 1)
  await pin.setPin(PIN)
  const token = await pin.token(PIN)
  expect(await one.status(0x09, map({ 6: true }))).toBe(0x01)
  const begun = await one.ok(0x40, enrolling(token, 1))
  expect([begun.get(5), begun.get(6)]).toEqual([0, 3])
})
