/** Latchkey's client on a key of other people, over a socket: the npm package nid-webauthn-emulator. */
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { register } from '../../electron/fido/client/index.ts'
import { getInfo } from '../../electron/fido/ctap2/index.ts'
import { openTransport } from '../../electron/fido/ctaphid/index.ts'
import { openSocketPort } from '../../electron/fido/index.ts'
import type { Transport } from '../../electron/fido/transport.ts'
import { serveKey, type Where } from '../../electron/fido/virtual/index.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { creation, ORIGIN, person, registerAndSignIn } from './ceremonies.ts'
import { EmulatorKey } from './keys/emulator.ts'
import { temporaryFolder } from './temporary-folder.ts'

const parts = { clock: systemClock, random: systemRandom }
const folder = temporaryFolder()
const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).toReversed()) await dispose()
})

/** A client's end of a new emulated key, at the other end of a socket. */
async function connect(isRaw: boolean, kind: 'unix' | 'tcp'): Promise<Transport> {
  const at: Where =
    kind === 'unix'
      ? { kind, path: join(folder, `${isRaw ? 'raw' : 'tidied'}.sock`) }
      : { kind, host: '127.0.0.1', port: 0 }
  const key = new EmulatorKey({ isRaw })
  const served = await serveKey(() => key.port(), at)
  const place = at.kind === 'unix' ? at : { ...at, port: Number(served.where.split(':').at(-1)) }
  const transport = await openTransport({ port: await openSocketPort(place, { clock: systemClock }), ...parts })
  disposals.push(served.close, () => transport.close())
  return transport
}

describe.each(['unix', 'tcp'] as const)('nid-webauthn-emulator over a %s socket', (kind) => {
  it('says what it is', async () => {
    const info = await getInfo(await connect(false, kind))
    expect(info.versions).toContain('FIDO_2_0')
    expect(info.options.rk).toBe(true)
  })

  it('registers and signs in, and a third party verifies both', async () => {
    const transport = await connect(false, kind)
    await registerAndSignIn(transport, parts)
  })

  it('echoes a message of many reports', async () => {
    const data = systemRandom(7609)
    expect(await (await connect(false, kind)).ping(data)).toEqual(data)
  })

  it('whose answers are not CBOR as CTAP wants it is refused by name, and the channel stays good', async () => {
    const transport = await connect(true, kind)
    const refusal = { name: 'AnswerError', fault: 'cbor' }
    await expect(getInfo(transport)).rejects.toMatchObject(refusal)
    const key = { transport, person: person() }
    await expect(register(creation(), ORIGIN, key, parts)).rejects.toMatchObject(refusal)
    expect(await transport.ping(Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3))
  })
})
