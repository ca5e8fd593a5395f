/** Opens our own page in the person's browser, and nothing else: no address from outside ever gets here. */
import { spawn as nodeSpawn } from 'node:child_process'
import { win32 } from 'node:path'

/** The two addresses of the browser shell, token and ticket alike; no letter of them means anything to a shell. */
const OURS = /^http:\/\/(latchkey\.)?localhost:[1-9][0-9]{0,4}\/#(ticket=)?[A-Za-z0-9_-]{43}$/

export interface OpenerParts {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly spawn: typeof nodeSpawn
}

/** Whether an opener started. It may still find no browser, so the address is worth printing too. Never throws. */
export function openInBrowser(url: string, parts: OpenerParts): Promise<boolean> {
  const opener = OURS.test(url) ? openerFor(parts) : undefined
  if (!opener) return Promise.resolve(false)
  const [command, ...before] = opener
  return new Promise((resolve) => {
    try {
      const child = parts.spawn(command, [...before, url], { detached: true, stdio: 'ignore', windowsHide: true })
      child.once('spawn', () => resolve(true))
      child.once('error', () => resolve(false))
      child.unref()
    } catch {
      resolve(false)
    }
  })
}

function openerFor({ platform, env }: OpenerParts): readonly [command: string, ...args: string[]] | undefined {
  // Absolute paths where the system has them: the search path may begin with the folder we were started in.
  if (platform === 'darwin') return ['/usr/bin/open']
  if (platform === 'win32') {
    const rundll32 = win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'rundll32.exe')
    // Not `cmd /c start`, which reads its argument as a command line.
    return [rundll32, 'url.dll,FileProtocolHandler']
  }
  // Without a display, xdg-open would start a browser for terminals that nobody sees.
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}
