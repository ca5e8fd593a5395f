import { describe, expect, test } from 'vitest'
import { utf8 } from '../../shared/kit/index.ts'
import { passphraseBytes } from './passphrase.ts'

describe('a passphrase', () => {
  test('is the same however its letters are composed', () => {
    expect(passphraseBytes('Zu\u0308rich')).toEqual({ ok: true, value: utf8('Z\u00fcrich') })
    expect(passphraseBytes('Z\u00fcrich')).toEqual({ ok: true, value: utf8('Z\u00fcrich') })
  })

  test('keeps its spaces and its case, and what NFKC would change', () => {
    expect(passphraseBytes('  A ﬁsh ①  ')).toEqual({ ok: true, value: utf8('  A ﬁsh ①  ') })
  })

  test.each([
    ['nothing', '', 'empty'],
    ['a line break', 'a\nb', 'letter'],
    ['a tab', 'a\tb', 'letter'],
    ['NUL', 'a\0b', 'letter'],
    ['DEL', 'a\x7fb', 'letter'],
    ['half a letter', 'a\ud83d', 'letter'],
  ])('of %s is refused: the age command could not be given it', (_, text, reason) => {
    expect(passphraseBytes(text)).toEqual({ ok: false, error: { code: 'passphrase-unusable', reason } })
  })
})
