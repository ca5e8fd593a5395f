import { describe, expect, it } from 'vitest'
import { badSite, sitesOf } from './sites.ts'

describe('sites that may learn the shortest PIN', () => {
  it('are read one a line, in small letters, each once', () => {
    expect(sitesOf(' Example.com\n\nbank.example, example.com ')).toEqual(['example.com', 'bank.example'])
  })
  it('are host names, and the first that is none is told', () => {
    expect(badSite(['example.com', 'localhost', 'xn--bcher-kva.example'])).toBeUndefined()
    for (const bad of [
      'https://bank.example',
      '-a.example',
      'a-.example',
      'a..example',
      'bücher.example',
      `${'a'.repeat(64)}.example`,
    ])
      expect(badSite(['example.com', bad])).toBe(bad)
  })
})
