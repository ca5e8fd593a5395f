/** "Recovering an IAM user MFA device". */
import { expect } from 'vitest'
import { administrator, PEOPLE, SELF, type BenchPerson } from '../../support/demo-world.ts'
import {
  deviceId,
  expectDone,
  expectPage,
  expectRefused,
  registerToken,
  registerVirtual,
  signInWithKey,
  worldRow,
  type Scene,
} from './world-row.ts'

const PHONE = 'Pixel 8, alice'

/** Alice, whose phone is lost, and with it her only device. */
async function aliceLockedOut({ world, person }: Scene): Promise<BenchPerson> {
  const alice = person('alice')
  expect((await alice.devices()).map(({ name }) => name)).toEqual([PHONE])
  await world.phone({ act: 'lose' })
  return alice
}

/** Carol is an administrator, and has a key besides the phone. */
async function deactivatedByCarol(scene: Scene, alice: BenchPerson) {
  expectPage(await signInWithKey(scene.person('carol'), 'Spare key', 'spare'), 'signed-in')
  const id = await deviceId(alice, PHONE)
  return scene.world.backend.deactivate(PEOPLE.alice, id, administrator('carol'))
}

export const userRows = [
  worldRow(
    "If you are an IAM user and your device is lost or stops working, you can't recover it by yourself.",
    'usersNeedAnAdministrator',
    async (scene) => {
      const alice = await aliceLockedOut(scene)
      expect(await alice.enterPassword()).toMatchObject({ page: 'code', canTroubleshoot: false })
      expectPage(await alice.troubleshoot(), 'code')
      expectRefused(await registerVirtual(scene, alice, 'A way round'), 'mfa-session-needed')
    },
  ),

  worldRow('You must contact an administrator to deactivate the device.', 'administratorDeactivates', async (scene) => {
    const { world, person } = scene
    const alice = await aliceLockedOut(scene)
    const id = await deviceId(alice, PHONE)
    // Not any colleague, no administrator of another account, nor one who did not sign in with MFA.
    const { backend } = world
    expectRefused(await backend.deactivate(PEOPLE.alice, id, administrator('dmitri')), 'not-permitted')
    expectRefused(await backend.deactivate(PEOPLE.alice, id, administrator('breakglass')), 'not-permitted')
    await person('carol').enterPassword()
    const withoutMfa = await backend.deactivate(PEOPLE.alice, id, administrator('carol'))
    expect(withoutMfa).toEqual({ is: 'refused', error: { code: 'mfa-session-needed', onlyFido: true } })
    expectDone(await deactivatedByCarol(scene, alice))
  }),

  worldRow('Then you can enable a new device.', 'noDeviceLeftMeansPasswordAlone', async (scene) => {
    const alice = await aliceLockedOut(scene)
    expectDone(await deactivatedByCarol(scene, alice))
    expect(await alice.enterPassword()).toMatchObject({ page: 'signed-in', via: 'password-alone' })
    expectDone(await registerToken(scene, alice, 'GALT00623358'))
    expectPage(await alice.enterPassword(), 'code')
  }),

  worldRow(
    'Contact the AWS administrator or other person who gave you the user name and password for the IAM user.',
    'administratorIsNamed',
    async (scene) => {
      const alice = await aliceLockedOut(scene)
      await alice.enterPassword()
      await scene.world.signIn({ act: 'troubleshoot' })
      expect(alice.page).toMatchObject({ page: 'code', fault: 'contact-administrator' })
    },
  ),

  worldRow(
    'The administrator must deactivate the MFA device as described in Deactivating MFA devices so that you can sign in.',
    'administratorDeactivates',
    async (scene) => {
      const alice = await aliceLockedOut(scene)
      expectPage(await alice.enterPassword(), 'code')
      expectDone(await deactivatedByCarol(scene, alice))
      expectPage(await alice.enterPassword(), 'signed-in')
    },
  ),

  worldRow(
    'If your MFA device is missing or stolen, also change your password in case an attacker has stolen the authentication device and might also have your current password.',
    'newPasswordReplacesTheOld',
    async (scene) => {
      const { world, person } = scene
      const alice = person('alice')
      const stolen = alice.password
      expectDone(await world.backend.changePassword(PEOPLE.alice, stolen, 'a kettle on the piano', SELF))
      expect(await alice.enterPassword(stolen)).toMatchObject({ page: 'password', fault: 'wrong-password' })
      expectPage(await alice.enterPassword('a kettle on the piano'), 'code')
      // Nobody but Alice knows it: it stands on no bench.
      expect(alice.password).toBe('')
    },
  ),

  worldRow('For more information, see Managing passwords for IAM users', 'passwordsFollowThePolicy', async (scene) => {
    const { world, person } = scene
    expectPage(await person('carol').signIn(), 'signed-in')
    const reset = (next: string) => world.backend.changePassword(PEOPLE.alice, undefined, next, administrator('carol'))
    expectRefused(await reset('short'), 'password-refused')
    expectDone(await reset('given out by carol'))
    expectPage(await person('alice').enterPassword('given out by carol'), 'code')
  }),
]
