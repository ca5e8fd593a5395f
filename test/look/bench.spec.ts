/** Pictures of the demo bench, each page of the simulated sign-in, and the phone in a call. */
import { Bench } from '../e2e/support/bench.ts'
import { PEOPLE } from '../e2e/support/devices.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const { root, carol, stagingRoot } = PEOPLE

test('the bench, its sign-in page and its phone', async ({ browser }) => {
  const app = await Latchkey.start(browser, { demo: true })
  const eye = new Eye(app.page)
  const bench = new Bench(app.page)
  const { drawer, signIn, phone, inbox } = bench
  await app.makeVault()
  await app.go('Devices')
  await bench.open()
  await eye.look('bench-top')
  await eye.look('bench-middle', { arrange: () => bench.token('260088310415').scrollIntoViewIfNeeded() })
  await eye.look('bench-bottom', { arrange: () => bench.app.scrollIntoViewIfNeeded() })

  await drawer.getByRole('button', { name: 'Sign-in page' }).click()
  const page = { arrange: () => signIn.scrollIntoViewIfNeeded() }
  await eye.look('sign-in-start', page)
  await signIn.getByLabel('Who signs in?').selectOption({ index: 3 })
  await signIn.getByRole('button', { name: 'Next' }).click()
  await signIn.getByLabel(/^Password, /).waitFor()
  await eye.look('sign-in-password', page)
  await bench.typePassword('not this one')
  await signIn.getByText('That password is wrong.').waitFor()
  await eye.look('sign-in-password-wrong', page)
  await bench.enterPassword(carol)
  await signIn.getByRole('radio').first().waitFor()
  await eye.look('sign-in-choose-device', page)
  await bench.chooseDevice('Pixel 8, carol')
  await signIn.getByLabel(/^Code of /).waitFor()
  await eye.look('sign-in-code', page)
  await bench.enterCode(await bench.phoneCode(carol))
  await bench.expectSignedIn('With Pixel 8, carol.')
  await eye.look('sign-in-signed-in', page)
  await bench.enterPassword(stagingRoot)
  await bench.chooseDevice('Blue key')
  await signIn.getByText('Touch Blue key.').waitFor()
  await eye.look('sign-in-touch', page)
  await signIn.getByRole('button', { name: 'Touch the bench’s key' }).click()
  await drawer.getByRole('button', { name: 'Touch: Blue key' }).waitFor()
  await eye.look('bench-key-waits', {
    arrange: () => drawer.getByRole('button', { name: 'Touch: Blue key' }).scrollIntoViewIfNeeded(),
  })
  await bench.act('Touch', 'Blue key')
  await bench.expectSignedIn('With Blue key.')

  await bench.enterPassword(root)
  await signIn.getByRole('button', { name: 'Troubleshoot MFA' }).click()
  await signIn.getByRole('button', { name: 'Sign in using alternative factors' }).waitFor()
  await eye.look('sign-in-troubleshoot', page)
  await signIn.getByRole('button', { name: 'Sign in using alternative factors' }).click()
  await signIn.getByRole('button', { name: 'Send verification email' }).waitFor()
  await eye.look('sign-in-alternative-factors', page)
  await signIn.getByRole('button', { name: 'Send verification email' }).click()
  await inbox.getByRole('button', { name: 'Follow the link' }).waitFor()
  await eye.look('bench-inbox', { arrange: () => inbox.scrollIntoViewIfNeeded() })
  await inbox.getByRole('button', { name: 'Follow the link' }).click()
  await expect(signIn.getByText('Verified.')).toBeVisible()
  await signIn.getByRole('button', { name: 'Call me now' }).click()
  await signIn.locator('.digits').waitFor()
  await eye.look('sign-in-calling', page)
  await eye.look('bench-phone-rings', { arrange: () => phone.scrollIntoViewIfNeeded() })
  await phone.getByRole('button', { name: 'Answer' }).click()
  await phone.getByRole('button', { name: '5', exact: true }).click()
  await expect(phone.getByRole('status', { name: 'Typed' })).toHaveText('5')
  await eye.look('bench-phone-in-call', { arrange: () => phone.scrollIntoViewIfNeeded() })
  eye.expectNothingFound()
  await app.stop()
})
