import { createHash, createHmac } from 'node:crypto'
import { Decrypter, Encrypter, Stanza, webauthn } from 'age-encryption'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../../../shared/kit/index.ts'
import { systemRandom } from '../testing/vaults.ts'
import { prfIdentity, prfInputsOf, prfRecipient, provePrf, type Prf, type ProvenPrf } from './fido2prf.ts'
import { decryptWith, encryptTo } from './file.ts'
import { readPluginIdentity, writePluginIdentity } from './plugin-identity.ts'

const plaintext = utf8('what is kept')
const credential = { id: fromHex('0102030405060708')!, rpId: 'latchkey.localhost', transports: ['usb', 'nfc'] }

/** CTAP 2.1 §12.5 over WebAuthn Level 3 §10.1.4, written a second time: HMAC-SHA-256 of SHA-256("WebAuthn PRF" ‖ 00 ‖ input). */
function authenticator(secret = systemRandom(32)): Prf & { times: number } {
  const output = (input: Uint8Array) => {
    const salt = createHash('sha256').update('WebAuthn PRF\0').update(input).digest()
    return new Uint8Array(createHmac('sha256', secret).update(salt).digest())
  }
  const prf = Object.assign(
    async ({ first, second }: Parameters<Prf>[0]) => {
      prf.times += 1
      return { first: output(first), second: output(second) }
    },
    { times: 0 },
  )
  return prf
}

async function proven(prf: Prf): Promise<ProvenPrf> {
  const made = await provePrf(prf, systemRandom)
  if (typeof made === 'string') throw new Error(made)
  return made
}

/** A page whose authenticator this is. */
function inBrowserOf(prf: Prf) {
  vi.stubGlobal('navigator', {
    credentials: {
      get: async ({ publicKey }: { publicKey: { extensions: { prf: { eval: Parameters<Prf>[0] } } } }) => {
        const results = await prf(publicKey.extensions.prf.eval)
        return { getClientExtensionResults: () => ({ prf: { results } }) }
      },
    },
  })
}
afterEach(() => vi.unstubAllGlobals())

describe('the fido2prf stanza', () => {
  test('that we write is opened by typage, and the other way round, on one credential', async () => {
    const prf = authenticator()
    inBrowserOf(prf)
    const identity = writePluginIdentity(credential)

    const ours = await encryptTo([prfRecipient(await proven(prf))], plaintext)
    const decrypter = new Decrypter()
    decrypter.addIdentity(new webauthn.WebAuthnIdentity({ identity }))
    expect(await decrypter.decrypt(ours, 'text')).toBe('what is kept')

    const encrypter = new Encrypter()
    encrypter.addRecipient(new webauthn.WebAuthnRecipient({ identity }))
    const theirs = await encrypter.encrypt('what is kept')
    const outputs = await prf((await prfInputsOf(theirs))!)
    expect(await decryptWith(prfIdentity(outputs), theirs)).toEqual({ ok: true, value: Buffer.from(plaintext) })
  })

  test('is wrong for another credential and for other inputs of the same one', async () => {
    const prf = authenticator()
    const file = await encryptTo([prfRecipient(await proven(prf))], plaintext)
    const inputs = (await prfInputsOf(file))!
    for (const outputs of [
      await authenticator()(inputs),
      await prf({ first: inputs.second, second: inputs.first }),
      await prf({ ...inputs, second: inputs.first }),
      (await proven(prf)).outputs,
    ]) {
      const identity = prfIdentity(outputs)
      expect(await decryptWith(identity, file)).toMatchObject({ ok: false })
      expect(identity.outcome()).toEqual({ was: 'wrong' })
    }
  })

  const name = 'age-encryption.org/fido2prf'
  const nonce = 'AAAAAAAAAAAAAAAAAAAAAA'
  test.each([
    ['without a nonce', [new Stanza([name], new Uint8Array(32))]],
    ['with a nonce of 15 bytes', [new Stanza([name, 'AAAAAAAAAAAAAAAAAAAA'], new Uint8Array(32))]],
    [
      'with a nonce that is not in its one spelling',
      [new Stanza([name, `${nonce.slice(0, -1)}B`], new Uint8Array(32))],
    ],
    ['with an argument too many', [new Stanza([name, nonce, 'x'], new Uint8Array(32))]],
    ['with a body of 31 bytes', [new Stanza([name, nonce], new Uint8Array(31))]],
    [
      'beside another',
      [new Stanza([name, nonce], new Uint8Array(32)), new Stanza(['X25519', nonce], new Uint8Array(32))],
    ],
  ])('%s is refused', async (_, stanzas) => {
    const file = await encryptTo([{ wrapFileKey: () => stanzas }], plaintext)
    const identity = prfIdentity(await authenticator()({ first: utf8('a'), second: utf8('b') }))
    expect((await decryptWith(identity, file)).ok).toBe(false)
    expect(identity.outcome()).toEqual({ was: 'malformed' })
  })
})

