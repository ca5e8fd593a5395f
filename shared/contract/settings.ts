/** Settings (no secret among them), and what the program is: its shell and what that can do. */
import { z } from 'zod'
import { call, empty, topic } from './define.ts'

export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  sort: z.enum(['name', 'use', 'added']),
  showNextCode: z.boolean(),
  hideCodes: z.boolean(),
  /** 0: never by idle time. */
  lockAfterMinutes: z.number().int().min(0).max(720),
  clipboardClearSeconds: z.number().int().min(5).max(120),
})
export type Settings = z.infer<typeof settings>

export const DEFAULT_SETTINGS: Settings = {
  theme: 'system',
  density: 'comfortable',
  sort: 'name',
  showNextCode: true,
  hideCodes: false,
  lockAfterMinutes: 5,
  clipboardClearSeconds: 20,
}

export const settingsTopics = {
  settings: topic({ params: empty, state: settings }),
  app: topic({
    params: empty,
    state: z.strictObject({
      version: z.string(),
      shell: z.enum(['browser', 'desktop', 'cli']),
      demo: z.boolean(),
      dataDir: z.string(),
      clipboard: z.enum(['host', 'page']),
      /** Can this page run WebAuthn? Not at app://, nor under a bare address. */
      webauthn: z.boolean(),
      /** The settings file could not be read and was moved aside to this name. */
      settingsMovedAside: z.string().optional(),
      /** The demo's world could not be read; it was kept under this name and began anew. */
      worldMovedAside: z.string().optional(),
    }),
  }),
} as const

export const settingsCalls = {
  'settings.set': call({ request: settings.partial(), response: empty }),
  /** Ends the program: services stop, the browser shell's server closes. */
  'app.quit': call({ request: empty, response: empty }),
} as const
