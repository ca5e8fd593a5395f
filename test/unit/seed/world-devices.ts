/** The seed's opening: devices that drift, devices that are lost, and how many there may be. */
import { expect } from 'vitest'
import { administrator, NEVER, PEOPLE, SELF } from '../../support/demo-world.ts'
import {
  deviceId,
  expectDone,
  expectPage,
  expectRefused,
  registerVirtual,
  signInWithKey,
  twoTokenCodes,
  worldRow,
} from './world-row.ts'

const DESK_TOKEN = '260088310415'
const DAY_MS = 86_400_000

export const deviceRows = [
  worldRow('What if an MFA device is lost or stops working?', 'lostThingsAreGone', async ({ world, person }) => {
    const alice = person('alice')
    await world.phone({ act: 'lose' })
    await world.token({ serial: DESK_TOKEN, act: 'break' })
    expect(alice.phoneCode()).toBe('')
    expect(alice.tokenCode(DESK_TOKEN)).toBe('')
    expectPage(await alice.signIn(), 'code')
  }),

  worldRow(
    "If your virtual MFA device or hardware TOTP token appears to be functioning properly, but you can't use it to access your AWS resources, it might be out of synchronization with AWS.",
    'codesHaveAWindow',
    async ({ person }) => {
      const dmitri = person('dmitri')
      await dmitri.enterPassword()
      await dmitri.choose('Desk token')
      const shown = dmitri.tokenCode(DESK_TOKEN)
      expect(shown).toMatch(/^\d{6}$/)
      const page = await dmitri.enterCode(shown)
      expect(page).toMatchObject({ page: 'code', fault: 'wrong-code' })
      const device = (await dmitri.devices()).find(({ name }) => name === 'Desk token')
      expect(device?.health).toEqual({ state: 'drifted', drift: { steps: 3, seconds: 90 } })
    },
  ),

  worldRow(
    'For information about synchronizing a virtual MFA device or hardware MFA device, see Resynchronizing virtual and hardware MFA devices.',
    'resyncFollowsTheDrift',
    async (scene) => {
      const { world, clock, person } = scene
      const dmitri = person('dmitri')
      const id = await deviceId(dmitri, 'Desk token')
      const codes = await twoTokenCodes(scene, dmitri, DESK_TOKEN)
      const resynced = await world.backend.resync(dmitri.identityId, id, codes, SELF)
      expect(expectDone(resynced)).toEqual({ drift: { steps: 3, seconds: 90 } })
      await clock.advance(30_000)
      await dmitri.enterPassword()
      await dmitri.choose('Desk token')
      expectPage(await dmitri.enterCode(dmitri.tokenCode(DESK_TOKEN)), 'signed-in')
    },
  ),

  worldRow('FIDO security keys do not go out of sync.', 'fidoNeverDrifts', async ({ world, person }) => {
    const root = person('stagingRoot')
    await world.moveClock(3 * 365 * DAY_MS)
    const resynced = await world.backend.resync(
      root.identityId,
      await deviceId(root, 'Blue key'),
      ['123456', '654321'],
      SELF,
    )
    expect(resynced).toEqual({ is: 'refused', error: { code: 'not-supported', reason: 'fido-never-drifts' } })
    expectPage(await signInWithKey(root, 'Blue key', 'blue'), 'signed-in')
  }),

  worldRow(
    'If your AWS account root user multi-factor authentication (MFA) device is lost, damaged, or not working, you can recover access to your account.',
    'alternativeFactorsForRoot',
    async ({ world, person }) => {
      const root = person('root')
      for (const act of ['lose', 'break'] as const) {
        await world.phone({ act })
        await root.enterPassword()
        expectPage(await root.troubleshoot(), 'alternative-factors')
        await root.verifyEmail()
        await root.verifyPhone()
        await world.signIn({ act: 'use-alternative-factors' })
        expect(root.page).toMatchObject({ page: 'signed-in', via: 'alternative-factors' })
      }
    },
  ),

  worldRow(
    'IAM users must contact an administrator to deactivate the device.',
    'usersNeedAnAdministrator',
    async ({ world, person }) => {
      const alice = person('alice')
      const id = await deviceId(alice, 'Pixel 8, alice')
      await world.phone({ act: 'lose' })
      expectRefused(await world.backend.deactivate(alice.identityId, id, SELF), 'mfa-session-needed')
      expectPage(await signInWithKey(person('carol'), 'Spare key', 'spare'), 'signed-in')
      expectDone(await world.backend.deactivate(alice.identityId, id, administrator('carol')))
    },
  ),

  worldRow(
    'We recommend that you enable multiple MFA devices for your IAM users to ensure continued access to your account in case of lost or inaccessible MFA device.',
    'anyDeviceSignsIn',
    async ({ world, person }) => {
      const carol = person('carol')
      await world.phone({ act: 'lose' })
      await world.key('spare', 'plug')
      await carol.enterPassword()
      expectPage(await carol.choose('Spare key'), 'touch')
      expectPage(await signInWithKey(carol, 'Spare key', 'spare'), 'signed-in')
    },
  ),

  worldRow(
    'You can register up to eight MFA devices of any combination of the currently supported MFA types with your AWS account root user and IAM users.',
    'eightDevicesAtMost',
    async ({ world, person }) => {
      const oncall = person('oncall')
      const before = await oncall.devices()
      expect(before).toHaveLength(8)
      expect(new Set(before.map(({ type }) => type)).size).toBe(3)
      const request = { type: 'virtual-totp', name: 'The ninth', nonce: 'bmluZQ' } as const
      const begun = await world.backend.beginRegister(oncall.identityId, request, SELF)
      expect(begun).toEqual({
        is: 'refused',
        error: { code: 'limit-reached', names: before.map(({ name }) => name) },
      })
      const ref = await world.backend.refFor(oncall.identityId, request, NEVER)
      expect(await world.backend.look(ref, NEVER)).toBe('absent')
    },
  ),

  worldRow('You can have up to eight MFA devices of any combination.', 'eightDevicesAtMost', async (scene) => {
    const { world, person } = scene
    const alice = person('alice')
    for (let have = 1; have < 8; have++) expectDone(await registerVirtual(scene, alice, `Virtual device ${have}`))
    expect(await alice.devices()).toHaveLength(8)
    expectRefused(await registerVirtual(scene, alice, 'One too many'), 'limit-reached')
    expect(await world.backend.devices(PEOPLE.alice, NEVER)).toHaveLength(8)
  }),
]
