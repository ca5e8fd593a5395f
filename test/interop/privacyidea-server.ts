/**
 * A real privacyIDEA of one's own: installed from PyPI with the release's pinned requirements into a cache folder, its data in
 * a temporary one, on a free port of this computer. It ends with its own pipe, so with whoever started it.
 */
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const RELEASE = '3.14'
export const ADMIN = { user: 'admin', password: 'administrator of the tests' }
export const PASSWORD = 'correct horse'
/** `sha512_crypt` of `PASSWORD`: privacyIDEA refuses other kinds than crypt's. */
const PASSWORD_HASH =
  '$6$rounds=1000$latchkeytests$367eIPmHugfsf9ufTZYnv33E67qf7SvnzfqJCs.dmdwALBOdabcmWpmCKvLdOk1CE3uJhG7tepUtEgcXdmwj/1'
export const USERS = ['alice', 'bob', 'carol'] as const
export const REALM = 'test'

const run = promisify(execFile)
const CACHE = process.env['LATCHKEY_INTEROP_CACHE'] ?? join(tmpdir(), 'latchkey-interop')
const VENV = join(CACHE, `privacyidea-${RELEASE}`)
/** Keys and an empty database with its administrator, which take longest to make. */
const TEMPLATE = join(CACHE, `privacyidea-${RELEASE}-data`)
const INSTALL_MS = 170_000

/** A Python that privacyIDEA runs on, if there is one here. */
export function findPython(): string | undefined {
  const named = process.env['LATCHKEY_PYTHON']
  const names = named === undefined ? ['python3.12', 'python3.11', 'python3.13', 'python3'] : [named]
  return names.find((name) => {
    const check = 'import sys, venv, ensurepip; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))'
    return spawnSync(name, ['-c', check], { stdio: 'ignore' }).status === 0
  })
}

/** Installs it, or finds it installed. Answers why not, in a line for whoever reads that it was skipped. */
export async function install(): Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }> {
  const how = `python3 -m venv v && v/bin/pip install --no-deps privacyidea==${RELEASE} && v/bin/pip install --no-deps -r v/lib/privacyidea/requirements.txt`
  const python = findPython()
  if (python === undefined) return { ok: false, why: `no Python 3.10 to 3.14 with venv (then: ${how})` }
  if (existsSync(join(VENV, 'bin', 'pi-manage')) && existsSync(join(VENV, 'complete'))) return { ok: true }
  const pip = join(VENV, 'bin', 'pip')
  const quiet = ['--quiet', '--disable-pip-version-check', '--no-deps']
  try {
    rmSync(VENV, { recursive: true, force: true })
    mkdirSync(CACHE, { recursive: true })
    const within = { timeout: INSTALL_MS, env: { ...process.env, PIP_RETRIES: '1', PIP_DEFAULT_TIMEOUT: '20' } }
    await run(python, ['-m', 'venv', VENV], within)
    await run(pip, ['install', ...quiet, `privacyidea==${RELEASE}`], within)
    const pinned = join(VENV, 'lib', 'privacyidea', 'requirements.txt')
    await run(pip, ['install', ...quiet, '--require-hashes', '-r', pinned], within)
    writeFileSync(join(VENV, 'complete'), '')
    return { ok: true }
  } catch {
    return { ok: false, why: `privacyIDEA could not be installed from PyPI (${how})` }
  }
}

export interface PrivacyIdeaServer {
  readonly port: number
  readonly url: string
  /** What `pi-manage` prints. */
  manage(...words: readonly string[]): Promise<string>
  /** The administrator's own call, past Latchkey; throws unless the server did it. */
  api(method: 'GET' | 'POST' | 'DELETE', path: string, body?: Readonly<Record<string, unknown>>): Promise<unknown>
  /** Puts tokens of a file into the store (OATH CSV). */
  load(csv: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  dispose(): Promise<void>
}

export async function startServer(): Promise<PrivacyIdeaServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-privacyidea-'))
  const data = join(folder, 'data')
  const config = join(folder, 'pi.cfg')
  const env = { ...process.env, PRIVACYIDEA_CONFIGFILE: config, PRIVACYIDEA_CONFIGPATH: config }
  writeFileSync(config, configOf(data))
  const manage = async (...words: readonly string[]) => {
    const { stdout } = await run(join(VENV, 'bin', 'pi-manage'), words, { env, timeout: 60_000 })
    return stdout
  }
  await makeData(data, manage)
  writeFileSync(join(folder, 'users'), USERS.map((name, i) => passwdLine(name, 1001 + i)).join('\n') + '\n')
  const port = await freePort()
  const url = `http://localhost:${port}`
  let child: ChildProcess | undefined
  let jwt: string | undefined

