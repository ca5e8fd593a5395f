import type { Locator } from '@playwright/test'

/** Types into a field of digits over what stands there, as a person does: `fill` would select before the field has the focus. */
export async function typeDigits(field: Locator, digits: string): Promise<void> {
  await field.focus()
  await field.press('Control+a')
  await field.pressSequentially(digits)
}
