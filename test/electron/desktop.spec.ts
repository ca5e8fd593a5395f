/** The journeys of the desktop shell, in Electron where its binary runs; `ELECTRON_BINARY` names it. */
import { test as base, expect, type Page } from '@playwright/test'
import { Codes, link } from '../e2e/support/codes.ts'
import { Devices, PEOPLE } from '../e2e/support/devices.ts'
import { temporaryDataDir } from '../support/browser-shell.ts'
import { CHROMIUM } from '../support/chromium.ts'
import { codeOfStep } from '../support/rfc6238.ts'
import { Rooms, type DesktopApp, type Start } from './desktop-app.ts'
import { startImitated } from './imitated.ts'
import { startInElectron } from './real.ts'

const binary = process.env.ELECTRON_BINARY

const test = base.extend<{ dataDir: string; start: Start }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of a fixture's needs from its first parameter
  dataDir: async ({}, use) => {
    const folder = temporaryDataDir()
    await use(folder.path)
    folder.remove()
  },
  start: async ({ playwright }, use) => {
    const browser = binary === undefined ? await playwright.chromium.launch(CHROMIUM) : undefined
    const apps: DesktopApp[] = []
    await use(async (options) => {
      const app = browser ? await startImitated(options, browser) : await startInElectron(options, binary!)
      apps.push(app)
      return app
    })
    for (const app of apps) await app.stop()
    await browser?.close()
    expect(apps.flatMap((app) => app.troubles)).toEqual([])
  },
})

const KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const KEY_BYTES = Buffer.from('48656c6c6f21deadbeef48656c6c6f21deadbeef', 'hex')
const codesNow = () => {
  const step = Math.floor(Date.now() / 30_000)
  return [step, step + 1].map((each) => codeOfStep(KEY_BYTES, { algorithm: 'SHA1', digits: 6 }, each))
}
/** Something that only this document has. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(globalThis, { marked: true }))
const isMarked = (page: Page) => page.evaluate(() => 'marked' in globalThis)

test('a vault is made, an entry added by its link, its code shown and copied to the system’s clipboard', async ({
  start,
  dataDir,
}) => {
  const app = await start({ dataDir })
  const rooms = new Rooms(app.page)
  const codes = new Codes(app.page)
  await rooms.makeVault()
  await codes.addLink(link('GitHub', 'alice', KEY))
  const before = codesNow()
  await expect.poll(() => codes.codeOf('GitHub')).toMatch(/^\d{6}$/)
  expect([...before, ...codesNow()]).toContain(await codes.codeOf('GitHub'))
  await codes.row('GitHub').getByRole('button', { name: 'Copy the code' }).click()
  await expect(codes.toast).toContainText('Cleared from the clipboard in 20 seconds')
  expect([...before, ...codesNow()]).toContain(await app.clipboard())

  await app.page.keyboard.press('Control+l')
  await rooms.expectLocked()
  expect(await app.clipboard()).toBe('')
  await rooms.unlock()
  await expect(codes.row('GitHub')).toBeVisible()
})

for (const [how, lock] of [
  ['its menu', (app: DesktopApp) => app.clickMenu('&File', 'Lock')],
  ['the computer’s sleep', (app: DesktopApp) => app.power('suspend')],
  ['the locked screen', (app: DesktopApp) => app.power('lock-screen')],
] as const)
  test(`it is locked by ${how}, and a fresh document asks for the passphrase`, async ({ start, dataDir }) => {
    const app = await start({ dataDir })
    const rooms = new Rooms(app.page)
    await rooms.makeVault()
    await mark(app.page)
    await lock(app)
    await rooms.expectLocked()
    // The fresh document may be on its way still.
    await expect.poll(() => isMarked(app.page).catch(() => true)).toBe(false)
    await rooms.expectLocked()
    await rooms.unlock()
  })

test('it ends with its window, and the vault is there, locked, at the next start', async ({ start, dataDir }) => {
  const first = await start({ dataDir })
  await new Rooms(first.page).makeVault()
  await new Codes(first.page).addLink(link('GitHub', 'alice', KEY))
  await first.closeWindow()
  const second = await start({ dataDir })
  const rooms = new Rooms(second.page)
  await rooms.expectLocked()
  await rooms.unlock()
  await expect(new Codes(second.page).row('GitHub')).toBeVisible()
})

test('a reloaded page goes on where it was', async ({ start, dataDir }) => {
  const { page } = await start({ dataDir })
  const rooms = new Rooms(page)
  await rooms.makeVault()
  await rooms.go('Devices')
  await page.reload()
  await rooms.expectFrame()
  await expect(page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible()
})

test('the demo’s people and their devices are there', async ({ start, dataDir }) => {
  const { page } = await start({ dataDir, demo: true })
  const rooms = new Rooms(page)
  await rooms.makeVault()
  await rooms.go('Devices')
  const devices = new Devices(page)
  for (const person of Object.values(PEOPLE)) await expect(devices.card(person).first()).toBeVisible()
  await expect(devices.card(PEOPLE.root).getByRole('row').first()).toBeVisible()
})

test('a page has two functions of ours, and nothing of Node’s or Electron’s', async ({ start, dataDir }) => {
  const { page } = await start({ dataDir })
  await new Rooms(page).makeVault()
  const seen = await page.evaluate(() => {
    const page = globalThis as unknown as Record<string, object>
    return {
      ours: Object.keys(page.latchkey!),
      others: ['require', 'module', 'process', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter(
        (name) => name in page,
      ),
    }
  })
  expect(seen).toEqual({ ours: ['send', 'onMessage'], others: [] })
})

test('a page reaches nothing outside and opens no window', async ({ start, dataDir }) => {
  test.skip(binary === undefined, 'shown by Electron alone')
  const app = await start({ dataDir })
  const { page } = app
  await new Rooms(page).makeVault()
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true)
  for (const url of ['https://example.com/', 'file:///etc/hosts', 'data:text/html,x'])
    await page.evaluate((to) => void (location.href = to), url)
  expect(page.url()).toMatch(/^app:\/\/bundle\//)
  expect(await page.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then((got) => got.state))).toBe(
    'denied',
  )
  // Refused addresses leave the page its wire.
  await new Rooms(page).go('Devices')
  // Chromium's own words on what it refused.
  app.troubles.splice(0)
})

test('a second start on the same folder ends at once', async ({ start, dataDir }) => {
  test.skip(binary === undefined, 'shown by Electron alone')
  const app = await start({ dataDir })
  await new Rooms(app.page).makeVault()
  expect(await app.startAgain()).toBe(0)
  await new Rooms(app.page).expectFrame()
})
