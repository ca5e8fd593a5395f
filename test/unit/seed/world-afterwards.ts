/** "The next step varies depending on the type of MFA you are using", and the password of a root user. */
import { expect } from 'vitest'
import { administrator, NEVER, PEOPLE, SELF, type BenchPerson } from '../../support/demo-world.ts'
import {
  deviceId,
  expectDone,
  expectPage,
  expectRefused,
  registerKey,
  registerToken,
  registerVirtual,
  signInWithKey,
  worldRow,
  type Scene,
} from './world-row.ts'

const DESK_TOKEN = '260088310415'
const FREE_TOKEN = 'GALT00623358'
const DAY_MS = 86_400_000

/** Root of production whose phone is gone, signed in all the same. */
async function recovered({ world, person }: Scene): Promise<BenchPerson> {
  const root = person('root')
  await world.phone({ act: 'lose' })
  expect(await root.signInByAlternativeFactors()).toMatchObject({ page: 'signed-in', via: 'alternative-factors' })
  return root
}

async function deactivate({ world }: Scene, person: BenchPerson, name: string) {
  return world.backend.deactivate(person.identityId, await deviceId(person, name), SELF)
}

export const afterwardsRows = [
  worldRow('The next step varies depending on the type of MFA you are using:', 'entityStaysBehind', async (scene) => {
    const { world, person } = scene
    const oncall = person('oncall')
    expectPage(await oncall.signIn(), 'signed-in')
    const look = async (name: string) => {
      const device = (await oncall.devices()).find((one) => one.name === name)
      expectDone(await deactivate(scene, oncall, name))
      const { type, id } = device ?? { type: 'fido', id: '' }
      return world.backend.look({ identityId: oncall.identityId, type, deviceId: id }, NEVER)
    }
    expect(await look('Tablet by the door')).toBe('created')
    expect(await look('Key in the safe')).toBe('absent')
    expect(await look('Token, second shift')).toBe('absent')
  }),

  worldRow(
    'For a virtual MFA device, remove the account from your device.',
    'accountsCanBeRemoved',
    async ({ world, person }) => {
      const alice = person('alice')
      const account = world.bench().phone.accounts.find(({ identityName }) => identityName === 'alice.okonkwo-brandt')
      const isRemoved = await world.phone({ removeAccount: account?.id ?? '' }).then(
        () => true,
        () => false,
      )
      expect(isRemoved).toBe(true)
      expect(alice.phoneCode()).toBe('')
      expect(world.bench().phone.accounts).not.toContainEqual(expect.objectContaining({ id: account?.id }))
    },
  ),

  worldRow(
    'Then go to the AWS Security Credentials page and delete the old MFA virtual device entity before you create a new one.',
    'nameIsTakenUntilDeleted',
    async (scene) => {
      const root = await recovered(scene)
      const { backend } = scene.world
      const name = 'Pixel 8, production root'
      const id = await deviceId(root, name)
      expectRefused(await backend.deleteEntity(root.identityId, id, SELF), 'still-assigned')
      expectDone(await deactivate(scene, root, name))
      expectRefused(await registerVirtual(scene, root, name), 'name-taken')
      expectDone(await backend.deleteEntity(root.identityId, id, SELF))
      expectDone(await registerVirtual(scene, root, name))
    },
  ),

  worldRow(
    'Then go to the AWS Security Credentials page and delete the old MFA virtual device entity before you create a new one.',
    'alternativeFactorsManageDevices',
    async (scene) => {
      const { world, person } = scene
      const root = person('root')
      const name = 'Pixel 8, production root'
      expectRefused(await deactivate(scene, root, name), 'mfa-session-needed')
      await recovered(scene)
      expectDone(await deactivate(scene, root, name))
      expect(await world.backend.devices(PEOPLE.root, NEVER)).toEqual([])
    },
  ),

  worldRow(
    'For a FIDO security key, go to the AWS Security Credentials page and deactivate the old FIDO security key before enabling a new one.',
    'deactivatedKeyIsDead',
    async (scene) => {
      const { world, person } = scene
      const root = person('stagingRoot')
      expectPage(await root.signIn(), 'signed-in')
      expectDone(await deactivate(scene, root, 'Blue key'))
      expect((await root.devices()).map(({ name }) => name)).toEqual(['Pixel 8, staging root'])
      await world.key('blue', 'unplug')
      await world.key('spare', 'plug')
      expectDone(await registerKey(scene, root, 'New key', 'spare'))
      expectPage(await signInWithKey(root, 'New key', 'spare'), 'signed-in')
    },
  ),

  worldRow(
    'For a hardware TOTP token, contact the third-party provider for help fixing or replacing the device.',
    'onlyVendorSerials',
    async (scene) => {
      const { world, person } = scene
      const dmitri = person('dmitri')
      const request = { type: 'hardware-totp', name: 'Found', serial: '1234 5678 9012', nonce: 'Zm91bmQ' } as const
      expect(await world.backend.beginRegister(dmitri.identityId, request, SELF)).toEqual({
        is: 'refused',
        error: { code: 'serial-unknown', serial: '123456789012' },
      })
      expectDone(await registerToken(scene, dmitri, FREE_TOKEN))
    },
  ),

  worldRow(
    'You can continue to sign in using alternative factors of authentication until you receive your new device.',
    'alternativeFactorsAgainAndAgain',
    async (scene) => {
      await recovered(scene)
      for (let week = 0; week < 3; week++) {
        await scene.world.moveClock(7 * DAY_MS)
        const root = scene.person('root')
        await root.enterPassword()
        expectPage(await root.troubleshoot(), 'alternative-factors')
        await root.verifyEmail()
        await root.verifyPhone()
        await scene.world.signIn({ act: 'use-alternative-factors' })
        expectPage(root.page, 'signed-in')
      }
    },
  ),

  worldRow(
    'After you have the new hardware MFA device, go to the AWS Security Credentials page and delete the old MFA hardware device entity before you create a new one.',
    'serialIsTakenUntilDeactivated',
    async (scene) => {
      // The vendor sent the same token back, mended.
      const dmitri = scene.person('dmitri')
      await scene.world.token({ serial: DESK_TOKEN, driftSteps: 0 })
      expectRefused(await registerToken(scene, dmitri, DESK_TOKEN), 'serial-taken')
      expectPage(await dmitri.signIn(), 'signed-in')
      expectDone(await deactivate(scene, dmitri, 'Desk token'))
      expectDone(await registerToken(scene, dmitri, DESK_TOKEN))
    },
  ),

  worldRow(
    "You don't have to replace a lost or stolen MFA device with the same type of device.",
    'anyTypeMayFollow',
    async (scene) => {
      const root = await recovered(scene)
      expectDone(await deactivate(scene, root, 'Pixel 8, production root'))
      expectDone(await registerToken(scene, root, FREE_TOKEN))
      expect((await root.devices()).map(({ type }) => type)).toEqual(['hardware-totp'])
    },
  ),

  worldRow(
    'For example, if you break your FIDO security key and order a new one, you can use virtual MFA or a hardware TOTP token until you receive a new FIDO security key.',
    'anyTypeMayFollow',
    async (scene) => {
      const { world, person } = scene
      const eunJi = person('eunJi')
      expectDone(await registerKey(scene, eunJi, 'Key of eun-ji', 'blue'))
      expectPage(await signInWithKey(eunJi, 'Key of eun-ji', 'blue'), 'signed-in')
      await world.key('blue', 'break')
      expectDone(await registerVirtual(scene, eunJi, 'Until the new key comes'))
      expectDone(await registerToken(scene, eunJi, FREE_TOKEN))
      await world.key('spare', 'plug')
      expectDone(await registerKey(scene, eunJi, 'The new key', 'spare'))
    },
  ),

  worldRow(
    'If your MFA device is missing or stolen, after signing in using alternative factors of authentication and establishing your replacement MFA device, change your root user password in case an attacker has stolen the authentication device and might also have your current password.',
    'newPasswordReplacesTheOld',
    async (scene) => {
      const root = await recovered(scene)
      const stolen = root.password
      expectDone(await registerToken(scene, root, FREE_TOKEN))
      expectDone(await scene.world.backend.changePassword(root.identityId, stolen, 'brass lantern in the fog', SELF))
      expect(await root.enterPassword(stolen)).toMatchObject({ page: 'password', fault: 'wrong-password' })
      expectPage(await root.enterPassword('brass lantern in the fog'), 'choose-device')
    },
  ),

  worldRow(
    'For more information, see Change the password for the AWS account root user in the AWS Account Management Reference Guide.',
    'passwordsFollowThePolicy',
    async ({ world, person }) => {
      const root = person('root')
      const { identityId, password } = root
      const change = (next: string) => world.backend.changePassword(identityId, password, next, SELF)
      for (const next of ['too short', password])
        expect(await change(next)).toEqual({
          is: 'refused',
          error: { code: 'password-refused', minimumLength: 12 },
        })
      const wrong = await world.backend.changePassword(identityId, 'not the current one', 'long enough for all', SELF)
      expectRefused(wrong, 'sign-in-failed')
      const byOther = world.backend.changePassword(identityId, undefined, 'long enough for all', administrator('carol'))
      expectRefused(await byOther, 'not-permitted')
    },
  ),
]
