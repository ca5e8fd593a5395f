import { describe, expect, test } from 'vitest'
import type { KeyProgress } from '../../../shared/contract/index.ts'
import { toBase64url, utf8 } from '../../../shared/kit/index.ts'
import type { CeremonyRequest } from './ceremony.ts'
import { KeysBench, PIN, type BenchKey } from './testing/keys-bench.ts'

const RP = { origin: 'https://signin.example.com', rpId: 'example.com' }
const creation = (more: object = {}) => ({
  rp: { id: RP.rpId, name: 'Example' },
  user: { id: toBase64url(utf8('ana')), name: 'ana', displayName: 'Ana' },
  challenge: toBase64url(utf8('challenge')),
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...more,
})
const assertion = (...ids: string[]) => ({
  challenge: toBase64url(utf8('challenge')),
  rpId: RP.rpId,
  allowCredentials: ids.map((id) => ({ id, type: 'public-key' })),
})

function request(bench: KeysBench, more: Partial<CeremonyRequest> = {}) {
  const told: KeyProgress[] = []
  const asked: unknown[] = []
  const asking: CeremonyRequest = {
    ceremony: 'create',
    options: creation(),
    rp: RP,
    signal: new AbortController().signal,
    progress: (progress) => told.push(progress),
    pin: (ask) => {
      asked.push(ask)
      return Promise.resolve({ pin: PIN })
    },
    confirm: { ask: (_, ask) => Promise.resolve({ confirmed: true, nonce: ask.nonce }) },
    ...more,
  }
  return { told, asked, perform: () => bench.run(bench.service.ceremonies.perform(asking)) }
}
const plain = (bench: KeysBench, name: string): BenchKey =>
  bench.add(name, { options: { hasFingerprintSensor: false } })

describe('a ceremony with a key here', () => {
  test('registers with the only key, which is remembered by it and linked to its device', async () => {
    const bench = new KeysBench()
    const blue = plain(bench, 'blue')
    await bench.plug(blue)
    const { told, perform } = request(bench)
    const { response, credentialId } = await perform()
    expect(response).toMatchObject({ id: credentialId, type: 'public-key' })
    expect(told).toEqual([{ doing: 'touch', keyName: 'Virtual key' }])
    expect(bench.remembered[0]?.credentials).toMatchObject([{ rpId: 'example.com', credentialId, alg: -7 }])
    const device = { backendId: 'b', identityId: 'ana', deviceId: 'blue' }
    await bench.service.ceremonies.linkDevice(credentialId, device)
    expect(bench.remembered[0]?.credentials).toMatchObject([{ device }])
    // And it is known again by it.
    await bench.unplug(blue)
    await bench.plug(blue)
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged).toMatchObject([{ recognisedBy: 'credential' }])
    watched.stop()
  })

  test('waits for a key where there is none', async () => {
    const bench = new KeysBench()
    const blue = plain(bench, 'blue')
    const { told, perform } = request(bench, {
      progress: (progress) => {
        told.push(progress)
        if (progress.doing === 'waiting-for-key') blue.plug()
      },
    })
    await perform()
    expect(told.map(({ doing }) => doing)).toEqual(['waiting-for-key', 'touch'])
  })

  test('uses the key that is touched, and to sign in the one that has the credential', async () => {
    const bench = new KeysBench()
    const [blue, red] = [plain(bench, 'blue'), plain(bench, 'red')]
    blue.person.touches = 'never'
    await bench.plug(blue, red)
    const made = await request(bench).perform()
    expect(red.person.asked).toEqual(['selection', 'register'])
    blue.person.touches = 'touched'
    const signed = await request(bench, { ceremony: 'get', options: assertion(made.credentialId) }).perform()
    expect(signed.credentialId).toBe(made.credentialId)
    expect(red.person.asked).toEqual(['selection', 'register', 'sign-in'])
  })

  test('asks for the PIN where it is needed, and about the last tries by name', async () => {
    const bench = new KeysBench()
    const blue = bench.add('blue', { pin: PIN, options: { hasFingerprintSensor: false } })
    await bench.plug(blue)
    const { asked, perform } = request(bench, {
      options: creation({ authenticatorSelection: { userVerification: 'required' } }),
    })
    await perform()
    expect(asked).toEqual([{ keyName: 'Virtual key', retries: 8, wasWrong: false, minLength: 4 }])
  })

  test('works with a key of U2F alone', async () => {
    const bench = new KeysBench()
    const old = bench.add('old', { options: { profile: 'u2f' } })
    await bench.plug(old)
    const { credentialId } = await request(bench).perform()
    await request(bench, { ceremony: 'get', options: assertion(credentialId) }).perform()
    await bench.unplug(old)
    await bench.plug(old)
    const watched = bench.watch()
    await bench.pass(200)
    expect(watched.last.plugged).toMatchObject([{ recognisedBy: 'credential', info: { speaks: 'u2f' } }])
    watched.stop()
  })

  test.each([
    [{ rp: { origin: 'https://elsewhere.example', rpId: 'example.com' } }, 'key-refused'],
    [{ options: { challenge: 1 } }, 'answer-not-understood'],
    [{ ceremony: 'get', options: assertion('AAAA') } as const, 'key-refused'],
  ] as const)('of %j fails as %s', async (more, code) => {
    const bench = new KeysBench()
    await bench.plug(plain(bench, 'blue'))
    await expect(request(bench, more).perform()).rejects.toMatchObject({ error: { code } })
    expect(bench.remembered).toEqual([])
  })

  test('can be cancelled while it waits for a key or a touch', async () => {
    for (const isPlugged of [false, true]) {
      const bench = new KeysBench()
      const blue = plain(bench, 'blue')
      blue.person.touches = 'never'
      if (isPlugged) await bench.plug(blue)
      const cancel = new AbortController()
      const { perform } = request(bench, {
        signal: cancel.signal,
        progress: () => cancel.abort(new Error('cancelled')),
      })
      await expect(perform()).rejects.toThrow('cancelled')
    }
  })
})
