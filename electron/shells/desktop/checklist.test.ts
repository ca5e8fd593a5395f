/** What of Electron's security checklist (security.md §1.1) must appear nowhere in the source; the rest is tested beside its code. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../../../package.json' with { type: 'json' }
import installed from '../../../node_modules/electron/package.json' with { type: 'json' }

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Rule {
  readonly item: string
  readonly what: string
  readonly pattern: RegExp
  /** Something that it catches, so that it can't be blind. */
  readonly example: string
  /** The one file that may. */
  readonly but?: string
}

const RULES: readonly Rule[] = [
  {
    item: '2',
    what: 'Node in a page',
    pattern: /nodeIntegration\w*['"]?\s*:\s*true/,
    example: 'nodeIntegration: true',
  },
  {
    item: '3',
    what: 'a shared world',
    pattern: /contextIsolation['"]?\s*:\s*false/,
    example: 'contextIsolation: false',
  },
  { item: '4', what: 'a page without sandbox', pattern: /\bsandbox['"]?\s*:\s*false/, example: 'sandbox: false' },
  {
    item: '4',
    what: 'a program without sandbox',
    pattern: /no-sandbox|disable-(setuid|gpu)-sandbox/,
    example: "'--no-sandbox'",
  },
  {
    item: '5',
    what: 'security keys within reach of pages',
    pattern: /disable-hid-blocklist|disable-usb-blocklist/,
    example: "appendSwitch('disable-hid-blocklist')",
  },
  {
    item: '6',
    what: 'a page without the same-origin rule',
    pattern: /webSecurity['"]?\s*:\s*false|disable-web-security|disable-site-isolation/,
    example: 'webSecurity: false',
  },
  { item: '7', what: 'a way round the policy', pattern: /bypassCSP['"]?\s*:/, example: 'bypassCSP: true' },
  {
    item: '7',
    what: 'a policy with holes',
    pattern: /'unsafe-(inline|eval|hashes)'/,
    example: "style-src 'unsafe-inline'",
  },
  {
    item: '8',
    what: 'insecure content',
    pattern: /allowRunningInsecureContent['"]?\s*:\s*true|ignore-certificate-errors|allow-insecure/,
    example: 'allowRunningInsecureContent: true',
  },
  {
    item: '9',
    what: 'experiments',
    pattern: /experimentalFeatures['"]?\s*:\s*true/,
    example: 'experimentalFeatures: true',
  },
  {
    item: '10',
    what: 'features of the engine that are off',
    pattern: /enableBlinkFeatures|enable-blink-features/,
    example: "enableBlinkFeatures: 'X'",
  },
  {
    item: '11',
    what: 'embedded pages',
    pattern: /webviewTag['"]?\s*:\s*true|<webview|allowpopups|\bWebContentsView\b|\bBrowserView\b/,
    example: 'webviewTag: true',
  },
  {
    item: '15',
    what: 'addresses or files given to the system',
    pattern: /\bopenExternal\(|\bopenPath\(|showItemInFolder|\bshell\b[^\n]*from 'electron'/,
    example: 'shell.openExternal(url)',
  },
  {
    item: '17',
    what: 'a second door for messages',
    pattern: /ipcMain\.(on|once|handle|handleOnce|addListener)\b/,
    example: "ipcMain.on('x', f)",
  },
  {
    item: '18',
    what: 'files as pages',
    pattern: /\bloadFile\(|loadURL\(['"`]file:/,
    example: "loadFile('index.html')",
  },
  {
    item: '20',
    what: 'a second thing for the page',
    pattern: /exposeInMainWorld|exposeInIsolatedWorld/,
    example: "contextBridge.exposeInMainWorld('fs', fs)",
    but: 'electron/preload.ts',
  },
  {
    item: '20',
    what: 'the main process for a page',
    pattern: /enableRemoteModule|@electron\/remote|executeJavaScript|executeInMainWorld/,
    example: 'enableRemoteModule: true',
  },
  {
    item: '1.3',
    what: 'switches of Chromium, a keychain without protection, crash reports',
    pattern: /commandLine\.append|setUsePlainTextEncryption|crashReporter|remote-debugging|registerPreloadScript/,
    example: "app.commandLine.appendSwitch('x')",
  },
  {
    item: '1.3',
    what: 'leave for other origins',
    pattern: /access-control-allow/i,
    example: "'Access-Control-Allow-Origin': '*'",
  },
]

const isSource = (path: string) =>
  /\.(ts|tsx|mjs|cjs|json|html)$/.test(path) && !/\.test\.tsx?$/.test(path) && !path.split(sep).includes('testing')

const sources = [
  ...['electron', 'renderer', 'shared', 'scripts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      // Of the scripts, those that start Electron: others start a browser for tests, which is no part of the product.
      .filter(({ name }) => folder !== 'scripts' || /^(start|built|test-electron|electron)/.test(name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(isSource),
  ),
  ...['package.json', 'vite.config.ts'].map((path) => join(root, path)),
].map((path) => ({ path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') }))

describe('nowhere in the source', () => {
  it.each(RULES)('is $what (item $item)', ({ pattern, example, but }) => {
    expect(example).toMatch(pattern)
    expect(sources.filter(({ path, text }) => path !== but && pattern.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('is looked in all of it', () => {
    expect(sources.length).toBeGreaterThan(150)
    expect(sources.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['electron/main.ts', 'electron/preload.ts', 'renderer/main.tsx', 'scripts/start.mjs']),
    )
  })
})

it('Electron is pinned to the version whose types were read (item 16)', () => {
  expect(manifest.devDependencies.electron).toBe(installed.version)
  expect(installed.version).toMatch(/^45\./)
})
