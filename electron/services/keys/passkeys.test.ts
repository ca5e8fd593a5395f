import { describe, expect, test, vi } from 'vitest'
import { callError, keysTopics } from '../../../shared/contract/index.ts'
import { encode, type CborKey, type CborValue } from '../../fido/cbor/index.ts'
import { ctap2, type Transport } from '../../fido/index.ts'
import { readPasskeys } from './passkeys.ts'
import { agreeable, KeysBench, PIN, WIRE } from './testing/keys-bench.ts'

const PASSKEYS = [
  { rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' },
  { rpId: 'example.com', rpName: 'Example', userName: 'ben', displayName: 'Ben' },
  { rpId: 'example.org', rpName: 'Example Org', userName: 'ana', displayName: 'Ana' },
]

async function read(bench = new KeysBench()) {
  const blue = bench.add('blue', { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } })
  await bench.plug(blue)
  const key = await bench.idOf(blue)
  await bench.call('keys.readPasskeys', { key })
  const list = () => bench.remembered[0]!.passkeys!.list
  const idOf = (rpId: string, userName: string) =>
    list().find((one) => one.rpId === rpId && one.userName === userName)!.credentialId
  return { bench, blue, key, list, idOf }
}
/** A key of 4096 sites with 4096 passkeys each: all that its answers may count. */
function endless(onAsked: () => void): ctap2.credentialManagement.Management {
  const most = 4096
  const map = (...members: [CborKey, CborValue][]) => new Map(members)
  const site = [
    [0x03, map(['id', 'example.com'])],
    [0x04, new Uint8Array(32)],
    [0x05, most],
  ] as const
  const passkey = [
    [0x06, map(['id', Uint8Array.of(1)])],
    [0x07, map(['id', Uint8Array.of(1)], ['type', 'public-key'])],
    // An algorithm that nobody knows: its members are not looked at.
    [0x08, map([1, 1], [3, -65_000])],
    [0x09, most],
  ] as const
  const transport = {
    cbor: (_: number, parameters: Uint8Array) => {
      onAsked()
      // The subcommand is the first member.
      const sub = parameters[2]
      const answer = sub === 0x01 ? [[0x01, most] as const, [0x02, 0] as const] : sub! <= 0x03 ? site : passkey
      return Promise.resolve(encode(new Map<CborKey, CborValue>(answer)))
    },
  } as Partial<Transport> as Transport
  const token = new ctap2.PinUvAuthToken(2, new Uint8Array(32))
  return { transport, support: { command: 0x0a, canUpdateUser: true }, token }
}
/** A backend that knows the passkey of example.org as somebody's only device. */
function linkDevice(bench: KeysBench, credentialId: string) {
  bench.readings = [
    {
      backend: { id: 'backend' } as never,
      state: 'ready',
      identities: [
        {
          identity: { id: 'ana', kind: 'user', name: 'Ana', account: 'Northwind', isAdministrator: false },
          devices: [{ id: credentialId, type: 'fido', name: 'Blue at work', health: { state: 'in-order' } }],
          contacts: undefined,
          capabilities: {} as never,
        },
      ],
    },
  ]
}

