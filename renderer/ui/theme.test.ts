import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { amber, brass, green, ink, red, slate } from './theme.ts'

const tokens = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

describe('The library’s theme', () => {
  it.each(Object.entries({ slate, ink, brass, red, amber, green }))('has the %s of the tokens', (name, scale) => {
    const fromFile = Array.from(
      { length: 10 },
      (_, at) => new RegExp(`--lk-${name}-${at}:\\s*(#[0-9a-f]{6});`).exec(tokens)?.[1],
    )
    expect(scale).toEqual(fromFile)
  })
})
