/** Job 1 once more with the keyboard alone: no pointer is used, and what has the focus is always seen. */
import type { Locator } from '@playwright/test'
import { Codes, link } from './support/codes.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { qrPicture } from './support/pictures.ts'
import { expect, test } from './support/test.ts'

/** More stops than any screen has. */
const STOPS_AT_MOST = 60

test('a vault is made, filled, searched, copied from, backed up, locked and restored without a pointer', async ({
  browser,
}) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  const codes = new Codes(page)
  const { dialog } = codes
  const { keyboard } = page

  /** Tab by Tab to a control; each stop on the way must be seen. */
  const tabTo = async (target: Locator) => {
    for (let stop = 0; stop < STOPS_AT_MOST; stop++) {
      if (await target.evaluate((element) => element === document.activeElement).catch(() => false)) return
      await keyboard.press('Tab')
      const unseen = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body) return undefined
        // A control that is drawn by its frame, label, boxes or chosen row shows the focus there.
        const drawn = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling]
        const within = element.parentElement?.querySelectorAll('.is-here, [aria-selected=true]') ?? []
        const isSeen = [...drawn, ...within].some((each) => {
          if (!each) return false
          const { outlineStyle, outlineWidth } = getComputedStyle(each)
          return outlineStyle !== 'none' && outlineWidth !== '0px'
        })
        return isSeen ? undefined : element.outerHTML.slice(0, 200)
      })
      expect(unseen, 'what has the focus, and does not show it').toBeUndefined()
    }
    throw new Error('Tab never came to it')
  }

  // First run: the field has the focus.
  await expect(page.getByLabel('Passphrase', { exact: true })).toBeFocused()
  await keyboard.type(PASSPHRASE)
  await tabTo(page.getByLabel('Passphrase again'))
  await keyboard.type(PASSPHRASE)
  await keyboard.press('Enter')
  await app.waitForFrame()

  // A picture, through the file chooser that its field opens.
  await keyboard.press('Control+n')
  await tabTo(dialog.locator('input[type=file]'))
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), keyboard.press('Space')])
  await chooser.setFiles(qrPicture(link('GitHub', 'alice', 'JBSWY3DPEHPK3PXP')))
  await expect(dialog.getByText('GitHub, alice')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Add it' })).toBeFocused()
  await keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)

  // A link: arrows move between the ways.
  await keyboard.press('Control+n')
  await tabTo(dialog.getByRole('radio', { name: 'Picture' }))
  await keyboard.press('ArrowRight')
  await expect(dialog.getByRole('radio', { name: 'Link' })).toBeChecked()
  await tabTo(dialog.getByRole('textbox', { name: 'Link' }))
  await keyboard.insertText(link('Bitwarden', 'alice', 'MFRGGZDFMZTWQ2LK'))
  await tabTo(dialog.getByRole('button', { name: 'Read it' }))
  await keyboard.press('Enter')
  await expect(dialog.getByText('Bitwarden, alice')).toBeVisible()
  await keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)

  // Typing anywhere searches; arrows choose; Enter copies.
  await keyboard.type('bit')
  await expect(codes.search).toBeFocused()
  await expect.poll(() => codes.names()).toEqual(['Bitwarden'])
  await keyboard.press('Enter')
  await expect(codes.row('Bitwarden')).toContainText('Copied')
  expect(await codes.clipboard()).toMatch(/^\d{6}$/)
  await keyboard.press('Escape')
  await expect(codes.search).toHaveValue('')
  // Arrows move in what is shown, and the list follows the search a moment later.
  await expect.poll(async () => (await codes.names()).length).toBeGreaterThan(1)
  await keyboard.press('ArrowDown')
  await expect(codes.row('GitHub')).toHaveAttribute('aria-selected', 'true')

  // A row's menu, and a dialog from it; Escape brings the focus back to where it was.
  const menu = codes.row('GitHub').getByRole('button', { name: 'Actions for' })
  await tabTo(menu)
  await keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Copy the code' })).toBeFocused()
  await keyboard.press('e')
  await keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Edit' }).press('Enter')
  await expect(dialog.getByLabel('Name')).toBeFocused()
  await keyboard.press('End')
  await keyboard.type(' at work')
  await keyboard.press('Enter')
  await expect(codes.row('GitHub at work')).toBeVisible()
  await expect(dialog).toHaveCount(0)

  // The list of shortcuts, and the palette.
  await keyboard.press('?')
  await expect(dialog.getByRole('heading', { name: 'Keyboard' })).toBeVisible()
  await keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await keyboard.press('Control+k')
  await expect(page.getByPlaceholder('Find codes, devices, keys, settings, actions')).toBeFocused()
  await keyboard.type('back up')
  await keyboard.press('Enter')
  await expect(dialog.getByRole('heading', { name: 'Back up' })).toBeVisible()
  await keyboard.type(PASSPHRASE)
  await keyboard.press('Enter')
  await expect(dialog.getByText('2 entries backed up, reopened and compared.')).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Save the file' })).toBeFocused()
  const [download] = await Promise.all([page.waitForEvent('download'), keyboard.press('Enter')])
  await tabTo(dialog.getByRole('button', { name: 'Close' }))
  await keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)

  // Lock and unlock, then restore in Settings.
  await keyboard.press('Control+6')
  await keyboard.press('Control+l')
  await expect(page.getByLabel('Passphrase')).toBeFocused()
  await keyboard.type(PASSPHRASE)
  await keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await tabTo(page.getByRole('button', { name: 'Restore a backup' }))
  await keyboard.press('Enter')
  await tabTo(dialog.locator('input[type=file]'))
  const [restoring] = await Promise.all([page.waitForEvent('filechooser'), keyboard.press('Space')])
  await restoring.setFiles(await download.path())
  await tabTo(dialog.getByLabel('Passphrase of the backup'))
  await keyboard.type(PASSPHRASE)
  await keyboard.press('Enter')
  await expect(dialog.getByText('2 here already')).toBeVisible()
  await keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await app.stop()
})
