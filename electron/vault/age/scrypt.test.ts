import { Decrypter, Encrypter, Stanza } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../shared/kit/index.ts'
import { systemRandom } from '../testing/vaults.ts'
import { decryptWith, encryptTo } from './file.ts'
import { deriveWithNode, rememberingLast, scryptIdentity, scryptRecipient, type Derive } from './scrypt.ts'

const passphrase = utf8('a passphrase')
const plaintext = utf8('what is kept')

/** Counts, and never derives: a test that reaches it fails. */
function refusing(): { derive: Derive; calls: number } {
  const counter = {
    calls: 0,
    derive: () => {
      counter.calls += 1
      return Promise.reject(new Error('derived'))
    },
  }
  return counter
}

describe('the scrypt stanza', () => {
  test('of ours is opened by the library, and the other way round', async () => {
    const ours = await encryptTo([scryptRecipient(passphrase, 10, systemRandom, deriveWithNode)], plaintext)
    const decrypter = new Decrypter()
    decrypter.addPassphrase('a passphrase')
    expect(await decrypter.decrypt(ours, 'text')).toBe('what is kept')

    const encrypter = new Encrypter()
    encrypter.setPassphrase('a passphrase')
    encrypter.setScryptWorkFactor(10)
    const theirs = await encrypter.encrypt('what is kept')
    const opened = await decryptWith(scryptIdentity(passphrase, deriveWithNode), theirs)
    expect(opened).toEqual({ ok: true, value: Buffer.from(plaintext) })
  })

  test('with another passphrase is told as wrong', async () => {
    const file = await encryptTo([scryptRecipient(passphrase, 2, systemRandom, deriveWithNode)], plaintext)
    const identity = scryptIdentity(utf8('another'), deriveWithNode)
    expect((await decryptWith(identity, file)).ok).toBe(false)
    expect(identity.outcome()).toEqual({ was: 'wrong' })
  })

  test('derives with N = 2^18 without Node refusing the memory', async () => {
    // RFC 7914 has no vector with r = 8 and N = 2^18; what is held here is that Node's limit is lifted.
    expect(await deriveWithNode(passphrase, new Uint8Array(16), 18)).toHaveLength(32)
  })

  test.each([20, 30, 63, 99])(
    'with a work factor of 2^%i is refused before anything is derived, in less than 50 ms',
    async (logN) => {
      const stanza = new Stanza(['scrypt', 'AAAAAAAAAAAAAAAAAAAAAA', String(logN)], new Uint8Array(32))
      const file = await encryptTo([{ wrapFileKey: () => [stanza] }], plaintext)
      const counter = refusing()
      const identity = scryptIdentity(passphrase, counter.derive)
      const startedAt = performance.now()
      expect((await decryptWith(identity, file)).ok).toBe(false)
      expect(performance.now() - startedAt).toBeLessThan(50)
      expect(identity.outcome()).toEqual({ was: 'too-costly', logN })
      expect(counter.calls).toBe(0)
    },
  )

  const salt = 'AAAAAAAAAAAAAAAAAAAAAA'
  const body = new Uint8Array(32)
  test.each([
    ['a work factor of 0', [new Stanza(['scrypt', salt, '0'], body)]],
    ['a work factor with a leading zero', [new Stanza(['scrypt', salt, '05'], body)]],
    ['a work factor with a sign', [new Stanza(['scrypt', salt, '+5'], body)]],
    ['a work factor of three digits', [new Stanza(['scrypt', salt, '100'], body)]],
    ['no work factor', [new Stanza(['scrypt', salt], body)]],
    ['a word too many', [new Stanza(['scrypt', salt, '5', 'x'], body)]],
    ['a short salt', [new Stanza(['scrypt', salt.slice(2), '5'], body)]],
    ['a padded salt', [new Stanza(['scrypt', `${salt}==`, '5'], body)]],
    ['spare bits of the salt set', [new Stanza(['scrypt', `${salt.slice(0, -1)}B`, '5'], body)]],
    ['a short body', [new Stanza(['scrypt', salt, '5'], body.subarray(1))]],
    ['a stanza beside it', [new Stanza(['scrypt', salt, '5'], body), new Stanza(['X25519', salt], body)]],
    ['a second of its kind', [new Stanza(['scrypt', salt, '5'], body), new Stanza(['scrypt', salt, '5'], body)]],
  ])('with %s is malformed, and nothing is derived', async (_, stanzas) => {
    const counter = refusing()
    const identity = scryptIdentity(passphrase, counter.derive)
    expect(await identity.unwrapFileKey(stanzas)).toBeNull()
    expect(identity.outcome()).toEqual({ was: 'malformed' })
    expect(counter.calls).toBe(0)
  })

  test('that was just written is opened for its check without a second derivation', async () => {
    let calls = 0
    const once = rememberingLast((...args) => {
      calls += 1
      return deriveWithNode(...args)
    })
    const file = await encryptTo([scryptRecipient(passphrase, 2, systemRandom, once.derive)], plaintext)
    expect((await decryptWith(scryptIdentity(passphrase, once.derive), file)).ok).toBe(true)
    expect(calls).toBe(1)
    once.forget()
    expect((await decryptWith(scryptIdentity(passphrase, once.derive), file)).ok).toBe(true)
    expect(calls).toBe(2)
  })
})
