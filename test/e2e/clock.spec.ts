/** A wrong clock of this computer: measured at the demo's backend or by the code a phone shows, said, and corrected for. */
import { Bench } from './support/bench.ts'
import { Codes, link } from './support/codes.ts'
import { typeDigits } from './support/digits.ts'
import { Latchkey } from './support/latchkey.ts'
import { missing, totpAt } from './support/oathtool.ts'
import { expect, test } from './support/test.ts'

const SEED = { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' } as const

test('a clock that is 47 s slow is said, with how that was measured, and codes are right all the same', async ({
  browser,
}) => {
  const app = await Latchkey.start(browser, { demo: true })
  const { page } = app
  const codes = new Codes(page)
  const bench = new Bench(page)
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SEED.secret))
  await bench.open()
  await bench.setComputerError(-47)
  await bench.close()
  await expect(page.getByText('This computer’s clock is 47 s slow.')).toBeVisible()
  await expect(page.getByText('Codes are corrected and right.')).toBeVisible()
  if (missing() === undefined) await codes.expectCode('GitHub', SEED)
  await page.getByRole('button', { name: 'How it was measured' }).click()
  await expect(codes.dialog).toContainText('It is 47 s slow. Codes are made for the right time all the same.')
  await expect(codes.dialog.getByRole('listitem')).toContainText('clock')
  await page.keyboard.press('Escape')

  await bench.open()
  await bench.moveClock('+1 day')
  await bench.close()
  if (missing() === undefined) await codes.expectCode('GitHub', SEED, 86_400_000)
  await app.stop()
})

test('without a network, the code that a phone shows tells how far this computer’s clock is off', async ({
  browser,
}) => {
  test.skip(missing() !== undefined, missing())
  const app = await Latchkey.start(browser)
  const { page } = app
  const codes = new Codes(page)
  const { dialog } = codes
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SEED.secret))
  await codes.choose('GitHub', 'Compare with my phone')
  await expect(dialog).toContainText('Nothing has measured it yet.')
  // A phone that is two minutes ahead: this computer is slow.
  await typeDigits(dialog.getByLabel('Code the phone shows'), totpAt(SEED, Date.now() + 120_000))
  await dialog.getByRole('button', { name: 'Compare' }).click()
  await expect(dialog).toContainText('slow. Codes are made for the right time all the same.')
  await expect(dialog).toContainText('The code on your phone')
  await typeDigits(dialog.getByLabel('Code the phone shows'), '000000')
  await page.keyboard.press('Escape')
  await expect(
    page.getByText(/^This computer’s clock is (1 min 4\d s|1 min 5\d s|2 min( \d+ s)?) slow\.$/),
  ).toBeVisible()
  // A single code tells the time to half a step.
  const early = totpAt(SEED, Date.now() + 105_000)
  const late = totpAt(SEED, Date.now() + 135_000)
  await expect.poll(() => codes.codeOf('GitHub')).toMatch(new RegExp(`^(${early}|${late})$`))

  await codes.menu('This computer’s clock')
  await dialog.getByRole('button', { name: 'Forget what the phone said' }).click()
  await expect(dialog).toContainText('Nothing has measured it yet.')
  await page.keyboard.press('Escape')
  await codes.expectCode('GitHub', SEED)
  await app.stop()
})
