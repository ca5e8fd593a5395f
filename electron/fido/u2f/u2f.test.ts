/** The examples of U2F raw messages 1.2 §8, with the requests python-fido2 makes of them (tests/test_ctap1.py). */
import { createHash, createPublicKey, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ScriptedTransport } from '../../../test/support/fido-client.ts'
import { concat, fromHex, toHex, utf8 } from '../../../shared/kit/index.ts'
import { AnswerError } from '../errors.ts'
import {
  authenticate,
  isKnown,
  readAuthentication,
  readRegistration,
  register,
  statusWordName,
  version,
} from './index.ts'

const hex = (text: string) => fromHex(text)!
const POINT = '04b174bc49c7ca254b70d2e5c207cee9cf174820ebd77ea3c65508c26da51b657c1cc6b952f8621697936482da0a6d3d3826a59095daf6cd7c03e2e60385d2f6d9' // prettier-ignore
const HANDLE = '2a552dfdb7477ed65fd84133f86196010b2215b57da75d315b7b9e8fe2e3925a6019551bab61d16591659cbaf00b4950f7abfe6660e2e006f76868b772d70c25' // prettier-ignore
const CERTIFICATE = '3082013c3081e4a003020102020a47901280001155957352300a06082a8648ce3d0403023017311530130603550403130c476e756262792050696c6f74301e170d3132303831343138323933325a170d3133303831343138323933325a3031312f302d0603550403132650696c6f74476e756262792d302e342e312d34373930313238303030313135353935373335323059301306072a8648ce3d020106082a8648ce3d030107034200048d617e65c9508e64bcc5673ac82a6799da3c1446682c258c463fffdf58dfd2fa3e6c378b53d795c4a4dffb4199edd7862f23abaf0203b4b8911ba0569994e101300a06082a8648ce3d0403020347003044022060cdb6061e9c22262d1aac1d96d8c70829b2366531dda268832cb836bcd30dfa0220631b1459f09e6330055722c8d89b7f48883b9089b88d60d1d9795902b30410df' // prettier-ignore
const SIGNATURE = '304502201471899bcc3987e62e8202c9b39c33c19033f7340352dba80fcab017db9230e402210082677d673d891933ade6f617e5dbde2e247e70423fd5ad7804a6d3d3961ef871' // prettier-ignore
const REGISTRATION = hex(`05${POINT}40${HANDLE}${CERTIFICATE}${SIGNATURE}`)
const SIGNED = hex('0100000001304402204b5f0cd17534cedd8c34ee09570ef542a353df4436030ce43d406de870b847780220267bb998fac9b7266eb60e7cb0b5eabdfd5ba9614f53c7b22272ec10047a923f') // prettier-ignore
const OK = hex('9000')
const always = (...parts: Uint8Array[]) => new ScriptedTransport(() => concat(...parts))

it('VERSION is read', async () => {
  const transport = always(utf8('U2F_V2'), OK)
  expect(await version(transport)).toBe('U2F_V2')
  expect(toHex(transport.apdus[0]!)).toBe('000300000000000000')
})

it('REGISTER sends challenge and application, and reads the example of the specification', async () => {
  const transport = always(REGISTRATION, OK)
  const [challenge, application] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  const made = await register(transport, challenge, application)
  expect(toHex(transport.apdus[0]!)).toBe(`00010000000040${'01'.repeat(32)}${'02'.repeat(32)}0000`)
  expect(Object.values(made).map(toHex)).toEqual([POINT, HANDLE, CERTIFICATE, SIGNATURE])
})

it('AUTHENTICATE reads the example, whose signature is right', async () => {
  const transport = always(SIGNED, OK)
  const challenge = hex('ccd6ee2e47baef244d49a222db496bad0ef5b6f93aa7cc4d30c4821b3b9dbc57')
  const application = hex('4b0be934baebb5d12d26011b69227fa5e86df94e7d94aa2949a89f2d493992ca')
  const signed = await authenticate(transport, challenge, application, new Uint8Array(64).fill(3))
  expect(toHex(transport.apdus[0]!).startsWith('00020300000081')).toBe(true)
  expect(signed).toMatchObject({ userPresence: 1, counter: 1 })
  const spki = concat(
    hex('3059301306072a8648ce3d020106082a8648ce3d030107034200'),
    hex('04d368f1b665bade3c33a20f1e429c7750d5033660c019119d29aa4ba7abc04aa7c80a46bbe11ca8cb5674d74f31f8a903f6bad105fb6ab74aefef4db8b0025e1d'), // prettier-ignore
  )
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  expect(verify('sha256', concat(application, signed.signed, challenge), key, signed.signature)).toBe(true)
})

describe('check-only', () => {
  const application = createHash('sha256').update('x').digest()
  const ask = (answer: string) => {
    const transport = always(hex(answer))
    return { transport, known: isKnown(transport, new Uint8Array(application), new Uint8Array(8)) }
  }
  it('says known and unknown', async () => {
    const { transport, known } = ask('6985')
    expect(await known).toBe(true)
    expect(transport.apdus[0]!.slice(0, 7)).toEqual(hex('00020700000049'))
    expect(await ask('6a80').known).toBe(false)
    expect(await ask('6700').known).toBe(false)
  })
  it('another status word is an error of its own, and success is a fault', async () => {
    await expect(ask('6d00').known).rejects.toMatchObject({ name: 'StatusWordError', statusWord: 0x6d00 })
    await expect(ask('9000').known).rejects.toThrow(AnswerError)
    expect(statusWordName(0x6d00)).toBe('SW_INS_NOT_SUPPORTED')
  })
})

it('a registration cut or changed is read or refused, never more', () => {
  for (let length = 0; length < REGISTRATION.length; length++) {
    expect(() => readRegistration(REGISTRATION.slice(0, length))).toThrow(AnswerError)
  }
  for (let at = 0; at < REGISTRATION.length; at++) {
    for (const bit of [1, 0x80, 0xff]) {
      const changed = REGISTRATION.slice()
      changed[at]! ^= bit
      try {
        readRegistration(changed)
      } catch (error) {
        expect(error).toBeInstanceOf(AnswerError)
      }
    }
  }
  for (let length = 0; length < SIGNED.length; length++) {
    expect(() => readAuthentication(SIGNED.slice(0, length))).toThrow(AnswerError)
  }
})