describe('proving a key', () => {
  test('asks twice, the second time the other way round', async () => {
    const asked: string[] = []
    const honest = authenticator()
    const { outputs } = await proven((inputs) => {
      asked.push(`${toHex(inputs.first)} ${toHex(inputs.second)}`)
      return honest(inputs)
    })
    expect(asked).toHaveLength(2)
    expect(asked[1]!.split(' ').toReversed().join(' ')).toBe(asked[0])
    expect(outputs.first).toHaveLength(32)
  })

  test.each<[string, Prf, string]>([
    ['answers at random', async () => ({ first: systemRandom(32), second: systemRandom(32) }), 'not-repeatable'],
    [
      'answers by place and not by question',
      async () => ({ first: new Uint8Array(32).fill(1), second: new Uint8Array(32).fill(2) }),
      'not-repeatable',
    ],
    [
      'always answers the same',
      async () => ({ first: new Uint8Array(32), second: new Uint8Array(32) }),
      'not-distinct',
    ],
    ['answers too little', async () => ({ first: new Uint8Array(16), second: new Uint8Array(32) }), 'no-answer'],
  ])('finds one that %s', async (_, prf, fault) => {
    expect(await provePrf(prf, systemRandom)).toBe(fault)
  })

  test('that the person breaks off leaves no answer in memory', async () => {
    const honest = authenticator()
    let given: Awaited<ReturnType<Prf>> | undefined
    const breaking: Prf = async (inputs) => {
      if (given) throw new Error('cancelled')
      return (given = await honest(inputs))
    }
    await expect(provePrf(breaking, systemRandom)).rejects.toThrow('cancelled')
    expect(concat(given!.first, given!.second).every((byte) => byte === 0)).toBe(true)
  })
})

describe('the identity line', () => {
  test('is read as it was written, and begins as the age plugin wants it', () => {
    const line = writePluginIdentity(credential)
    expect(line).toMatch(/^AGE-PLUGIN-FIDO2PRF-1[02-9AC-HJ-NP-Z]+$/)
    expect(readPluginIdentity(line)).toEqual(credential)
  })

  test('of the longest credential is what typage writes for it', async () => {
    const rawId = systemRandom(1023)
    vi.stubGlobal('window', { origin: 'http://latchkey.localhost:1' })
    vi.stubGlobal('navigator', {
      credentials: {
        create: async () => ({
          rawId: rawId.buffer,
          response: { getTransports: () => ['usb'] },
          getClientExtensionResults: () => ({ prf: { enabled: true } }),
        }),
      },
    })
    const theirs = await webauthn.createCredential({
      keyName: 'Blue',
      rpId: 'latchkey.localhost',
      type: 'security-key',
    })
    const made = { id: rawId, rpId: 'latchkey.localhost', transports: ['usb'] }
    expect(writePluginIdentity(made)).toBe(theirs)
    expect(readPluginIdentity(theirs)).toEqual(made)
  })

  test('with one letter changed is refused', () => {
    const line = writePluginIdentity(credential)
    for (let at = 'AGE-PLUGIN-FIDO2PRF-1'.length; at < line.length; at++) {
      const other = line[at] === 'Q' ? 'P' : 'Q'
      expect(readPluginIdentity(line.slice(0, at) + other + line.slice(at + 1))).toBeUndefined()
    }
    expect(readPluginIdentity(line.toLowerCase())).toBeUndefined()
  })
})
