// What `npm start` decides, apart from what it does: each answer depends on its arguments alone.

/** Where an option counts: in the window, in the browser shell, or in either. `value` is what it is followed by. */
const OPTIONS = {
  '--demo': { in: 'both', says: 'a simulated world, with a vault of its own' },
  '--data-dir': { in: 'both', value: 'folder', says: 'where vault and settings are, instead of the usual place' },
  '--log': { in: 'both', says: 'say on standard error what happens: events and codes, no secrets' },
  '--developer': { in: 'window', says: 'window: developer tools and reload in the menu' },
  '--no-open': { in: 'browser', says: 'browser: print the address and open no browser' },
  '--port': { in: 'browser', value: 'number', says: 'browser: the port; another one is taken where it is in use' },
  '--idle-stop': { in: 'browser', value: 'seconds', says: 'browser: stop this long after the last page closed' },
  '--localhost': { in: 'browser', says: "browser: for one that can't find latchkey.localhost" },
}

export const USAGE = [
  'npm start -- [options]      Latchkey in its own window, or in the browser where no window can open',
  '',
  '  --browser                 in the browser at once',
  ...Object.entries(OPTIONS).map(
    ([name, { value, says }]) => `  ${(value ? `${name} <${value}>` : name).padEnd(25)} ${says}`,
  ),
  '',
].join('\n')

/** Options for each shell, or what is wrong with them: a mistyped `--demo` must not open the real vault. */
export function readArguments(argv) {
  const read = { wantsHelp: false, wantsBrowser: false, window: [], browser: [] }
  for (let at = 0; at < argv.length; at++) {
    const [name, inline] = split(argv[at])
    if (name === '--help' || name === '-h') read.wantsHelp = true
    else if (name === '--browser' && inline === undefined) read.wantsBrowser = true
    else {
      const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
      if (!option) return { wrong: `unknown option ${argv[at]}` }
      const given = option.value && inline === undefined ? argv[++at] : inline
      if (option.value && (given === undefined || given === '' || given.startsWith('--')))
        return { wrong: `${name} needs a ${option.value}` }
      if (!option.value && given !== undefined) return { wrong: `${name} takes no value` }
      const words = option.value ? [name, given] : [name]
      if (option.in !== 'browser') read.window.push(...words)
      if (option.in !== 'window') read.browser.push(...words)
    }
  }
  return read
}

const split = (argument) => {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)]
}

/** Why a window can't open here at all, known without trying; else nothing. */
export function whyNoWindow({ platform, env, uid }) {
  if (platform !== 'linux') return undefined
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display'
  if (uid === 0) return 'Electron refuses to run its sandbox as root'
  return undefined
}

/** What the process that fetches needs besides its environment for the proxy in it, or in npm's configuration, to be used. */
export function proxyEnvironment(env) {
  const proxy = PROXIES.map((name) => env[name]).find(Boolean)
  if (!proxy) return {}
  // The first is for @electron/get, which needs undici for it; the second for Node's own fetch, where it can do it.
  return { ELECTRON_GET_USE_PROXY: 'true', NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy }
}

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'npm_config_https_proxy', 'npm_config_proxy', 'HTTP_PROXY', 'http_proxy']

/** Why nothing was fetched, in a few words; never a stack. */
export function whyNotFetched(error, { firstByteMs, stallMs }) {
  if (error === NO_ANSWER) return `no answer within ${firstByteMs / 1000} s`
  if (error === STALLED) return `the download stood still for ${stallMs / 1000} s`
  if (error?.response?.status) return `the server answered ${error.response.status}`
  const cause = deepest(error)
  if (/checksum/i.test(`${cause?.name} ${cause?.message}`)) return 'what came is not the file that was expected'
  const host = cause?.hostname ?? cause?.address
  if (cause?.code) return host ? `${cause.code} ${host}` : String(cause.code)
  return firstLine(cause?.message) || 'for an unknown reason'
}

/** Reasons of our own to give up a download. */
export const NO_ANSWER = 'no-answer'
export const STALLED = 'stalled'

function deepest(error) {
  let cause = error
  // Addresses of one host that were tried in turn come together.
  while (cause?.cause || cause?.errors?.length > 0) cause = cause.cause ?? cause.errors[0]
  return cause
}

/** The main process's own word that no other shell could do better (electron/main.ts). */
export const NO_USE_TRYING = 78

/**
 * What the end of Electron means. `isReady`: its window was there. Without that, an end with a fault is a start that failed,
 * not a person who quit.
 */
export function whatEnded({ isReady, wasInterrupted, code, signal, stderr }) {
  if (wasInterrupted) return { exit: 130 }
  if (code === 0) return { exit: 0 }
  if (isReady || code === NO_USE_TRYING) return { exit: code ?? 1 }
  return { fellBack: `Electron could not start (${whyItFailed({ code, signal, stderr })})` }
}

/** Chromium's own words, of which it has many, in one of ours. */
function whyItFailed({ code, signal, stderr }) {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(stderr)?.[1]
  if (library) return `the library ${library} is missing`
  if (/sandbox/i.test(stderr) && /SUID|namespace|No usable sandbox|credentials/i.test(stderr))
    return 'this system does not allow its sandbox'
  if (/Missing X server|cannot open display|Unable to open X display|ozone_platform/i.test(stderr))
    return 'the display can’t be used'
  return signal ? `signal ${signal}` : `exit code ${code}`
}

const firstLine = (text) => text?.split('\n', 1)[0]?.slice(0, 120)

/** What is shown of a download: a line that is written over on a terminal, else one at each quarter. */
export function createProgress({ isTerminal, what, write }) {
  let shown = -1
  return ({ transferred, total, percent }) => {
    const step = Math.floor(percent * (isTerminal ? 100 : 4))
    if (step === shown) return
    shown = step
    const of = total ? ` of ${megabytes(total)} MB` : ' MB'
    const line = `${what}: ${megabytes(transferred)}${of}`
    write(isTerminal ? `\r\x1b[K${line}${percent === 1 ? '\n' : ''}` : `${line}\n`)
  }
}

const megabytes = (bytes) => Math.round(bytes / 1e6)
