/** Nothing on the page moves when codes change. */
import { Bench } from '../e2e/support/bench.ts'
import { Codes, link } from '../e2e/support/codes.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { expect, test } from '../e2e/support/test.ts'

const SECRETS = ['JBSWY3DPEHPK3PXP', 'MFRGGZDFMZTWQ2LK', 'GEZDGNBVGY3TQOJQ']

test('rows and codes stay where they are when a period ends', async ({ browser }) => {
  const app = await Latchkey.start(browser, { demo: true })
  const codes = new Codes(app.page)
  const bench = new Bench(app.page)
  await app.makeVault()
  for (const [at, secret] of SECRETS.entries()) await codes.addLink(link(`Site ${at}`, 'alice', secret))
  await bench.open()
  await codes.toast.waitFor({ state: 'hidden', timeout: 20_000 })

  const boxes = () =>
    codes.list.locator('.lk-row, .lk-code-cell, .lk-code, .lk-code > span, .name, .lk-ring').evaluateAll((parts) =>
      parts.map((part) => {
        const { x, y, width, height } = part.getBoundingClientRect()
        return [x, y, width, height].map((pixels) => Math.round(pixels * 100) / 100).join(' ')
      }),
    )
  const codesNow = () => Promise.all(SECRETS.map((_, at) => codes.codeOf(`Site ${at}`)))
  const before = await boxes()
  expect(before.length).toBeGreaterThan(SECRETS.length * 4)
  for (let period = 0; period < 5; period++) {
    const shown = await codesNow()
    await bench.moveClock('+30 s')
    await expect.poll(codesNow).not.toEqual(shown)
    expect(await boxes()).toEqual(before)
  }
  await app.stop()
})
