/** A security key for Chromium, simulated by the browser itself (Chrome DevTools Protocol, domain WebAuthn). */
import type { CDPSession, Page } from '@playwright/test'

export interface Authenticator {
  /** How many credentials it holds. */
  credentials(): Promise<number>
  remove(): Promise<void>
}

/** A CTAP 2.1 key in a USB port that is touched as soon as it blinks. */
export async function plugInAuthenticator(page: Page): Promise<Authenticator> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'usb',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      hasPrf: true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
    remove: () => session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }).then(() => session.detach()),
  }
}
