import { expect, it } from 'vitest'
import { fromHex } from '../../../shared/kit/index.ts'
import { aaguidText, modelOf } from './model.ts'

it('a key goes by the name that its maker gave the AAGUID', () => {
  // support.yubico.com, "YubiKey hardware FIDO2 AAGUIDs": YubiKey 5 NFC, firmware 5.2 and 5.4.
  expect(modelOf(aaguidText(fromHex('2fc0579f811347eab116bb5a8db9202a')!))).toBe('YubiKey 5 Series with NFC')
})
it('an AAGUID that nobody listed has no name, nor has one that is a word of JavaScript', () => {
  expect(modelOf('00000000-0000-0000-0000-000000000001')).toBeUndefined()
  expect(modelOf('constructor')).toBeUndefined()
})
