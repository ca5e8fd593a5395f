// Fetches Electron's binary as its package does (@electron/get: mirrors, proxies, checksums, cache), but never in silence:
// with progress from the first byte, and giving up in seconds where nobody answers. A process of its own, for the proxy's sake.
// Then the package's own installer finds the archive in the cache and unpacks it.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { electronFolder } from './electron-binary.mjs'
import { createProgress, NO_ANSWER, STALLED, whyNotFetched } from './start-decisions.mjs'

const FIRST_BYTE_MS = 6_000
const STALL_MS = 30_000

const { env, stderr } = process
const fail = (reason) => {
  if (stderr.isTTY) stderr.write('\r\x1b[K')
  process.send?.({ reason })
  process.exitCode = 1
}

try {
  await download()
  unpack()
} catch (error) {
  fail(whyNotFetched(error, { firstByteMs: FIRST_BYTE_MS, stallMs: STALL_MS }))
}

/** Into the package's cache; at once where it is there already. */
async function download() {
  const require = createRequire(join(electronFolder, 'package.json'))
  const { version } = require('./package.json')
  const { downloadArtifact, getHostArch } = await import(pathToFileURL(require.resolve('@electron/get')).href)
  const patience = createPatience()
  const progress = createProgress({
    isTerminal: stderr.isTTY === true,
    what: `Fetching Electron ${version} (once)`,
    write: (text) => stderr.write(text),
  })
  try {
    await downloadArtifact({
      version,
      artifactName: 'electron',
      cacheRoot: env.electron_config_cache,
      checksums:
        env.electron_use_remote_checksums || env.npm_config_electron_use_remote_checksums
          ? undefined
          : require('./checksums.json'),
      platform: env.ELECTRON_INSTALL_PLATFORM || env.npm_config_platform || process.platform,
      arch: env.ELECTRON_INSTALL_ARCH || env.npm_config_arch || getHostArch(),
      downloadOptions: {
        quiet: true,
        signal: patience.signal,
        getProgressCallback(state) {
          patience.renew()
          progress(state)
        },
      },
    })
  } finally {
    patience.end()
  }
}

function createPatience() {
  const controller = new AbortController()
  const giveUp = (reason) => controller.abort(reason)
  let timer = setTimeout(giveUp, FIRST_BYTE_MS, NO_ANSWER)
  return {
    signal: controller.signal,
    renew() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, STALL_MS, STALLED)
    },
    end: () => clearTimeout(timer),
  }
}

/** Quietly: what it would say of a fault is a stack. */
function unpack() {
  const { status } = spawnSync(process.execPath, [join(electronFolder, 'install.js')], { stdio: 'ignore' })
  if (status !== 0) fail('its archive could not be unpacked')
}