  const api: PrivacyIdeaServer['api'] = async (method, path, body) => {
    jwt ??= await signIn(port)
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { 'pi-authorization': jwt, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const { result } = (await answer.json()) as { result: { status: boolean; value?: unknown } }
    if (!result.status) throw new Error(`${method} ${path}: ${JSON.stringify(result)}`)
    return result.value
  }
  const start = async () => {
    // The shell ends the server when its own input ends, which it does with this process.
    const script = '"$0" run -h 127.0.0.1 -p "$1" >"$2" 2>&1 & server=$!; cat >/dev/null; kill $server; wait $server'
    const log = join(folder, 'server.log')
    child = spawn('sh', ['-c', script, join(VENV, 'bin', 'pi-manage'), String(port), log], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    await untilAnswers(port)
  }
  const stop = async () => {
    const running = child
    child = undefined
    if (!running) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.stdin?.end()
    await ended
  }
  await start()
  await api('POST', '/resolver/people', { type: 'passwdresolver', fileName: join(folder, 'users') })
  await api('POST', `/realm/${REALM}`, { resolvers: 'people' })
  await api('POST', `/defaultrealm/${REALM}`)

  return {
    port,
    url,
    manage,
    api,
    start,
    stop,
    async load(csv) {
      const form = new FormData()
      form.append('type', 'oathcsv')
      form.append('tokenrealms', REALM)
      form.append('file', new Blob([csv]), 'tokens.csv')
      const headers = { 'pi-authorization': await signIn(port) }
      const answer = await fetch(`http://127.0.0.1:${port}/token/load/tokens.csv`, {
        method: 'POST',
        headers,
        body: form,
      })
      if (!answer.ok) throw new Error(`loading tokens: ${await answer.text()}`)
    },
    async dispose() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const configOf = (data: string) => `
SUPERUSER_REALM = ['super']
SQLALCHEMY_DATABASE_URI = 'sqlite:///${data}/data.sqlite'
SECRET_KEY = 'a key of the tests, and of nobody else'
PI_PEPPER = 'a pepper of the tests'
PI_ENCFILE = '${data}/enckey'
PI_AUDIT_KEY_PRIVATE = '${data}/private.pem'
PI_AUDIT_KEY_PUBLIC = '${data}/public.pem'
PI_LOGFILE = '${data}/privacyidea.log'
PI_LOGLEVEL = 40
`

async function makeData(data: string, manage: PrivacyIdeaServer['manage']): Promise<void> {
  if (!existsSync(TEMPLATE)) {
    mkdirSync(data, { recursive: true })
    await manage('setup', 'create_enckey')
    await manage('setup', 'create_audit_keys')
    await manage('setup', 'create_tables')
    await manage('admin', 'add', ADMIN.user, '-p', ADMIN.password)
    const half = `${TEMPLATE}.${process.pid}`
    cpSync(data, half, { recursive: true })
    renameSync(half, TEMPLATE)
    return
  }
  cpSync(TEMPLATE, data, { recursive: true })
}

const passwdLine = (name: string, id: number) =>
  `${name}:${PASSWORD_HASH}:${id}:1000:${name} Example,,+44 20 7946 0${id},,${name}@example.com:/home/${name}:/bin/sh`

async function signIn(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: ADMIN.user, password: ADMIN.password }),
  })
  const { result } = (await answer.json()) as { result: { value: { token: string } } }
  return result.value.token
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
async function untilAnswers(port: number): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/auth`, { method: 'POST', signal: AbortSignal.timeout(5000) })
      return
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
