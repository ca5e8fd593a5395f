import { describe, expect, it } from 'vitest'
import {
  createProgress,
  NO_ANSWER,
  NO_USE_TRYING,
  proxyEnvironment,
  readArguments,
  STALLED,
  USAGE,
  whatEnded,
  whyNotFetched,
  whyNoWindow,
} from '../../scripts/start-decisions.mjs'

describe('the options of npm start', () => {
  const none = { wantsHelp: false, wantsBrowser: false, window: [], browser: [] }

  it.each([
    [[], none],
    [['--browser'], { ...none, wantsBrowser: true }],
    [['--help'], { ...none, wantsHelp: true }],
    [['-h', '--demo'], { ...none, wantsHelp: true, window: ['--demo'], browser: ['--demo'] }],
    [
      ['--demo', '--data-dir', '/srv/a b', '--log'],
      {
        ...none,
        window: ['--demo', '--data-dir', '/srv/a b', '--log'],
        browser: ['--demo', '--data-dir', '/srv/a b', '--log'],
      },
    ],
    [['--data-dir=x=y'], { ...none, window: ['--data-dir', 'x=y'], browser: ['--data-dir', 'x=y'] }],
    [['--developer'], { ...none, window: ['--developer'] }],
    [
      ['--no-open', '--port', '8080', '--idle-stop=0', '--localhost'],
      { ...none, browser: ['--no-open', '--port', '8080', '--idle-stop', '0', '--localhost'] },
    ],
  ])('%j go to the shell that they are for', (argv, expected) => {
    expect(readArguments(argv)).toEqual(expected)
  })

  it.each([
    [['--demoo'], 'unknown option --demoo'],
    [['-demo'], 'unknown option -demo'],
    [['demo'], 'unknown option demo'],
    [['--'], 'unknown option --'],
    [['--toString'], 'unknown option --toString'],
    [['--demo=no'], '--demo takes no value'],
    [['--browser=x'], 'unknown option --browser=x'],
    [['--data-dir'], '--data-dir needs a folder'],
    [['--data-dir='], '--data-dir needs a folder'],
    [['--data-dir', '--demo'], '--data-dir needs a folder'],
    [['--port'], '--port needs a number'],
    [['--no-sandbox'], 'unknown option --no-sandbox'],
    [['--remote-debugging-port=1'], 'unknown option --remote-debugging-port=1'],
  ])('%j are refused, so that a mistyped --demo opens no real vault and no switch gets to Chromium', (argv, wrong) => {
    expect(readArguments(argv)).toEqual({ wrong })
  })

  it('are all in the help', () => {
    for (const name of ['--browser', '--demo', '--data-dir <folder>', '--developer', '--no-open', '--port <number>'])
      expect(USAGE).toContain(`  ${name} `)
  })
})

describe('whether a window can open', () => {
  it.each<[NodeJS.Platform, Record<string, string>, number | undefined, string | undefined]>([
    ['linux', {}, 1000, 'there is no display'],
    ['linux', { DISPLAY: '' }, 1000, 'there is no display'],
    ['linux', {}, 0, 'there is no display'],
    ['linux', { DISPLAY: ':0' }, 0, 'Electron refuses to run its sandbox as root'],
    ['linux', { DISPLAY: ':0' }, 1000, undefined],
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 1000, undefined],
    ['darwin', {}, 501, undefined],
    ['darwin', {}, 0, undefined],
    ['win32', {}, undefined, undefined],
  ])('on %s with %j as user %s: %s', (platform, env, uid, expected) => {
    expect(whyNoWindow({ platform, env, uid })).toBe(expected)
  })
})

describe('a proxy', () => {
  it('is used for the binary, wherever it was named', () => {
    expect(proxyEnvironment({ https_proxy: 'http://a:1' })).toEqual({
      ELECTRON_GET_USE_PROXY: 'true',
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: 'http://a:1',
    })
    expect(proxyEnvironment({ npm_config_https_proxy: 'http://b:1', HTTP_PROXY: 'http://c:1' })).toMatchObject({
      HTTPS_PROXY: 'http://b:1',
    })
    expect(proxyEnvironment({ HTTPS_PROXY: 'http://d:1', https_proxy: 'http://e:1' })).toMatchObject({
      HTTPS_PROXY: 'http://d:1',
    })
  })

  it('is no matter where there is none', () => {
    expect(proxyEnvironment({ PATH: '/bin', HTTPS_PROXY: '' })).toEqual({})
  })
})

