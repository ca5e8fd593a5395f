/** What keys that are sold answered to getInfo (test/fixtures/fido/get-info.json, with who published it). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ScriptedTransport } from '../../../test/support/fido-client.ts'
import { fromHex, toHex } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import * as bio from './bio-enrollment.ts'
import { hasPersistentTokens, opensCeremonies } from './client-pin.ts'
import * as config from './config.ts'
import * as credMan from './credential-management.ts'
import { getInfo, type Info } from './info.ts'
import { maxFragmentLength } from './large-blobs.ts'
import { chooseProtocol } from './pin-protocol.ts'
import { isSupported as canSelect } from './selection.ts'

interface Captured {
  what: string
  aaguid: string
  versions: string[]
  extensions: string[]
  options: Record<string, boolean>
  algorithms: number[]
  sealed: boolean
  members: Record<string, number | boolean | string[] | number[]>
}
const { keys } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/fido/get-info.json'), 'utf8'),
) as { keys: Captured[] }

async function infoOf(captured: Captured): Promise<Info> {
  const algorithm = (alg: number): CborValue => new Map<string, CborValue>([['alg', alg], ['type', 'public-key']]) // prettier-ignore
  const members = new Map<number, CborValue>([
    [0x01, captured.versions],
    [0x02, captured.extensions],
    [0x03, fromHex(captured.aaguid)!],
    [0x04, new Map(Object.entries(captured.options))],
    [0x0a, captured.algorithms.map(algorithm)],
    ...Object.entries(captured.members).map(([member, value]) => [Number(member), value] as const),
    ...(captured.sealed ? ([[0x19, new Uint8Array(32)], [0x1e, new Uint8Array(32)]] as const) : []), // prettier-ignore
  ])
  return getInfo(new ScriptedTransport(() => encode(members)))
}

describe.each(keys)('$what', (captured) => {
  it('every member is known by its name, every option kept', async () => {
    const info = await infoOf(captured)
    expect(info.unknown.size).toBe(0)
    expect(Object.fromEntries(info.allOptions)).toEqual(captured.options)
    expect(toHex(info.aaguid)).toBe(captured.aaguid)
    expect([info.maxMsgSize, info.firmwareVersion, info.remainingDiscoverableCredentials]).toEqual([
      captured.members['5'],
      captured.members['14'],
      captured.members['20'],
    ])
  })
})

it('a YubiKey 5.8 is one of CTAP 2.3, without a PIN yet, whose identifier can be known', async () => {
  const info = await infoOf(keys[0]!)
  expect([canSelect(info), hasPersistentTokens(info), opensCeremonies(info), bio.isSupported(info)]).toEqual([true, true, false, false]) // prettier-ignore
  expect([chooseProtocol(info.pinUvAuthProtocols), maxFragmentLength(info), credMan.support(info)]).toEqual([
    1,
    1472,
    { command: 0x0a, canUpdateUser: true },
  ])
  expect(info).toMatchObject({ longTouchForReset: false, pinComplexityPolicy: false, maxPINLength: 63, transportsForReset: ['nfc', 'smart-card', 'usb'] }) // prettier-ignore
  expect([config.canToggleAlwaysUv(info), config.canSetMinPINLength(info), config.canEnableLongTouchForReset(info)]).toEqual([true, true, false]) // prettier-ignore
})

it('a YubiKey Bio verifies by itself, always, and has fingers', async () => {
  const info = await infoOf(keys[1]!)
  expect(info).toMatchObject({ preferredPlatformUvAttempts: 3, uvModality: 2, options: { uv: true, alwaysUv: true } })
  expect([opensCeremonies(info), bio.command(info), config.canSetPinComplexityPolicy(info)]).toEqual([
    true,
    0x09,
    false,
  ])
  // An option of its time that no specification kept.
  expect(info.allOptions.get('uvToken')).toBe(true)
})
