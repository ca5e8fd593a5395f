/** Latchkey's client on a key of other people with a PIN, over a socket: the crate soft-fido2. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  chooseProtocol,
  clientPin,
  credentialManagement,
  getInfo,
  reset,
  STATUS,
  type Info,
  type PinProtocolVersion,
} from '../../electron/fido/ctap2/index.ts'
import { openTransport } from '../../electron/fido/ctaphid/index.ts'
import { openSocketPort } from '../../electron/fido/index.ts'
import type { Transport } from '../../electron/fido/transport.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { fromBase64url, utf8 } from '../../shared/kit/index.ts'
import { registerAndSignIn, RP_ID } from './ceremonies.ts'
import { CACHE } from './support.ts'
import { temporaryFolder } from './temporary-folder.ts'

const parts = { clock: systemClock, random: systemRandom }
const folder = temporaryFolder()
const target = join(CACHE, 'soft-fido2')
const OLDEST_CARGO = 91
const cargo = /^cargo 1\.(\d+)/.exec(spawnSync('cargo', ['--version'], { encoding: 'utf8' }).stdout ?? '')
const hasCargo = Number(cargo?.[1] ?? 0) >= OLDEST_CARGO
const PIN = '1234-4711'

describe.skipIf(!hasCargo)('soft-fido2 (cargo 1.91 or newer, from rustup.rs)', () => {
  let child: ChildProcess
  let transport: Transport
  let info: Info
  const access = (version: PinProtocolVersion = chooseProtocol(info.pinUvAuthProtocols)!) => ({
    transport,
    version,
    random: systemRandom,
  })
  const management = async () => {
    const request = { permissions: clientPin.PERMISSION.credentialManagement }
    const token = await clientPin.getTokenUsingPin(access(), PIN, request)
    return { transport, support: credentialManagement.support(info)!, token }
  }

  beforeAll(async () => {
    const built = spawnSync('cargo', ['build', '--release', '--locked', '--quiet'], {
      cwd: join(import.meta.dirname, 'keys/soft-fido2'),
      env: { ...process.env, CARGO_TARGET_DIR: target },
      encoding: 'utf8',
    })
    expect(built.stderr).toBe('')
    const path = join(folder, 'soft.sock')
    child = spawn(join(target, 'release/soft-fido2-key'), [path], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout!, 'data')
    transport = await openTransport({ port: await openSocketPort({ kind: 'unix', path }, parts), ...parts })
  }, 180_000)
  afterAll(async () => {
    await transport.close()
    child.kill()
  })

  it('says what it is', async () => {
    info = await getInfo(transport)
    // It has the commands of 2.1, and says that it falls short of all that 2.1 asks.
    expect(info.versions).toEqual(['FIDO_2_0'])
    expect(info.options).toMatchObject({ rk: true, clientPin: false, credMgmt: true, pinUvAuthToken: true })
  })

  it('registers and signs in without a PIN, and a third party verifies both', async () => {
    await registerAndSignIn(transport, parts)
  })

  it('forgets what it had when it is reset, and takes a PIN', async () => {
    await reset(transport)
    await clientPin.setPIN(access(), PIN)
    info = await getInfo(transport)
    expect(info.options.clientPin).toBe(true)
  })

  it('counts a wrong PIN, and gives a token for the right one', async () => {
    const request = { permissions: clientPin.PERMISSION.getAssertion, rpId: RP_ID }
    const before = (await clientPin.getPINRetries(transport)).pinRetries
    const wrong = clientPin.getTokenUsingPin(access(), '0000', request)
    await expect(wrong).rejects.toMatchObject({ name: 'KeyStatusError', status: STATUS.pinInvalid })
    expect((await clientPin.getPINRetries(transport)).pinRetries).toBe(before - 1)
    await clientPin.getTokenUsingPin(access(), PIN, request)
    expect((await clientPin.getPINRetries(transport)).pinRetries).toBe(before)
  })

  it('pads what protocol 1 leaves bare, and its refusal is told as the key’s own', async () => {
    const request = { permissions: clientPin.PERMISSION.getAssertion, rpId: RP_ID }
    const asked = clientPin.getTokenUsingPin(access(1), PIN, request)
    await expect(asked).rejects.toMatchObject({ name: 'KeyStatusError', status: STATUS.pinAuthInvalid })
  })

  it('registers and signs in with the PIN; the passkey is counted, renamed and deleted', async () => {
    // A token is good until the next one is given, so each step has its own.
    const count = async () =>
      (await credentialManagement.getCredsMetadata(await management())).existingResidentCredentialsCount
    const before = await count()
    const id = fromBase64url(await registerAndSignIn(transport, parts, PIN))!
    expect(await count()).toBe(before + 1)
    const session = await management()
    expect((await credentialManagement.enumerateRPs(session)).map((rp) => rp.id)).toEqual([RP_ID])
    const user = { id: utf8('user 1'), name: 'countess', displayName: 'Countess' }
    await credentialManagement.updateUserInformation(session, { id }, user)
    await credentialManagement.deleteCredential(session, { id })
    expect(await count()).toBe(before)
  })

  it('lists passkeys without their public key, and they are listed', async () => {
    await registerAndSignIn(transport, parts, PIN)
    const session = await management()
    const [rp] = await credentialManagement.enumerateRPs(session)
    const listed = await credentialManagement.enumerateCredentials(session, rp!.rpIdHash)
    expect(listed).toMatchObject([{ user: { id: utf8('user 1'), name: 'ada' }, publicKey: undefined }])
  })

  it('forgets its PIN too when it is reset', async () => {
    await reset(transport)
    expect((await getInfo(transport)).options.clientPin).toBe(false)
  })
})
