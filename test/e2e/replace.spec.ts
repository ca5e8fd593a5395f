/** Job 4: replacing a lost device, each way back in that the seed tells of, and what follows for the kind that was lost. */
import { plugInAuthenticator } from './support/authenticator.ts'
import { Bench } from './support/bench.ts'
import { typeDigits } from './support/digits.ts'
import { Devices, PEOPLE } from './support/devices.ts'
import { Latchkey } from './support/latchkey.ts'
import { Case } from './support/recovery.ts'
import { expect, test } from './support/test.ts'

const { root, alice, dmitri, carol, stagingRoot, breakglass, oncall } = PEOPLE
const GONE = 'It is lost, stolen or broken'

let app: Latchkey
let bench: Bench
let devices: Devices
let wizard: Case

/** The codes that enabled it are spent, so the world's clock moves on before it is tried. */
async function tryHere(): Promise<void> {
  await wizard.expectStep('Try it once')
  await bench.open()
  await wizard.go('Try it once', 'Try it here')
  await expect(wizard.now).toContainText('Waiting for the next code')
  await bench.moveClock('+30 s')
  await expect(wizard.now).not.toContainText('Try it once')
  await bench.close()
}

/** From the case's first step by alternative factors to its call, at the bench and in the case. */
async function toAlternativeFactors(): Promise<void> {
  const { signIn, inbox } = bench
  await bench.enterPassword(root)
  await wizard.go('Open the sign-in page', 'I am at the next page')
  await signIn.getByRole('button', { name: 'Troubleshoot MFA' }).click()
  await signIn.getByRole('button', { name: 'Sign in using alternative factors' }).click()
  await wizard.go('Choose Troubleshoot MFA', 'I see the alternative factors')
  await signIn.getByRole('button', { name: 'Send verification email' }).click()
  await inbox.getByRole('button', { name: 'Follow the link' }).click()
  await wizard.go('Verify the email address', 'The email is verified')
}

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  bench = new Bench(app.page)
  devices = new Devices(app.page)
  wizard = new Case(app.page)
  await app.makeVault()
})
test.beforeEach(() => app.go('Devices'))
test.afterAll(() => app.stop())

test('a root user with a second device signs in with that, then the virtual device is replaced in the seed’s order', async () => {
  await devices.choose(stagingRoot, 'Pixel 8, staging root', GONE)
  await wizard.choose('Drifted or lost?', 'It is lost')
  await wizard.expectStep('Sign in with another device')
  await expect(wizard.now).toContainText('Blue key can sign Root user in.')
  await wizard.go('Sign in with another device', 'I have signed in: check')
  await expect(wizard.trouble).toContainText('The backend does not see you signed in yet.')

  await bench.open()
  await bench.enterPassword(stagingRoot)
  await bench.chooseDevice('Blue key')
  await bench.signIn.getByRole('button', { name: 'Touch the bench’s key' }).click()
  await bench.act('Touch', 'Blue key')
  await bench.expectSignedIn('With Blue key.')
  await bench.close()
  await wizard.go('Sign in with another device', 'I have signed in: check')

  await wizard.choose('What comes in its place?', 'A virtual device')
  await wizard.go('Remove the account from the old app', 'I can’t: the phone is gone')
  await wizard.go('Remove Pixel 8, staging root', 'Remove Pixel 8, staging root')
  await expect(app.page.getByRole('dialog')).toContainText('Still opens it')
  await wizard.confirm('Remove Pixel 8, staging root')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await tryHere()
  await wizard.expectStep('Change the password')
  await app.page.getByLabel('Present password').fill('northwind staging root')
  await app.page.getByLabel('New password', { exact: true }).fill('a much newer staging root')
  await app.page.getByLabel('New password again').fill('a much newer staging root')
  await wizard.go('Change the password', 'Change the password')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('Pixel 8, staging root is replaced')
  expect(await wizard.doneTitles()).toEqual([
    'Drifted or lost?',
    'The way back in',
    'Sign in with another device',
    'What comes in its place?',
    'Remove the account from the old app',
    'Remove Pixel 8, staging root',
    'Create the virtual device',
    'Try it once',
    'Change the password',
    'Back up the vault',
  ])
})