describe('passkeys', () => {
  test('are read with the PIN, kept with the key, and shown while it is elsewhere', async () => {
    const { bench, blue, list } = await read()
    expect(list().map(({ rpId, rpName, userName, alg }) => [rpId, rpName, userName, alg])).toEqual(
      expect.arrayContaining([
        ['example.com', 'Example', 'ana', -7],
        ['example.com', 'Example', 'ben', -7],
        ['example.org', 'Example Org', 'ana', -7],
      ]),
    )
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged[0]?.passkeys).toMatchObject({ left: 22 })
    expect(keysTopics.keys.state.parse(watched.last)).toEqual(watched.last)
    await bench.unplug(blue)
    expect(watched.last.seen[0]?.passkeys?.list).toHaveLength(3)
    await bench.plug(blue)
    // By a passkey that it answers to, without PIN or touch.
    expect(watched.last.plugged[0]).toMatchObject({ recognisedBy: 'credential', passkeys: { left: 22 } })
    expect(blue.person.asked).toEqual([])
    watched.stop()
  })

  test('of a key of the same model are not taken for those of this one', async () => {
    const { bench, blue } = await read()
    const other = bench.add('other', { pin: PIN, options: { hasFingerprintSensor: false } })
    await bench.unplug(blue)
    await bench.plug(other)
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged[0]).toMatchObject({ recognisedBy: 'looks' })
    expect(watched.last.plugged[0]).not.toHaveProperty('passkeys')
    await bench.call('keys.readPasskeys', { key: await bench.idOf(other) })
    expect(bench.remembered).toHaveLength(2)
    expect(bench.remembered.map(({ passkeys }) => passkeys?.list.length)).toEqual([3, 0])
    watched.stop()
  })

  test('hold no secret in the vault', async () => {
    const { bench, blue } = await read()
    const text = JSON.stringify(bench.remembered) + bench.log.text
    expect(text).not.toContain(PIN)
    for (const { largeBlobKey } of blue.key.state().credentials) expect(text).not.toContain(largeBlobKey)
  })

  test('are renamed, and the user stays the same one', async () => {
    const { bench, blue, key, list, idOf } = await read()
    const credentialId = idOf('example.org', 'ana')
    const before = blue.key.state().credentials.find(({ id }) => id === credentialId)!
    await bench.call('keys.renamePasskey', { key, credentialId, userName: 'Ana at work', displayName: '' })
    const after = blue.key.state().credentials.find(({ id }) => id === credentialId)!
    expect(after.user).toEqual({ id: before.user.id, name: 'Ana at work' })
    const shown = list().find((one) => one.credentialId === credentialId)
    expect(shown).toMatchObject({ userName: 'Ana at work' })
    expect(shown).not.toHaveProperty('displayName')
    const unknown = { key, credentialId: 'AAAA', userName: 'x', displayName: 'x' }
    expect(await bench.fails('keys.renamePasskey', unknown)).toMatchObject({ code: 'not-found' })
    const long = { key, credentialId, userName: 'é'.repeat(33), displayName: '' }
    expect(await bench.fails('keys.renamePasskey', long)).toMatchObject({ code: 'bad-request' })
  })

  test('are said to be renamed where only the vault could not be written after it', async () => {
    const { bench, blue, key, idOf } = await read()
    const credentialId = idOf('example.org', 'ana')
    vi.spyOn(bench.store, 'change').mockRejectedValue(callError('vault-held', { holder: 'another' }))
    const names = { userName: 'Ana at work', displayName: '' }
    expect(await bench.fails('keys.renamePasskey', { key, credentialId, ...names })).toMatchObject({
      code: 'vault-held',
      changed: true,
    })
    expect(blue.key.state().credentials.find(({ id }) => id === credentialId)?.user.name).toBe('Ana at work')
  })

  test('are not read without end, whatever a key counts', async () => {
    let asked = 0
    const reading = readPasskeys(
      endless(() => asked++),
      new AbortController().signal,
      () => {},
    )
    await expect(reading).rejects.toMatchObject({ name: 'AnswerError', member: 'totalCredentials' })
    // One round of sites and one of passkeys, not the product of both.
    expect(asked).toBeLessThan(10_000)
  })

  test('are deleted after a question that names them, and what is left is shown', async () => {
    const { bench, blue, key, list, idOf } = await read()
    const credentialIds = [idOf('example.com', 'ana'), idOf('example.com', 'ben')]
    expect(await bench.call('keys.deletePasskeys', { key, credentialIds })).toEqual({ deleted: 2 })
    expect(bench.asked.at(-1)?.ask).toMatchObject({
      operation: 'keys.deletePasskeys',
      object: 'Virtual key: example.com (ana), example.com (ben)',
      effects: [
        { effect: 'on-key', facts: { key, name: 'Virtual key' } },
        { effect: 'passkey-lost', facts: { rpId: 'example.com', user: 'ana' } },
        { effect: 'passkey-lost', facts: { rpId: 'example.com', user: 'ben' } },
      ],
    })
    expect(blue.key.state().credentials.map(({ rpId }) => rpId)).toEqual(['example.org'])
    expect(list().map(({ rpId }) => rpId)).toEqual(['example.org'])
    expect(bench.remembered[0]?.credentials).toHaveLength(1)
    const watched = bench.watch()
    await bench.pass(100)
    expect(watched.last.plugged[0]).toMatchObject({ passkeys: { left: 24 }, info: { passkeysLeft: 24 } })
    watched.stop()
  })

  test('that are an only way in are deleted by the name of the device', async () => {
    const { bench, key, idOf } = await read()
    const credentialId = idOf('example.org', 'ana')
    linkDevice(bench, credentialId)
    const facts = { identity: 'Ana', account: 'Northwind', name: 'Blue at work' }
    bench.answer = ({ ask }) => ({ confirmed: true, nonce: ask['nonce'] })
    expect(await bench.fails('keys.deletePasskeys', { key, credentialIds: [credentialId] })).toMatchObject({
      code: 'not-confirmed',
    })
    expect(bench.count(...WIRE.deleteCredential)).toBe(0)
    bench.answer = agreeable()
    await bench.call('keys.deletePasskeys', { key, credentialIds: [credentialId] })
    const { ask } = bench.asked.filter(({ name }) => name === 'confirm').at(-1)!
    expect(ask).toMatchObject({ typeName: 'Blue at work' })
    expect(ask['effects']).toContainEqual({ effect: 'device-lost', facts })
    expect(ask['effects']).toContainEqual({ effect: 'only-way-in', facts })
  })

  test('are not deleted where they are others by now', async () => {
    const { bench, key, idOf } = await read()
    const credentialId = idOf('example.org', 'ana')
    bench.answer = (question, signal) => {
      linkDevice(bench, credentialId)
      return agreeable()(question, signal)
    }
    expect(await bench.fails('keys.deletePasskeys', { key, credentialIds: [credentialId] })).toMatchObject({
      code: 'confirmation-stale',
    })
    expect(await bench.fails('keys.deletePasskeys', { key, credentialIds: ['AAAA'] })).toMatchObject({
      code: 'not-found',
    })
    expect(bench.count(...WIRE.deleteCredential)).toBe(0)
  })

  test('are said to have changed where the key is pulled out half-way', async () => {
    const { bench, blue, key, list } = await read()
    const credentialIds = list().map((one) => one.credentialId)
    const error = await bench.fails(
      'keys.deletePasskeys',
      { key, credentialIds },
      {
        onProgress: (one) => {
          if (one.doing === 'writing' && one.done === 1) blue.unplug()
        },
      },
    )
    expect(error).toMatchObject({ code: 'key-gone', changed: true })
    expect(list()).toHaveLength(2)
    expect(blue.key.state().credentials).toHaveLength(2)
  })

  test('of a key without a PIN are not to be had', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue', { passkeys: PASSKEYS })
    await bench.plug(blue)
    expect(await bench.fails('keys.readPasskeys', { key: await bench.idOf(blue) })).toMatchObject({
      code: 'pin-not-set',
    })
  })

  test('are read whenever the key is pulled out, or not at all', async () => {
    for (let after = 1; after < 9; after++) {
      const bench = new KeysBench()
      const blue = bench.add('blue', { pin: PIN, passkeys: PASSKEYS, options: { hasFingerprintSensor: false } })
      await bench.plug(blue)
      const key = await bench.idOf(blue)
      bench.sent.length = 0
      const isOut = () => bench.sent.length > after
      bench.onSent = () => {
        if (isOut() && blue.place !== undefined) blue.unplug()
      }
      expect(await bench.fails('keys.readPasskeys', { key })).toMatchObject({ code: 'key-gone' })
      expect(bench.remembered).toEqual([])
    }
  })
})
