/**
 * moto's server of one's own: installed from PyPI into a cache folder, on a free port of this computer. It ends with its own
 * pipe, so with whoever started it.
 */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const RELEASE = '5.2.5'

const run = promisify(execFile)
const CACHE = process.env['LATCHKEY_INTEROP_CACHE'] ?? join(tmpdir(), 'latchkey-interop')
const VENV = join(CACHE, `moto-${RELEASE}`)
const INSTALL_MS = 170_000
const START_MS = 60_000

/** Installs it, or finds it installed. Answers why not, in a line for whoever reads that it was skipped. */
export async function install(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }> {
  const how = `python3 -m venv v && v/bin/pip install 'moto[server]==${RELEASE}'`
  const python = findPython()
  if (python === undefined) return { ok: false, why: `no Python 3.10 or newer with venv (then: ${how})` }
  if (existsSync(join(VENV, 'complete'))) return { ok: true }
  try {
    rmSync(VENV, { recursive: true, force: true })
    mkdirSync(CACHE, { recursive: true })
    const within = { timeout: INSTALL_MS, env: { ...process.env, PIP_RETRIES: '1', PIP_DEFAULT_TIMEOUT: '20' } }
    await run(python, ['-m', 'venv', VENV], within)
    const quiet = ['--quiet', '--disable-pip-version-check']
    await run(join(VENV, 'bin', 'pip'), ['install', ...quiet, `moto[server]==${RELEASE}`], within)
    writeFileSync(join(VENV, 'complete'), '')
    return { ok: true }
  } catch {
    return { ok: false, why: `moto could not be installed from PyPI (${how})` }
  }
}

function findPython(): string | undefined {
  const named = process.env['LATCHKEY_PYTHON']
  const names = named === undefined ? ['python3.12', 'python3.13', 'python3.11', 'python3'] : [named]
  const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < (3, 10))'
  return names.find((name) => spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0)
}

export interface MotoServer {
  readonly url: string
  /** An empty account. */
  reset(): Promise<void>
  dispose(): Promise<void>
}

export async function startServer(): Promise<MotoServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  // The shell ends the server when its own input ends, which it does with this process.
  const script = '"$0" -H 127.0.0.1 -p "$1" >/dev/null 2>&1 & server=$!; cat >/dev/null; kill $server; wait $server'
  const child = spawn('sh', ['-c', script, join(VENV, 'bin', 'moto_server'), String(port)], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const reset = async () => {
    await fetch(`${url}/moto-api/reset`, { method: 'POST', signal: AbortSignal.timeout(5000) })
  }
  await untilAnswers(reset)
  return {
    url,
    reset,
    async dispose() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** A real server on a real clock: there is no event to wait for but that it answers. */
async function untilAnswers(ask: () => Promise<void>): Promise<void> {
  const until = Date.now() + START_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
