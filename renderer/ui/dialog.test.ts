import { describe, expect, it } from 'vitest'
import { isSameName } from './dialog.tsx'

describe('Confirming by name', () => {
  it('takes the name exactly, but for space around it', () => {
    expect(isSameName(' Blue YubiKey ', 'Blue YubiKey')).toBe(true)
    expect(isSameName('blue yubikey', 'Blue YubiKey')).toBe(false)
    expect(isSameName('', 'Blue YubiKey')).toBe(false)
  })
  it('takes a letter with its accent however the keyboard composes it', () => {
    expect(isSameName('Zoe\u0308', 'Zo\u00eb')).toBe(true)
  })
})
