import { armor } from 'age-encryption'
import { describe, expect, test } from 'vitest'
import { systemRandom } from '../testing/vaults.ts'
import { fromArmor, isArmored, toArmor } from './armor.ts'

describe('armor', () => {
  test("is the library's, letter for letter, at every length around a line", () => {
    for (let length = 1; length <= 200; length++) {
      const file = systemRandom(length)
      expect(toArmor(file)).toBe(armor.encode(file))
      expect(Buffer.compare(fromArmor(toArmor(file))!, file)).toBe(0)
    }
  })

  const armored = toArmor(Uint8Array.from({ length: 100 }, (_, i) => i))
  const lines = armored.split('\n')

  test('may stand between blank lines and have line ends of either kind', () => {
    expect(fromArmor(`\n \t${armored}\n\n`)).toHaveLength(100)
    expect(fromArmor(armored.replaceAll('\n', '\r\n'))).toHaveLength(100)
    expect(isArmored(`\r\n${armored}`)).toBe(true)
  })

  test.each([
    ['text before it', `x${armored}`],
    ['text after it', `${armored}x`],
    ['no end', lines.slice(0, -2).join('\n')],
    ['a short line inside', armored.replace(lines[1]!, `${lines[1]!.slice(0, 60)}\n${lines[1]!.slice(60)}`)],
    ['a long line', armored.replace(`${lines[1]!}\n`, lines[1]!)],
    ['an empty line', armored.replace(lines[1]!, `${lines[1]!}\n`)],
    ['a letter outside Base64', armored.replace(lines[1]!, `*${lines[1]!.slice(1)}`)],
    ['letters of Base64url', armored.replace(lines[1]!, `-${lines[1]!.slice(1)}`)],
    ['missing padding', armored.replace('==\n', '\n')],
    ['spare bits that are set', armored.replace(/.==\n/, 'f==\n')],
  ])('with %s is refused', (_, text) => {
    expect(text).not.toBe(armored)
    expect(fromArmor(text)).toBeUndefined()
  })
})
