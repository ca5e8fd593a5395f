import { EventEmitter } from 'node:events'
import { spawn as nodeSpawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { openInBrowser, type OpenerParts } from './open-url.ts'

const URL = `http://latchkey.localhost:41234/#ticket=${'bXk2f-_0'.padEnd(43, 'Q')}`
const DESKTOP = { DISPLAY: ':0' }

/** A spawn that only notes what it was asked for, and then says `outcome`. */
function recording(outcome: 'spawn' | 'error' | 'throw') {
  const calls: { command: string; args: readonly string[]; options: Record<string, unknown> }[] = []
  const spawn = ((command: string, args: readonly string[], options: Record<string, unknown>) => {
    calls.push({ command, args, options })
    if (outcome === 'throw') throw new Error('spawn refused')
    const child = Object.assign(new EventEmitter(), { unref: () => {} })
    queueMicrotask(() => child.emit(outcome, new Error('no such program')))
    return child
  }) as unknown as OpenerParts['spawn']
  return { calls, spawn }
}

describe('opening the browser', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string, readonly string[]]>([
    ['linux', DESKTOP, 'xdg-open', [URL]],
    ['freebsd', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open', [URL]],
    ['darwin', {}, '/usr/bin/open', [URL]],
    [
      'win32',
      { SystemRoot: 'D:\\Windows' },
      'D:\\Windows\\System32\\rundll32.exe',
      ['url.dll,FileProtocolHandler', URL],
    ],
    ['win32', {}, 'C:\\Windows\\System32\\rundll32.exe', ['url.dll,FileProtocolHandler', URL]],
  ])('is done by the system’s own opener, without a shell, on %s', async (platform, env, command, args) => {
    const { calls, spawn } = recording('spawn')
    expect(await openInBrowser(URL, { platform, env, spawn })).toBe(true)
    expect(calls).toEqual([{ command, args, options: { detached: true, stdio: 'ignore', windowsHide: true } }])
  })

  it.each([
    'https://latchkey.localhost:41234/#ticket=x',
    URL.replace('http:', 'https:'),
    URL.replace('http:', 'file:'),
    URL.replace('latchkey.localhost', 'evil.com'),
    URL.replace('latchkey.localhost', 'latchkey.localhost.evil.com'),
    URL.replace('latchkey.localhost', 'user@latchkey.localhost'),
    URL.replace('latchkey.localhost', '127.0.0.1'),
    URL.replace(':41234', ''),
    URL.replace('/#', '/?x#'),
    URL.replace('/#', '/path#'),
    `${URL}&calc`,
    `${URL} `,
    `${URL}\n`,
    `${URL}"`,
    URL.slice(0, -1),
    ` ${URL}`,
    '-a Calculator',
    '--help',
    '',
  ])('is refused for an address that is not ours: %j', async (url) => {
    const { calls, spawn } = recording('spawn')
    expect(await openInBrowser(url, { platform: 'linux', env: DESKTOP, spawn })).toBe(false)
    expect(calls).toEqual([])
  })

  it('takes the address with the launch token, and localhost, as ours', async () => {
    const { spawn } = recording('spawn')
    const token = URL.replace('ticket=', '').replace('latchkey.localhost', 'localhost')
    expect(await openInBrowser(token, { platform: 'darwin', env: {}, spawn })).toBe(true)
  })

  it('is not tried where there is no display', async () => {
    const { calls, spawn } = recording('spawn')
    expect(await openInBrowser(URL, { platform: 'linux', env: { DISPLAY: '' }, spawn })).toBe(false)
    expect(calls).toEqual([])
  })

  it.each(['error', 'throw'] as const)(
    'says no, and never throws, where the opener does not start (%s)',
    async (outcome) => {
      const { spawn } = recording(outcome)
      expect(await openInBrowser(URL, { platform: 'linux', env: DESKTOP, spawn })).toBe(false)
    },
  )

  it('says no where the real system has no such program', async () => {
    const spawn = ((_command: string, args: readonly string[], options: object) =>
      nodeSpawn('/nonexistent/opener', args, options)) as unknown as OpenerParts['spawn']
    expect(await openInBrowser(URL, { platform: 'linux', env: DESKTOP, spawn })).toBe(false)
  })
})
