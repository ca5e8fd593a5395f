/** Rows that the demo world answers: each scenario is played at its bench and sign-in page. */
import { expect } from 'vitest'
import {
  ALL_RULES,
  type DemoRule,
  type DemoWorld,
  type Outcome,
  type SignInPage,
} from '../../../electron/backends/index.ts'
import { BenchPerson, NEVER, SELF, testWorld, type PersonName } from '../../support/demo-world.ts'
import type { FakeClock } from '../../support/fake-clock.ts'
import { codeOfStep } from '../../support/rfc6238.ts'
import type { SeedRow } from './row.ts'

export interface Scene {
  readonly world: DemoWorld
  readonly clock: FakeClock
  person(name: PersonName): BenchPerson
}

export function worldRow(
  sentence: string,
  rule: DemoRule,
  play: (scene: Scene) => Promise<void>,
): SeedRow & { readonly rule: DemoRule } {
  return {
    sentence,
    rule,
    async scenario(isInForce) {
      const test = await testWorld({ rules: { ...ALL_RULES, [rule]: isInForce } })
      try {
        const { world, clock } = test
        await play({ world, clock, person: (name) => new BenchPerson(world, name) })
      } finally {
        await test.dispose()
      }
    },
  }
}

/** Asserts which page is open, so that what follows can count on it. */
export function expectPage<P extends SignInPage['page']>(
  page: SignInPage,
  is: P,
): asserts page is Extract<SignInPage, { page: P }> {
  expect(page.page).toBe(is)
}

/** Asserts that a write was done, and answers with what it gave. */
export function expectDone<T>(outcome: Outcome<T>): T {
  expect(outcome).toMatchObject({ is: 'done' })
  return (outcome as Extract<Outcome<T>, { is: 'done' }>).value
}

/** Asserts that a write was refused with this code. */
export function expectRefused(outcome: Outcome<unknown>, code: string): void {
  expect(outcome).toMatchObject({ is: 'refused', error: { code } })
}

export async function deviceId(person: BenchPerson, name: string): Promise<string> {
  const device = (await person.devices()).find((one) => one.name === name)
  expect(device?.name).toBe(name)
  return device?.id ?? ''
}

/** Signs in with a key of the bench: plugs it in, chooses the device, touches. */
export async function signInWithKey(person: BenchPerson, deviceName: string, keyId: string): Promise<SignInPage> {
  const { world } = person
  await world.key(keyId, 'plug')
  const page = await person.enterPassword()
  if (page.page === 'choose-device') await person.choose(deviceName)
  expectPage(person.page, 'touch')
  return person.touch(keyId)
}

const nonceOf = (name: string) => Buffer.from(name.padEnd(16).slice(0, 16)).toString('base64url')

/** Registers a virtual device for the person, with codes the test makes of the seed it was told. */
export async function registerVirtual(scene: Scene, person: BenchPerson, name: string): Promise<Outcome<unknown>> {
  const { backend } = scene.world
  const request = { type: 'virtual-totp', name, nonce: nonceOf(name) } as const
  const begun = await backend.beginRegister(person.identityId, request, SELF)
  if (begun.is !== 'done' || begun.value.type !== 'virtual-totp') return begun
  const { seed, ref } = begun.value
  return backend.confirmRegister(ref, { type: 'codes', codes: pairOf(scene, seed) }, SELF)
}

/** Registers a token of the bench with the two codes it shows one after the other. */
export async function registerToken(scene: Scene, person: BenchPerson, serial: string): Promise<Outcome<unknown>> {
  const { backend } = scene.world
  const request = { type: 'hardware-totp', name: `Token ${serial}`, serial, nonce: nonceOf(serial) } as const
  const begun = await backend.beginRegister(person.identityId, request, SELF)
  if (begun.is !== 'done') return begun
  const codes = await twoTokenCodes(scene, person, serial)
  return backend.confirmRegister(begun.value.ref, { type: 'codes', codes }, SELF)
}

/** The code a token shows now and the one after it: the clock is moved on a step. */
export async function twoTokenCodes(scene: Scene, person: BenchPerson, serial: string): Promise<[string, string]> {
  const first = person.tokenCode(serial)
  await scene.clock.advance(30_000)
  return [first, person.tokenCode(serial)]
}

/** Registers a plugged key of the bench. */
export async function registerKey(
  scene: Scene,
  person: BenchPerson,
  name: string,
  keyId: string,
): Promise<Outcome<unknown>> {
  const { backend, keys } = scene.world
  const rp = { origin: 'https://latchkey.localhost', rpId: 'latchkey.localhost' }
  const request = { type: 'fido', name, nonce: nonceOf(name), ...rp } as const
  const begun = await backend.beginRegister(person.identityId, request, SELF)
  if (begun.is !== 'done' || begun.value.type !== 'fido') return begun
  const response = keys.create(begun.value.options, rp, NEVER)
  await scene.world.key(keyId, 'touch')
  return backend.confirmRegister(begun.value.ref, { type: 'attestation', response: await response, name }, SELF)
}

/** Previous and current code of a seed by the world's time. */
function pairOf(scene: Scene, seed: Uint8Array): [string, string] {
  const step = Math.floor(scene.world.clock.now() / 30_000)
  const params = { algorithm: 'SHA1', digits: 6 } as const
  return [codeOfStep(seed, params, step - 1), codeOfStep(seed, params, step)]
}