test('a root user with no device left comes back by email and phone, as the seed’s steps tell it, and changes the password of what was stolen', async () => {
  const key = await plugInAuthenticator(app.page)
  await bench.open()
  await bench.inbox.getByRole('switch', { name: 'Mail lands in spam' }).click()
  await bench.drawer.getByRole('switch', { name: 'Calls come through' }).click()
  await bench.close()
  await devices.choose(root, 'Pixel 8, production root', GONE)
  await wizard.choose('Drifted or lost?', 'It was stolen')
  await wizard.expectStep('Can you reach email and phone?')
  await expect(wizard.now).toContainText('mfa-root@northwind.example (confirmed 3 months ago)')
  await expect(wizard.now).toContainText('+31 20 555 0148 (confirmed 14 months ago)')
  await wizard.choose('Can you reach email and phone?', 'Yes, both')

  await wizard.expectStep('Open the sign-in page')
  await bench.open()
  const { signIn, inbox, phone } = bench
  await bench.enterPassword(root)
  await expect(signIn.getByText('That device is out of use.')).toBeVisible()
  await wizard.go('Open the sign-in page', 'I am at the next page')

  await expect(wizard.now).toContainText(
    'Sign in using MFA, Troubleshoot your authentication device or Troubleshoot MFA',
  )
  await signIn.getByRole('button', { name: 'Troubleshoot MFA' }).click()
  await signIn.getByRole('button', { name: 'Sign in using alternative factors' }).click()
  await wizard.go('Choose Troubleshoot MFA', 'I see the alternative factors')

  // Once to the spam folder, then once more: the first link is good no longer.
  await expect(wizard.now).toContainText('recover-mfa-no-reply@verify.signin.aws')
  await expect(wizard.now).toContainText('look in the spam folder, or choose Resend the email')
  await signIn.getByRole('button', { name: 'Send verification email' }).click()
  await inbox.getByRole('button', { name: /^Spam folder/ }).click()
  await expect(inbox.getByText('recover-mfa-no-reply@verify.signin.aws')).toBeVisible()
  await signIn.getByRole('button', { name: 'Resend the email' }).click()
  await expect(inbox.getByRole('button', { name: 'Not spam' })).toHaveCount(2)
  await inbox.getByRole('button', { name: 'Not spam' }).first().click()
  await expect(inbox.getByRole('button', { name: 'Follow the link' })).toHaveCount(1)
  await inbox.getByRole('button', { name: 'Follow the link' }).click()
  await expect(signIn.getByText('Verified.')).toBeVisible()
  await wizard.go('Verify the email address', 'The email is verified')

  // The call never comes: start over, from the sign-in page on.
  await signIn.getByRole('button', { name: 'Call me now' }).click()
  await bench.moveClock('+1 day')
  await expect(signIn.getByText('The call was not answered.').first()).toBeVisible()
  await wizard.go('Answer the phone', 'The call never comes: start over')
  await wizard.expectStep('Open the sign-in page')

  await phone.getByRole('switch', { name: 'Calls come through' }).click()
  await inbox.getByRole('switch', { name: 'Mail lands in spam' }).click()
  await toAlternativeFactors()

  // Wrong digits end the call, and it is the same again; the right ones verify the phone.
  await signIn.getByRole('button', { name: 'Call me now' }).click()
  await phone.getByRole('button', { name: 'Answer' }).click()
  const digits = ((await signIn.locator('.digits').textContent()) ?? '').replaceAll(/\D/g, '')
  await bench.typeOnKeypad(digits.replace(/^./, (first) => String((Number(first) + 1) % 10)))
  await expect(signIn.getByText('The digits typed on the phone were wrong.')).toBeVisible()
  await wizard.go('Answer the phone', 'The call never comes: start over')
  await toAlternativeFactors()
  await signIn.getByRole('button', { name: 'Call me now' }).click()
  await phone.getByRole('button', { name: 'Answer' }).click()
  await bench.typeOnKeypad()
  await expect(phone.getByText('The digits were right.')).toBeVisible()
  await wizard.go('Answer the phone', 'The phone is verified')
  await wizard.go('Sign in to the console', 'I am in: check')
  await expect(wizard.trouble).toContainText('The backend does not see you signed in yet.')
  await signIn.getByRole('button', { name: 'Sign in to the console' }).click()
  await bench.expectSignedIn('By email and phone.')
  await bench.close()
  await wizard.go('Sign in to the console', 'I am in: check')

  await wizard.choose('What comes in its place?', 'A security key')
  await wizard.go('Remove the account from the old app', 'I can’t: the phone is gone')
  await wizard.go('Remove Pixel 8, production root', 'Remove Pixel 8, production root')
  await wizard.confirm('Remove Pixel 8, production root')
  await wizard.choose('Is the new key here?', 'Yes, the new key is here')
  await wizard.go('Touch the security key', 'Register this key')
  await wizard.go('Try it once', 'Try it here')
  await wizard.expectStep('Change the password')
  await expect(wizard.now).toContainText('The thief may hold it too.')
  await app.page.getByLabel('Present password').fill('northwind production root')
  await app.page.getByLabel('New password', { exact: true }).fill('a password no thief has')
  await app.page.getByLabel('New password again').fill('a password no thief has')
  await wizard.go('Change the password', 'Change the password')
  await wizard.expectStep('Pixel 8, production root is replaced')
  await key.remove()
})

