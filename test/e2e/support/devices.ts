/** The Devices screen as a person uses it. */
import type { Locator, Page } from '@playwright/test'
import type { Person } from './bench.ts'

export class Devices {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  card({ name, account = '' }: Person): Locator {
    // Named by the identity and its account.
    return this.page.getByRole('region', { name: `${name}, ${account}` })
  }

  row(person: Person, device: string): Locator {
    return this.card(person).getByRole('row').filter({ hasText: device })
  }

  async register(person: Person): Promise<void> {
    await this.card(person)
      .getByRole('button', { name: `Register a device for ${person.name}` })
      .click()
  }

  /** Opens a device's menu and answers with one of its lines. */
  async menuItem(person: Person, device: string, item: string): Promise<Locator> {
    await this.row(person, device).getByRole('button', { name: 'Actions for' }).click()
    return this.page.getByRole('menuitem', { name: item })
  }

  async choose(person: Person, device: string, item: string): Promise<void> {
    await (await this.menuItem(person, device, item)).click()
  }
}

/** Those of the demo's first world. */
export const PEOPLE = {
  root: { name: 'Root user', account: 'Northwind production' },
  alice: { name: 'alice.okonkwo-brandt' },
  dmitri: { name: 'dmitri.lindqvist' },
  carol: { name: 'carol.vasquez-ono' },
  eunJi: { name: 'eun-ji.park' },
  stagingRoot: { name: 'Root user', account: 'Northwind staging' },
  breakglass: { name: 'breakglass-administrator.staging' },
  oncall: { name: 'oncall.staging' },
} as const satisfies Record<string, Person>