describe('why the binary was not fetched', () => {
  const limits = { firstByteMs: 6000, stallMs: 30_000 }
  const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause })

  it.each<[string, unknown]>([
    ['no answer within 6 s', NO_ANSWER],
    ['the download stood still for 30 s', STALLED],
    ['the server answered 404', Object.assign(new Error('Response code 404'), { response: { status: 404 } })],
    [
      'ENOTFOUND github.com',
      fetchFailed(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND', hostname: 'github.com' })),
    ],
    [
      'ECONNREFUSED 127.0.0.1',
      fetchFailed(
        new AggregateError([Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address: '127.0.0.1' })]),
      ),
    ],
    ['ENOSPC', Object.assign(new Error('no space left'), { code: 'ENOSPC' })],
    [
      'what came is not the file that was expected',
      Object.assign(new Error('Generated checksum for "x" did not match'), { name: 'ChecksumMismatchError' }),
    ],
    ['Electron builds are not available', new Error('Electron builds are not available\n    at main.js:1')],
    ['for an unknown reason', undefined],
    ['for an unknown reason', {}],
  ])('%s', (expected, error) => {
    expect(whyNotFetched(error, limits)).toBe(expected)
  })
})

describe('the end of Electron', () => {
  const end = { isReady: false, wasInterrupted: false, code: 1, signal: null, stderr: '' }

  it.each<[string, Partial<Parameters<typeof whatEnded>[0]>, object]>([
    ['a person who quit', { isReady: true, code: 0 }, { exit: 0 }],
    ['a second one, which has handed over', { code: 0 }, { exit: 0 }],
    ['Ctrl+C before there was a window', { wasInterrupted: true, code: null, signal: 'SIGINT' }, { exit: 130 }],
    ['Ctrl+C later', { isReady: true, wasInterrupted: true, code: 0 }, { exit: 130 }],
    ['a fault after the window was there', { isReady: true, code: 5 }, { exit: 5 }],
    ['a crash after the window was there', { isReady: true, code: null, signal: 'SIGSEGV' }, { exit: 1 }],
    ['a folder that no shell could use', { code: NO_USE_TRYING }, { exit: NO_USE_TRYING }],
  ])('is that of npm start for %s', (_what, more, expected) => {
    expect(whatEnded({ ...end, ...more })).toEqual(expected)
  })

  it.each<[string, Partial<Parameters<typeof whatEnded>[0]>]>([
    ['exit code 1', {}],
    ['exit code 127', { code: 127 }],
    ['signal SIGTRAP', { code: null, signal: 'SIGTRAP' }],
    [
      'the library libgtk-3.so.0 is missing',
      {
        code: 127,
        stderr: 'electron: error while loading shared libraries: libgtk-3.so.0: cannot open shared object file',
      },
    ],
    [
      'this system does not allow its sandbox',
      {
        code: null,
        signal: 'SIGTRAP',
        stderr:
          '[1:FATAL:setuid_sandbox_host.cc] The SUID sandbox helper binary was found, but is not configured correctly.',
      },
    ],
    [
      'this system does not allow its sandbox',
      { code: 1, stderr: '[1:FATAL:zygote_host_impl_linux.cc(128)] No usable sandbox!' },
    ],
    [
      'the display can’t be used',
      { code: 1, stderr: '[1:ERROR:ozone_platform_x11.cc(249)] Missing X server or $DISPLAY' },
    ],
  ])('before its window was there is a start that failed: %s', (why, more) => {
    expect(whatEnded({ ...end, ...more })).toEqual({ fellBack: `Electron could not start (${why})` })
  })
})

describe('a download’s progress', () => {
  const states = [0.001, 0.002, 0.2, 0.3, 0.31, 0.99, 1].map((percent) => ({
    transferred: percent * 110e6,
    total: 110e6,
    percent,
  }))
  const written = (
    isTerminal: boolean,
    given: readonly { transferred: number; total: number | null; percent: number }[] = states,
  ) => {
    const lines: string[] = []
    const progress = createProgress({ isTerminal, what: 'Fetching', write: (text) => lines.push(text) })
    for (const state of given) progress(state)
    return lines
  }

  it('is one line on a terminal, written over at each new hundredth', () => {
    expect(written(true)).toEqual(
      ['0', '22', '33', '34', '109', '110'].map(
        (mb) => `\r\u001B[KFetching: ${mb} of 110 MB${mb === '110' ? '\n' : ''}`,
      ),
    )
  })

  it('is a line at each quarter in a log', () => {
    expect(written(false)).toEqual(['0', '33', '109', '110'].map((mb) => `Fetching: ${mb} of 110 MB\n`))
  })

  it('knows nothing of a size that was not told', () => {
    expect(written(false, [{ transferred: 7e6, total: null, percent: 0 }])).toEqual(['Fetching: 7 MB\n'])
  })
})