test('a user whose token broke signs in with a second device; the vendor is asked, a virtual device stands in, no password is changed', async () => {
  await devices.choose(dmitri, 'Desk token', GONE)
  await wizard.choose('Drifted or lost?', 'It is broken')
  await bench.open()
  await wizard.go('Sign in with another device', 'Give a code of it here')
  await typeDigits(app.page.getByRole('dialog').getByLabel('Code of Pixel 8, dmitri'), await bench.phoneCode(dmitri))
  await wizard.confirm('Continue')
  await bench.close()
  await wizard.choose('What comes in its place?', 'A hardware token')
  await wizard.expectStep('Ask the vendor for a new token')
  await expect(wizard.now).toContainText('260088310415')
  await wizard.go('Ask the vendor for a new token', 'I have asked')
  await wizard.choose('Is the new token here?', 'No. Use a virtual device until it comes')
  await wizard.go('Create a temporary virtual device', 'Create and enable it')
  await wizard.expectStep('Wait for the new token')

  // Left in the middle, locked, and opened again, it goes on where it was.
  await app.lock()
  await app.unlock()
  await wizard.expectStep('Wait for the new token')
  await app.page.getByRole('button', { name: 'Leave, keep my place' }).click()
  await expect(app.page.getByText('Now: Wait for the new token')).toBeVisible()
  await app.page.getByRole('button', { name: /^Replace the broken Desk token/ }).click()
  await wizard.go('Wait for the new token', 'It is here')

  await wizard.go('Remove Desk token', 'Remove Desk token')
  await wizard.confirm('Remove Desk token')
  await wizard.expectStep('Serial number of the token')
  await app.page.getByLabel('Serial number').fill('GALT00623358')
  await wizard.go('Serial number of the token', 'Go on')
  await bench.open()
  await wizard.typeCodes(...(await bench.tokenPair('GALT00623358')))
  await wizard.go('Enable the token', 'Enable this token')
  await bench.enterPassword(dmitri)
  await bench.chooseDevice('dmitri.lindqvist-token')
  await bench.enterCode(await bench.nextTokenCode('GALT00623358'))
  await bench.expectSignedIn('With dmitri.lindqvist-token.')
  await bench.close()
  await wizard.go('Try it once', 'I have signed in with it: check')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('Desk token is replaced')
  expect(await wizard.doneTitles()).not.toContain('Change the password')
})

test('a user with no device left needs an administrator, who sees to it on a side of their own', async () => {
  await devices.choose(alice, 'Pixel 8, alice', GONE)
  await wizard.choose('Drifted or lost?', 'It is lost')
  await wizard.expectStep('Ask an administrator')
  await expect(wizard.now).toContainText('carol.vasquez-ono')
  await expect(wizard.now.getByLabel('Message')).toHaveValue(/Pixel 8, alice/)
  await wizard.now.getByRole('button', { name: 'Copy the message' }).click()
  expect(await app.page.evaluate(() => navigator.clipboard.readText())).toContain('Pixel 8, alice')
  await wizard.go('Ask an administrator', 'They have done it: check')
  await expect(wizard.trouble).toContainText('Pixel 8, alice is still registered.')

  await app.go('Devices')
  await devices.choose(alice, 'Pixel 8, alice', 'Help as an administrator')
  await app.page.getByRole('dialog').getByRole('radio', { name: carol.name }).check({ force: true })
  await app.page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
  await wizard.go('Make sure who asks', 'It is them: I called back')
  await wizard.choose('What did they say happened?', 'It is lost')
  await wizard.expectStep('Show that it is you')
  await bench.open()
  await wizard.typeCodes(await bench.phoneCode(carol))
  await bench.close()
  await wizard.go('Show that it is you', 'Go on')
  await wizard.go('Deactivate Pixel 8, alice', 'Remove from alice.okonkwo-brandt’s account')
  await wizard.confirm('Remove Pixel 8, alice')
  await wizard.expectStep('Tell alice.okonkwo-brandt')
  await wizard.go('Tell alice.okonkwo-brandt', 'I have told them')
  await wizard.expectStep('alice.okonkwo-brandt can sign in again')

  await app.go('Recovery')
  await app.page.getByRole('button', { name: /^Replace the lost Pixel 8, alice/ }).click()
  await wizard.go('Ask an administrator', 'They have done it: check')
  await wizard.choose('What comes in its place?', 'A virtual device')
  await wizard.go('Remove the account from the old app', 'I can’t: the phone is gone')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await tryHere()
  await wizard.go('Change the password', 'I have changed it at the backend’s page')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('Pixel 8, alice is replaced')
})

