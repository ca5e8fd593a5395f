/**
 * The built desktop shell without Electron: its main process in plain Node, its page and its preload script in Chromium. It
 * shows that they fit together; what Electron itself does (sandbox, permissions, clipboard formats) it can't show.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { flagsOf, root, watchForTrouble, type DesktopApp, type StartOptions } from './desktop-app.ts'

/** Chromium knows no `app://`; this origin is as secure to it, and never leaves the computer. */
const ORIGIN = 'https://bundle'
const toApp = (url: string) => url.replace(ORIGIN, 'app://bundle')

type Message =
  | { readonly type: 'open'; readonly url: string; readonly preload: string }
  | { readonly type: 'down'; readonly frame: string }
  | { readonly type: 'reload' }
  | { readonly type: 'clipboard'; readonly text: string }
  | {
      readonly type: 'answer'
      readonly id: number
      readonly status: number
      readonly headers: readonly [string, string][]
      readonly body: string
    }

export async function startImitated(options: StartOptions, browser: Browser): Promise<DesktopApp> {
  const child = fork(join(root, 'dist/electron/main.js'), flagsOf(options), {
    cwd: root,
    execArgv: ['--import', new URL('imitation/register.mjs', import.meta.url).href],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit')
  const tell = (message: object) => void (child.connected && child.send(message))
  const hear = <T extends Message['type']>(
    type: T,
    is: (message: Extract<Message, { type: T }>) => boolean = () => true,
  ) =>
    new Promise<Extract<Message, { type: T }>>((resolve) => {
      const onMessage = (message: Message) => {
        if (message.type !== type || !is(message as Extract<Message, { type: T }>)) return
        child.off('message', onMessage)
        resolve(message as Extract<Message, { type: T }>)
      }
      child.on('message', onMessage)
    })

  const { url, preload } = await hear('open')
  const context = await browser.newContext({
    locale: 'en-GB',
    reducedMotion: 'reduce',
    viewport: { width: 1040, height: 720 },
  })
  const page = await context.newPage()
  const troubles = watchForTrouble(page)
  await serve(page, tell, hear)
  await givePreload(page, preload, tell)
  child.on('message', (message: Message) => {
    // Either comes to nothing when the document is being left.
    if (message.type === 'down') page.evaluate(DOWN, message.frame).catch(() => {})
    if (message.type === 'reload') page.reload().catch(() => {})
  })
  await page.goto(url.replace('app://bundle', ORIGIN))

  return {
    page,
    troubles,
    async clipboard() {
      const heard = hear('clipboard')
      tell({ type: 'clipboard' })
      return (await heard).text
    },
    power: async (event) => tell({ type: 'power', event }),
    clickMenu: async (menu, item) => tell({ type: 'menu', menu, item }),
    async closeWindow() {
      await context.close()
      tell({ type: 'close' })
      await exited
    },
    startAgain: () => Promise.reject(new Error('one process can’t show who comes second')),
    async stop() {
      await context.close()
      child.kill()
      await exited
    },
  }
}

type Hear = <T extends Message['type']>(
  type: T,
  is: (message: Extract<Message, { type: T }>) => boolean,
) => Promise<Extract<Message, { type: T }>>

/** Every request of the page is the main process's to answer, and none goes further. */
async function serve(page: Page, tell: (message: object) => void, hear: Hear): Promise<void> {
  let lastId = 0
  let isNavigating = false
  await page.route('**/*', async (route) => {
    const request = route.request()
    if (!request.url().startsWith(`${ORIGIN}/`)) return route.abort()
    const url = toApp(request.url())
    if (request.isNavigationRequest()) {
      isNavigating = true
      tell({ type: 'navigating', url })
    }
    const id = ++lastId
    const heard = hear('answer', (answer) => answer.id === id)
    tell({ type: 'request', id, url, method: request.method() })
    const { status, headers, body } = await heard
    return route.fulfill({ status, headers: Object.fromEntries(headers), body: Buffer.from(body, 'base64') })
  })
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() || !isNavigating) return
    isNavigating = false
    tell({ type: 'navigated', url: toApp(frame.url()) })
  })
}

/** Runs the built preload script before each document, over a bridge and a pipe of a few lines. */
async function givePreload(page: Page, preload: string, tell: (message: object) => void): Promise<void> {
  await page.exposeFunction('__up', (frame: unknown) => tell({ type: 'up', frame }))
  await page.addInitScript({
    content: `{
      const up = globalThis.__up
      const listeners = []
      Object.defineProperty(globalThis, '__down', { value: (frame) => listeners.forEach((listener) => listener({}, frame)) })
      delete globalThis.__up
      const require = () => ({
        contextBridge: { exposeInMainWorld: (name, api) => { globalThis[name] = Object.freeze(api) } },
        ipcRenderer: { send: (_channel, frame) => void up(frame), on: (_channel, listener) => listeners.push(listener) },
      })
      ;(() => {
        ${preload}
      })()
    }`,
  })
}

const DOWN = (frame: string) => (globalThis as unknown as { __down(frame: string): void }).__down(frame)
