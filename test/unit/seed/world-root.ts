/** "Recovering a root user MFA device" up to being signed in. */
import { expect } from 'vitest'
import { administrator, NEVER, SELF, type BenchPerson } from '../../support/demo-world.ts'
import { expectDone, expectPage, expectRefused, worldRow, type Scene } from './world-row.ts'

const MINUTE_MS = 60_000
const DESK = '+31 20 555 0199'

/** Root of production, phone lost, at the page of alternative factors. */
async function atAlternativeFactors({ world, person }: Scene): Promise<BenchPerson> {
  const root = person('root')
  await world.phone({ act: 'lose' })
  await root.enterPassword()
  expectPage(await root.troubleshoot(), 'alternative-factors')
  return root
}

async function withEmailVerified(scene: Scene): Promise<BenchPerson> {
  const root = await atAlternativeFactors(scene)
  expect(await root.verifyEmail()).toMatchObject({ email: { state: 'verified' } })
  return root
}

export const rootRows = [
  worldRow(
    'If your AWS account root user multi-factor authentication (MFA) device is lost, damaged, or not working, you can sign in using another MFA device registered to the same AWS account root user.',
    'anyDeviceSignsIn',
    async ({ world, person }) => {
      const root = person('stagingRoot')
      await world.key('blue', 'lose')
      await root.enterPassword()
      expectPage(await root.choose('Pixel 8, staging root'), 'code')
      expect(await root.enterCode()).toMatchObject({ page: 'signed-in', via: 'device' })
    },
  ),

  worldRow(
    'If the root user only has one MFA device enabled, you can use alternative methods of authentication.',
    'alternativeFactorsForRoot',
    async (scene) => {
      const root = scene.person('root')
      expect(await root.devices()).toHaveLength(1)
      await scene.world.phone({ act: 'lose' })
      expect(await root.enterPassword()).toMatchObject({ page: 'code', canTroubleshoot: true })
      expectPage(await root.troubleshoot(), 'alternative-factors')
    },
  ),

  worldRow(
    "This means that if you can't sign in with your MFA device, you can sign in by verifying your identity using the email and the primary contact phone number registered with your account.",
    'bothContactsAreVerified',
    async (scene) => {
      const root = await withEmailVerified(scene)
      await scene.world.signIn({ act: 'use-alternative-factors' })
      expect(root.page).toMatchObject({ page: 'alternative-factors', fault: 'not-verified-yet' })
      await root.verifyPhone()
      await scene.world.signIn({ act: 'use-alternative-factors' })
      expect(root.page).toMatchObject({ page: 'signed-in', via: 'alternative-factors' })
    },
  ),

  worldRow(
    'Before you use alternative factors of authentication to sign in as a root user, you must be able to access the email and primary contact phone number that are associated with your account.',
    'contactsMustBeInReach',
    async ({ world, person }) => {
      // The number of staging's root is the lost phone's own.
      const root = person('stagingRoot')
      await world.phone({ act: 'lose' })
      await root.enterPassword()
      await root.troubleshoot()
      await root.verifyEmail()
      await world.signIn({ act: 'call-me' })
      expect(world.bench().phone.call).toBeUndefined()
      await world.moveClock(MINUTE_MS)
      expect(root.page).toMatchObject({ page: 'alternative-factors', phone: { state: 'not-answered' } })
    },
  ),

  worldRow(
    'If you need to update the primary contact phone number, you can sign in as an IAM user with Administrator access instead of the root user.',
    'administratorChangesThePhone',
    async ({ world, person }) => {
      const { backend } = world
      const root = person('stagingRoot').identityId
      const as = administrator('breakglass')
      expectRefused(await backend.setContact(root, 'phone', DESK, administrator('alice')), 'not-permitted')
      expectPage(await person('breakglass').signIn(), 'signed-in')
      expectDone(await backend.setContact(root, 'phone', DESK, as))
      expectRefused(await backend.setContact(root, 'email', 'someone@northwind.example', as), 'contact-not-changeable')
      expect((await backend.contacts(root, NEVER))?.phone?.value).toBe(DESK)
    },
  ),

  worldRow(
    'For additional instructions on updating the account contact information, see Editing contact information in the AWS Billing User Guide.',
    'rootChangesContacts',
    async ({ world, person }) => {
      const root = person('root')
      const next = 'root@northwind.example'
      expectRefused(await world.backend.setContact(root.identityId, 'email', next, SELF), 'mfa-session-needed')
      expectPage(await root.signIn(), 'signed-in')
      expectDone(await world.backend.setContact(root.identityId, 'email', next, SELF))
      expect((await world.backend.contacts(root.identityId, NEVER))?.email).toEqual({ value: next })
    },
  ),

  worldRow(
    'If you do not have access to an email and primary contact phone number, you must contact AWS Support.',
    'supportIsNamed',
    async (scene) => {
      const root = await atAlternativeFactors(scene)
      await scene.world.signIn({ act: 'troubleshoot' })
      expect(root.page).toMatchObject({ page: 'alternative-factors', fault: 'contact-support' })
    },
  ),

  worldRow(
    'We recommend that you keep the email address and contact phone number linked to your root user up to date for a successful account recovery.',
    'contactsAreDated',
    async ({ world, person }) => {
      const { identityId } = person('root')
      const monthsOld = async (contact: 'email' | 'phone') => {
        const at = (await world.backend.contacts(identityId, NEVER))?.[contact]?.confirmedAt ?? 0
        return Math.round((world.clock.now() - at) / (30.44 * 86_400_000))
      }
      expect(await monthsOld('email')).toBe(3)
      expect(await monthsOld('phone')).toBe(14)
      expectDone(await world.backend.confirmContact(identityId, 'phone'))
      expect(await monthsOld('phone')).toBe(0)
    },
  ),

  worldRow(
    'For more information, see Update the primary contact for your AWS account in the AWS Account Management Reference Guide.',
    'callGoesToTheContact',
    async ({ world, person }) => {
      const root = person('stagingRoot')
      await root.signIn()
      expectDone(await world.backend.setContact(root.identityId, 'phone', DESK, SELF))
      await world.phone({ act: 'lose' })
      await root.enterPassword()
      await root.troubleshoot()
      expect(await root.verifyEmail()).toMatchObject({ phone: { to: DESK } })
      await world.signIn({ act: 'call-me' })
      expect(world.bench().phone.call).toMatchObject({ state: 'ringing' })
    },
  ),

  worldRow(
    'Sign in to the AWS Management Console as the account owner by choosing Root user and entering your AWS account email address.',
    'passwordComesFirst',
    async ({ world, person }) => {
      const root = person('root')
      const listed = world.bench().people.find((one) => one.identityId === root.identityId)
      expect(listed).toMatchObject({ kind: 'root', email: 'mfa-root@northwind.example' })
      await world.signIn({ act: 'who', identityId: root.identityId })
      expect(root.page).toEqual({ page: 'password', who: 'Root user, Northwind production' })
    },
  ),

  worldRow('On the next page, enter your password.', 'passwordIsChecked', async ({ person }) => {
    const root = person('root')
    expect(await root.enterPassword('a password of somebody else')).toMatchObject({
      page: 'password',
      fault: 'wrong-password',
    })
    expectPage(await root.enterPassword(), 'code')
  }),

  worldRow(
    'On the Additional verification required page, select an MFA method to authenticate with and choose Next.',
    'deviceIsChosen',
    async ({ person }) => {
      const page = await person('stagingRoot').enterPassword()
      expectPage(page, 'choose-device')
      expect(page.devices.map(({ name }) => name)).toEqual(['Blue key', 'Pixel 8, staging root'])
    },
  ),

  worldRow(
    'You might see alternative text, such as Sign in using MFA, Troubleshoot your authentication device, or Troubleshoot MFA, but the functionality is the same.',
    'troubleshootOnEveryPage',
    async ({ person }) => {
      const root = person('stagingRoot')
      for (const device of [undefined, 'Blue key', 'Pixel 8, staging root']) {
        await root.enterPassword()
        if (device !== undefined) await root.choose(device)
        expectPage(await root.troubleshoot(), 'alternative-factors')
      }
    },
  ),

  worldRow(
    "If you can't use alternative factors of authentication to verify your account email address and primary contact phone number, contact AWS Support to deactivate your MFA device.",
    'supportIsNamed',
    async ({ world, person }) => {
      const root = person('stagingRoot')
      const [device] = await root.devices()
      await person('breakglass').signIn()
      const byAdministrator = administrator('breakglass')
      expectRefused(await world.backend.deactivate(root.identityId, device?.id ?? '', byAdministrator), 'not-permitted')
      await world.phone({ act: 'lose' })
      await root.enterPassword()
      await root.troubleshoot()
      await world.signIn({ act: 'troubleshoot' })
      expect(root.page).toMatchObject({ fault: 'contact-support' })
    },
  ),

  worldRow(
    'Depending on the type of MFA you are using, you will see a different page, but the Troubleshoot MFA option functions the same.',
    'pageFitsTheType',
    async ({ person }) => {
      const root = person('stagingRoot')
      await root.enterPassword()
      expect(await root.choose('Pixel 8, staging root')).toMatchObject({ page: 'code', canTroubleshoot: true })
      expect(await root.choose('Blue key')).toMatchObject({ page: 'touch', canTroubleshoot: true })
    },
  ),

  worldRow(
    'On the Additional verification required page or Multi-factor authentication page, choose Troubleshoot MFA.',
    'troubleshootOnEveryPage',
    async ({ world, person }) => {
      expect(await person('stagingRoot').enterPassword()).toMatchObject({
        page: 'choose-device',
        canTroubleshoot: true,
      })
      expect(await person('root').enterPassword()).toMatchObject({ page: 'code', canTroubleshoot: true })
      await world.signIn({ act: 'troubleshoot' })
      expectPage(world.bench().signIn, 'troubleshoot')
    },
  ),

  worldRow(
    'If required, type your password again and choose Sign in.',
    'passwordIsAskedAgain',
    async ({ world, clock, person }) => {
      const root = person('root')
      await root.enterPassword()
      await clock.advance(3 * MINUTE_MS)
      await world.signIn({ act: 'troubleshoot' })
      expectPage(root.page, 'password-again')
      await world.signIn({ act: 'password', password: 'not it, not at all' })
      expect(root.page).toMatchObject({ page: 'password-again', fault: 'wrong-password' })
      await world.signIn({ act: 'password', password: root.password })
      expectPage(root.page, 'troubleshoot')
    },
  ),

  worldRow(
    'On the Troubleshoot your authentication device page, in the Sign in using alternative factors of authentication section, choose Sign in using alternative factors.',
    'troubleshootOffersAlternativeFactors',
    async ({ world, person }) => {
      const root = person('root')
      await root.enterPassword()
      await world.signIn({ act: 'troubleshoot' })
      expectPage(root.page, 'troubleshoot')
      await world.signIn({ act: 'use-alternative-factors' })
      expectPage(root.page, 'alternative-factors')
    },
  ),

  worldRow(
    'On the Sign in using alternative factors of authentication page, authenticate your account by verifying the email address, choose Send verification email.',
    'emailIsSentWhenAsked',
    async (scene) => {
      const root = await atAlternativeFactors(scene)
      expect(scene.world.bench().inbox).toEqual([])
      await scene.world.signIn({ act: 'send-email' })
      expect(root.page).toMatchObject({ email: { to: 'mfa-root@northwind.example', state: 'sent' } })
      const inbox = scene.world.bench().inbox.map(({ to, kind, link, spam }) => ({ to, kind, link, spam }))
      expect(inbox).toEqual([{ to: 'mfa-root@northwind.example', kind: 'verify-email', link: 'open', spam: false }])
    },
  ),

  worldRow(
    'Check the email that is associated with your AWS account for a message from Amazon Web Services (recover-mfa-no-reply@verify.signin.aws).',
    'emailNamesItsSender',
    async (scene) => {
      await atAlternativeFactors(scene)
      await scene.world.signIn({ act: 'send-email' })
      expect(scene.world.bench().inbox[0]?.from).toBe('recover-mfa-no-reply@verify.signin.aws')
    },
  ),

  worldRow('Follow the directions in the email.', 'linkInTheEmailVerifies', async (scene) => {
    const root = await atAlternativeFactors(scene)
    expect(await root.verifyEmail()).toMatchObject({ email: { state: 'verified' } })
    expect(scene.world.bench().inbox[0]).toMatchObject({ link: 'used', read: true })
  }),

  worldRow(
    "If you don't see the email in your account, check your spam folder, or return to your browser and choose Resend the email.",
    'emailIsSentAgain',
    async (scene) => {
      const { world } = scene
      await world.mail({ goesToSpam: true })
      const root = await atAlternativeFactors(scene)
      await world.signIn({ act: 'send-email' })
      expect(world.bench().inbox).toMatchObject([{ spam: true, link: 'open' }])
      await world.mail({ goesToSpam: false })
      await world.signIn({ act: 'send-email' })
      // The second is in the inbox, and the first one's link is good no more.
      expect(world.bench().inbox).toMatchObject([
        { spam: false, link: 'open' },
        { spam: true, link: 'expired' },
      ])
      const [second, first] = world.bench().inbox
      await world.mail({ id: first?.id ?? '', act: 'follow' })
      expect(root.page).toMatchObject({ email: { state: 'sent' }, fault: 'link-expired' })
      await world.mail({ id: second?.id ?? '', act: 'follow' })
      expect(root.page).toMatchObject({ email: { state: 'verified' } })
    },
  ),

  worldRow(
    'After you verify your email address, you can continue authenticating your account.',
    'emailComesBeforeThePhone',
    async (scene) => {
      const root = await atAlternativeFactors(scene)
      await scene.world.signIn({ act: 'call-me' })
      expect(root.page).toMatchObject({ phone: { state: 'waiting' }, fault: 'email-first' })
      await root.verifyEmail()
      await scene.world.signIn({ act: 'call-me' })
      expect(root.page).toMatchObject({ phone: { state: 'calling' } })
    },
  ),

  worldRow('To verify your primary contact phone number, choose Call me now.', 'callIsMadeWhenAsked', async (scene) => {
    const root = await withEmailVerified(scene)
    await scene.world.signIn({ act: 'call-me' })
    expect(scene.world.bench().phone.call).toMatchObject({ state: 'ringing', typed: '' })
    expectPage(root.page, 'alternative-factors')
    expect(root.page.phone.digits).toMatch(/^\d{6}$/)
  }),

  worldRow(
    'Answer the call from AWS and, when prompted, enter the 6-digit number from the AWS website on your phone keypad.',
    'theSixDigitsAreTyped',
    async (scene) => {
      const root = await withEmailVerified(scene)
      await scene.world.signIn({ act: 'call-me' })
      expectPage(root.page, 'alternative-factors')
      const right = root.page.phone.digits ?? ''
      const wrong = right.replace(/^./, (digit) => String((Number(digit) + 1) % 10))
      await scene.world.phone({ act: 'answer' })
      for (const key of wrong) await scene.world.phone({ key })
      expect(root.page).toMatchObject({ phone: { state: 'not-answered' }, fault: 'wrong-digits' })
      const again = await withEmailVerified(scene)
      expect(await again.verifyPhone()).toMatchObject({ phone: { state: 'verified' } })
    },
  ),

  worldRow(
    "If you don't receive a call from AWS, choose Sign in to sign in to the console again and start over.",
    'noCallMeansStartingOver',
    async (scene) => {
      const { world } = scene
      await world.phone({ callsComeThrough: false })
      const root = await withEmailVerified(scene)
      await world.signIn({ act: 'call-me' })
      await world.moveClock(MINUTE_MS)
      expect(root.page).toMatchObject({ phone: { state: 'not-answered' }, fault: 'not-answered' })
      await world.phone({ callsComeThrough: true })
      await world.signIn({ act: 'call-me' })
      expect(root.page).toMatchObject({ phone: { state: 'not-answered' } })
      // From the beginning, email included: the link of the last time is worth nothing.
      await root.enterPassword()
      expect(await root.troubleshoot()).toMatchObject({ email: { state: 'not-sent' }, phone: { state: 'waiting' } })
      await root.verifyEmail()
      expect(await root.verifyPhone()).toMatchObject({ phone: { state: 'verified' } })
    },
  ),

  worldRow(
    'Or see Lost or unusable Multi-Factor Authentication (MFA) device to contact support for help.',
    'supportIsNamed',
    async (scene) => {
      const { world } = scene
      await world.phone({ callsComeThrough: false })
      const root = await withEmailVerified(scene)
      await world.signIn({ act: 'call-me' })
      await world.moveClock(MINUTE_MS)
      await world.signIn({ act: 'troubleshoot' })
      expect(root.page).toMatchObject({ phone: { state: 'not-answered' }, fault: 'contact-support' })
    },
  ),

  worldRow(
    'After you verify your phone number, you can sign in to your account by choosing Sign in to the console.',
    'signInFollowsThePhone',
    async (scene) => {
      const root = await withEmailVerified(scene)
      expect(await root.verifyPhone()).toMatchObject({ page: 'alternative-factors', phone: { state: 'verified' } })
      await scene.world.signIn({ act: 'use-alternative-factors' })
      expect(root.page).toEqual({
        page: 'signed-in',
        who: 'Root user, Northwind production',
        via: 'alternative-factors',
      })
      expect(await scene.world.backend.signedIn(root.identityId, NEVER)).toMatchObject({ via: 'alternative-factors' })
    },
  ),
]