test('a lost security key is deactivated before a new one is enabled', async () => {
  const key = await plugInAuthenticator(app.page)
  await devices.choose(carol, 'Spare key', GONE)
  await wizard.choose('Drifted or lost?', 'It is lost')
  await bench.open()
  await bench.moveClock('+30 s')
  await wizard.go('Sign in with another device', 'Give a code of it here')
  await typeDigits(app.page.getByRole('dialog').getByLabel('Code of Pixel 8, carol'), await bench.phoneCode(carol))
  await wizard.confirm('Continue')
  await bench.close()
  await wizard.choose('What comes in its place?', 'A security key')
  await wizard.go('Remove Spare key', 'Remove Spare key')
  await wizard.confirm('Remove Spare key')
  await wizard.choose('Is the new key here?', 'Yes, the new key is here')
  await wizard.go('Touch the security key', 'Register this key')
  await wizard.go('Try it once', 'Try it here')
  await wizard.go('Change the password', 'I have changed it at the backend’s page')
  await wizard.expectStep('Spare key is replaced')
  const titles = await wizard.doneTitles()
  expect(titles.indexOf('Remove Spare key')).toBeLessThan(titles.indexOf('Touch the security key'))
  await key.remove()
})

test('codes that are refused may only have drifted: the clock and a resync come before anything is replaced', async () => {
  await bench.open()
  await bench.setDrift('GALT00477190', -4)
  await bench.close()
  await devices.choose(oncall, 'Token, first shift', GONE)
  await wizard.choose('Drifted or lost?', 'Its codes are refused')
  await wizard.expectStep('Type two codes in a row')
  await bench.open()
  await wizard.typeCodes(...(await bench.tokenPair('GALT00477190')))
  await bench.close()
  await wizard.go('Type two codes in a row', 'Resync it')
  await wizard.expectStep('Token, first shift is back in sync')
  await expect(wizard.now).toContainText('120 s slow, 4 steps')
})

test('where all eight places are taken, a working device makes room before the new one is made', async () => {
  await devices.choose(oncall, 'Tablet by the door', 'Replace it while it works')
  await wizard.choose('What comes in its place?', 'A virtual device')
  await bench.open()
  await wizard.go('Remove Tablet by the door first', 'Remove Tablet by the door')
  await wizard.confirm('Remove Tablet by the door')
  const dialog = app.page.getByRole('dialog')
  await typeDigits(dialog.getByLabel(/^Code of /), await bench.phoneCode(oncall))
  await wizard.confirm('Continue')
  await bench.close()
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.expectStep('Try it once')
})

test('the only way in is removed only with its name typed', async () => {
  const dialog = app.page.getByRole('dialog')
  await devices.choose(breakglass, 'Pixel 8, breakglass', 'Remove')
  const remove = dialog.getByRole('button', { name: 'Remove Pixel 8, breakglass' })
  await expect(dialog).toContainText('Opens by password alone')
  await expect(remove).toBeDisabled()
  await dialog.getByLabel('Type Pixel 8, breakglass to confirm').fill('Pixel 8')
  await expect(remove).toBeDisabled()
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(devices.row(breakglass, 'Pixel 8, breakglass')).toBeVisible()

  await bench.open()
  await devices.choose(breakglass, 'Pixel 8, breakglass', 'Remove')
  await dialog.getByLabel('Type Pixel 8, breakglass to confirm').fill('Pixel 8, breakglass')
  await remove.click()
  await typeDigits(dialog.getByLabel('Code of Pixel 8, breakglass'), await bench.phoneCode(breakglass))
  await wizard.confirm('Continue')
  await bench.close()
  await expect(devices.card(breakglass)).toContainText('Password alone.')
  await expect(devices.card(breakglass)).toContainText('0 of 8')
})
