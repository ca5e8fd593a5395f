/** What CTAP 2.2 and 2.3 added, asked of the virtual key of that generation. */
import { describe, expect, it } from 'vitest'
import { ScriptedTransport, virtualBench, willing, type VirtualBench } from '../../../test/support/fido-client.ts'
import { toHex, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import * as pin from './client-pin.ts'
import * as config from './config.ts'
import * as credMan from './credential-management.ts'
import { getInfo } from './info.ts'
import { makeCredential } from './make-credential.ts'
import { canSelect, isSupported as canSelectNow } from './selection.ts'
import { VENDOR_BLINK } from '../virtual/options.ts'

const PIN = '123456'
const access = ({ transport, parts }: VirtualBench): pin.PinAccess => ({ transport, version: 2, random: parts.random })
const { persistentCredentialManagementReadOnly: PCMR, authenticatorConfiguration, makeCredential: MC } = pin.PERMISSION

async function latest(person = willing) {
  const bench = await virtualBench({ profile: 'ctap2.3' }, person)
  await pin.setPIN(access(bench), PIN)
  return bench
}
const persistent = (bench: VirtualBench) => pin.getTokenUsingPin(access(bench), PIN, { permissions: PCMR })

describe('the persistent token', () => {
  it('lists what is on the key, and knows the key again after it was unplugged', async () => {
    const bench = await latest()
    const info = await getInfo(bench.transport)
    expect(pin.hasPersistentTokens(info)).toBe(true)
    const token = await persistent(bench)
    const identifier = toHex(token.open('encIdentifier', info.encIdentifier!))
    const state = toHex(token.open('encCredStoreState', info.encCredStoreState!))
    await makeCredential(bench.transport, {
      clientDataHash: new Uint8Array(32),
      rp: { id: 'a.example' },
      user: { id: utf8('ada') },
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
      options: { rk: true },
      token: await pin.getTokenUsingPin(access(bench), PIN, { permissions: MC, rpId: 'a.example' }),
    })
    const transport = await bench.replug()
    const again = await getInfo(transport)
    expect(toHex(again.encIdentifier!)).not.toBe(toHex(info.encIdentifier!))
    expect(toHex(token.open('encIdentifier', again.encIdentifier!))).toBe(identifier)
    expect(toHex(token.open('encCredStoreState', again.encCredStoreState!))).not.toBe(state)
    const management = { transport, support: credMan.support(again)!, token }
    expect((await credMan.enumerateRPs(management)).map(({ id }) => id)).toEqual(['a.example'])
  })

  it('is asked for alone, and opens nothing of another length', async () => {
    const bench = await latest()
    const both = pin.getTokenUsingPin(access(bench), PIN, { permissions: PCMR | authenticatorConfiguration })
    await expect(both).rejects.toThrow(MisuseError)
    const token = await persistent(bench)
    expect(() => token.open('encIdentifier', new Uint8Array(31))).toThrow(AnswerError)
  })
})

describe('configuration', () => {
  it('a long touch for reset, a policy of PINs and a vendor’s command are set where the key lists them', async () => {
    const winks: string[] = []
    const bench = await latest({ ...willing, onWink: () => void winks.push('wink') })
    const info = await getInfo(bench.transport)
    expect([
      config.canEnableLongTouchForReset(info),
      config.canSetPinComplexityPolicy(info),
      config.canVendorPrototype(info, VENDOR_BLINK),
      config.canVendorPrototype(info, 1),
    ]).toEqual([true, true, true, false])
    const token = () => pin.getTokenUsingPin(access(bench), PIN, { permissions: authenticatorConfiguration })
    await config.enableLongTouchForReset({ transport: bench.transport, token: await token() })
    await config.vendorPrototype({ transport: bench.transport, token: await token() }, VENDOR_BLINK, { 2: 'ignored' })
    await config.setMinPINLength({ transport: bench.transport, token: await token() }, { pinComplexityPolicy: true })
    expect(winks).toEqual(['wink'])
    expect(await getInfo(bench.transport)).toMatchObject({
      longTouchForReset: true,
      pinComplexityPolicy: true,
      forcePINChange: true,
    })
  })

  it('a key’s list of subcommands has the last word', async () => {
    // A YubiKey 5.8.0 says longTouchForReset false and lists subcommands 2 and 3 alone (RS-Key, tests/interop/baseline).
    const answer = new Map<number, CborValue>([
      [0x01, ['FIDO_2_1', 'FIDO_2_3']],
      [0x03, new Uint8Array(16)],
      [0x04, new Map([['authnrCfg', true], ['alwaysUv', false], ['setMinPINLength', true], ['ep', false]])], // prettier-ignore
      [0x18, false],
      [0x1b, false],
      [0x1f, [2, 3]],
    ])
    const info = await getInfo(new ScriptedTransport(() => encode(answer)))
    expect([
      config.canToggleAlwaysUv(info),
      config.canSetMinPINLength(info),
      config.canSetPinComplexityPolicy(info),
      config.canEnableLongTouchForReset(info),
      config.canEnableEnterpriseAttestation(info),
    ]).toEqual([true, true, true, false, false])
  })
})

it('selection is of CTAP 2.1 and 2.3; nobody may say FIDO_2_2 (CTAP 2.3 §6.4)', async () => {
  const infoOf = async (version: string) => {
    const answer = new Map<number, CborValue>([[1, [version]], [3, new Uint8Array(16)]]) // prettier-ignore
    return getInfo(new ScriptedTransport(() => encode(answer)))
  }
  for (const [version, is] of [
    ['FIDO_2_0', false],
    ['FIDO_2_1', true],
    ['FIDO_2_2', false],
    ['FIDO_2_3', true],
  ] as const) {
    expect(canSelectNow(await infoOf(version))).toBe(is)
    expect(canSelect(await infoOf(version))).toBe(is)
  }
})
