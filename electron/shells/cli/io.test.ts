import { describe, expect, test } from 'vitest'
import { readInput, TooMuchInput } from './io.ts'
import { type } from './terminal.ts'

async function* chunks(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part)
}

describe('standard input', () => {
  test('gives the first line and keeps the rest, however it was cut', async () => {
    const input = readInput(chunks('pass', 'phrase\r\notpauth:', '//totp/x'))
    expect(await input.line()).toBe('passphrase')
    expect(Buffer.from(await input.rest(1000)).toString()).toBe('otpauth://totp/x')
  })

  test('is not waited for after the line that was asked for', async () => {
    async function* open() {
      yield Buffer.from('passphrase\n')
      await new Promise(() => {})
    }
    expect(await readInput(open()).line()).toBe('passphrase')
  })

  test('that ends without a line break still gives its line, then nothing', async () => {
    const input = readInput(chunks('ä'))
    expect(await input.line()).toBe('ä')
    expect(await input.line()).toBeUndefined()
  })

  test('beyond its limit is refused', async () => {
    await expect(readInput(chunks('12345', '6')).rest(5)).rejects.toThrow(TooMuchInput)
    await expect(readInput(chunks('x'.repeat(70_000), 'x')).line()).rejects.toThrow(TooMuchInput)
  })
})

describe('a passphrase on the terminal', () => {
  const typed = (text: string) => {
    const { typed: letters, end } = type([], text)
    return [letters.join(''), end]
  }

  test('ends with Enter', () => expect(typed('geheim\r')).toEqual(['geheim', 'entered']))
  test('is corrected by Backspace, whole letters at a time', () =>
    expect(typed('a😀\u007fb\r')).toEqual(['ab', 'entered']))
  test('is begun anew by Ctrl-U', () => expect(typed('wrong\u0015right\r')).toEqual(['right', 'entered']))
  test('is given up by Ctrl-C', () => expect(typed('abc\u0003')).toEqual(['', 'interrupted']))
  test('does not take an arrow key for letters', () =>
    expect(typed('a\u001b[Db\u001b[3~\r')).toEqual(['ab', 'entered']))
  test('goes on until Enter comes', () => expect(typed('abc')).toEqual(['abc', undefined]))
})
