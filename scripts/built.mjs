// Builds what is older than its sources, so that `npm start` and the command line always run what is in the tree.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const newest = (path) => {
  const stat = statSync(join(root, path), { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => !entry.name.includes('.test.'))
    .reduce((latest, entry) => Math.max(latest, newest(join(path, entry.name))), 0)
}

const ENVIRONMENTS = {
  client: { output: 'dist/renderer/index.html', sources: ['renderer', 'shared'] },
  node: { output: 'dist/node/browser.js', sources: ['electron', 'shared'] },
  main: { output: 'dist/electron/main.js', sources: ['electron', 'shared'] },
  preload: {
    output: 'dist/preload/preload.cjs',
    sources: ['electron/preload.ts', 'electron/shells/desktop/page-api.ts'],
  },
}

/** Builds those of `environments` that are stale. Ends the process with the build's exit code where it fails. */
export function ensureBuilt(environments = Object.keys(ENVIRONMENTS)) {
  const common = newest('package.json') > 0 ? Math.max(newest('vite.config.ts'), newest('package-lock.json')) : 0
  const stale = environments.filter((name) => {
    const { output, sources } = ENVIRONMENTS[name]
    return newest(output) < Math.max(common, ...sources.map(newest))
  })
  if (stale.length === 0) return
  process.stderr.write(`Building ${stale.join(', ')}…\n`)
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const build = spawnSync(process.execPath, [vite, 'build', '--app', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, LATCHKEY_BUILD: stale.join(',') },
  })
  if (build.status !== 0) process.exit(build.status ?? 1)
}
