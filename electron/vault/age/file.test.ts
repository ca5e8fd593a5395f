import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../../../shared/kit/index.ts'
import { systemRandom } from '../testing/vaults.ts'
import { decryptWith, encryptTo, stanzaTypes } from './file.ts'

const identity = await generateX25519Identity()
const recipient = await identityToRecipient(identity)
const other = await identityToRecipient(await generateX25519Identity())

describe('an age file', () => {
  test.each([0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])('of %i bytes comes back as it was', async (length) => {
    const plaintext = systemRandom(length)
    const opened = await decryptWith(identity, await encryptTo([other, recipient], plaintext))
    expect(opened.ok && Buffer.compare(opened.value, plaintext)).toBe(0)
  })

  test('of 3 MB leaves the event loop a turn at least every 50 ms', async () => {
    const plaintext = systemRandom(3_000_000)
    const file = await encryptTo([recipient], plaintext)
    let turns = 0
    let isRunning = true
    const turn = () => {
      turns += 1
      if (isRunning) setImmediate(turn)
    }
    setImmediate(turn)
    await decryptWith(identity, await encryptTo([recipient], plaintext))
    isRunning = false
    // 46 pieces each way; a machine under load may be slow between them, so turns are counted and not timed.
    expect(turns).toBeGreaterThan(60)
    expect(file.length).toBeGreaterThan(3_000_000)
  })

  test('for others is told apart from one that is damaged', async () => {
    expect(await decryptWith(identity, await encryptTo([other], utf8('x')))).toEqual({
      ok: false,
      error: 'no-recipient',
    })
    const file = await encryptTo([recipient], utf8('x'))
    file[file.length - 1]! ^= 1
    expect(await decryptWith(identity, file)).toEqual({ ok: false, error: 'damaged' })
  })

  test('with a byte more, or cut anywhere, never opens', async () => {
    const file = await encryptTo([recipient], utf8('what is kept'))
    expect((await decryptWith(identity, concat(file, Uint8Array.of(0)))).ok).toBe(false)
    for (let length = 0; length < file.length; length++) {
      expect((await decryptWith(identity, file.subarray(0, length))).ok).toBe(false)
    }
  })

  test('shows the types of its stanzas and nothing of who they are for', async () => {
    const file = await encryptTo([recipient, other], utf8('x'))
    expect(stanzaTypes(file)).toEqual({ ok: true, value: ['X25519', 'X25519'] })
    expect(Buffer.from(file).toString('latin1')).not.toContain(recipient)
  })

  test('has 64 stanzas at most', () => {
    const withStanzas = (count: number) => utf8(`age-encryption.org/v1\n${'-> a b\n\n'.repeat(count)}--- c\n`)
    expect(stanzaTypes(withStanzas(64))).toEqual({ ok: true, value: Array.from({ length: 64 }, () => 'a') })
    expect(stanzaTypes(withStanzas(65))).toEqual({ ok: false, error: 'damaged' })
  })

  test.each([
    ['nothing', utf8(''), 'not-an-age-file'],
    ['a later version of age', utf8('age-encryption.org/v2\n-> X25519 a\nb\n--- c\n'), 'not-an-age-file'],
    ['a zip', utf8('PK\x03\x04'), 'not-an-age-file'],
    ['a header without an end', utf8('age-encryption.org/v1\n-> X25519 a\nb\n'), 'damaged'],
    ['no stanzas', utf8('age-encryption.org/v1\n--- c\n'), 'damaged'],
    [
      'a header that is no text',
      concat(utf8('age-encryption.org/v1\n-> '), Uint8Array.of(0xff, 0xfe), utf8('\n--- c\n')),
      'damaged',
    ],
    ['200,000 stanzas', utf8(`age-encryption.org/v1\n${'-> a b\n\n'.repeat(200_000)}--- c\n`), 'damaged'],
    ['a line of 3 MB', utf8(`age-encryption.org/v1\n-> ${'a'.repeat(3_000_000)}\n\n--- c\n`), 'damaged'],
  ])('that is %s is refused before it is parsed, in less than 50 ms', async (_, file, fault) => {
    const startedAt = performance.now()
    expect(await decryptWith(identity, file)).toEqual({ ok: false, error: fault })
    expect(performance.now() - startedAt).toBeLessThan(50)
  })
})
