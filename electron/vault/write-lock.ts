/**
 * One process writes a vault. It holds a socket in the vault's folder (a named pipe on Windows), which the kernel closes with
 * the process, however that ends; whoever connects is told who holds it.
 *
 * A Unix socket's name stays behind when its process is killed, and removing a dead name to take it over is a race.
 * So names are numbered, and only ever taken upwards: `writer.7` is dead, `writer.8` is bound, which one process alone can do.
 * A release leaves an empty file as the next number, so that no number is ever bound twice. Whoever has bound a name looks again: a higher name, or a lower one
 * that answers after all (bound but not yet listening when it was asked), makes it step back. Two that meet may both step
 * back; two never both stay: the one with the lower name looked after it listened, so the other's name, had it been
 * bound by then, would have been seen, and if it was bound later then its own look finds the lower one listening.
 */
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, realpath, rmdir, symlink, unlink, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok, utf8, type Clock, type Result } from '../../shared/kit/index.ts'
import { errnoOf, type Holder } from './faults.ts'

export interface WriteLock {
  release(): Promise<void>
}

export interface LockOptions {
  readonly dir: string
  readonly self: Holder
  readonly clock: Clock
  readonly platform: NodeJS.Platform
}

/** `holder` is unknown where another process holds it and does not say who it is. */
export type NotTaken = { readonly why: 'held'; readonly holder: Holder | undefined } | { readonly why: 'not-writable' }

const TRIES = 20
/** Older names are kept for a while: a process that looked long ago must find that time went on. */
const KEPT_NAMES = 4
/** sun_path has 108 bytes on Linux, 104 on macOS, and libuv cuts longer names off without a word. */
const SOCKET_PATH_LIMIT_BYTES = 100
const ANSWER_DEADLINE_MS = 1000
const ANSWER_LIMIT = 1024

export async function takeWriteLock(options: LockOptions): Promise<Result<WriteLock, NotTaken>> {
  try {
    return await (options.platform === 'win32' ? takePipe(options) : takeSocket(options))
  } catch (error) {
    if (errnoOf(error) === undefined) throw error
    return err({ why: 'not-writable' })
  }
}

/** Who writes now, if anyone: `{ holder: undefined }` where someone does and does not say who. */
export async function findHolder({
  dir,
  clock,
  platform,
}: LockOptions): Promise<{ holder: Holder | undefined } | undefined> {
  if (platform === 'win32') return answered(await ask(await pipeName(dir), clock))
  const numbers = await numbersIn(dir)
  if (numbers.length === 0) return undefined
  const reach = await reachable(dir)
  try {
    return answered(await askAll(reach, numbers, clock))
  } finally {
    await reach.done()
  }
}

const answered = (answer: Answer) => (answer.isAlive ? { holder: answer.holder } : undefined)

async function takeSocket({ dir, self, clock }: LockOptions): Promise<Result<WriteLock, NotTaken>> {
  const reach = await reachable(dir)
  for (let tries = 0; tries < TRIES; tries++) {
    const numbers = await numbersIn(dir)
    const present = await askAll(reach, numbers, clock)
    if (present.isAlive) {
      await reach.done()
      return err({ why: 'held', holder: present.holder })
    }
    const mine = (numbers.at(-1) ?? 0) + 1
    const server = await listen(reach.path(mine), self).catch(async (error: unknown) => {
      if (errnoOf(error) === 'EADDRINUSE') return undefined
      await reach.done()
      throw error
    })
    if (server === undefined) continue
    const release = async () => {
      await writeFile(namePath(dir, mine + 1), '', { flag: 'wx', mode: 0o600 }).catch(() => undefined)
      await close(server)
    }
    if (await isAlone(dir, mine, reach, clock)) {
      return ok({
        async release() {
          await release()
          await reach.done()
        },
      })
    }
    await release()
  }
  await reach.done()
  return err({ why: 'held', holder: undefined })
}

async function isAlone(dir: string, mine: number, reach: Reach, clock: Clock): Promise<boolean> {
  const numbers = await numbersIn(dir)
  if (numbers.at(-1) !== mine) return false
  if ((await askAll(reach, numbers.slice(0, -1), clock)).isAlive) return false
  for (const old of numbers.filter((number) => number <= mine - KEPT_NAMES))
    await unlink(namePath(dir, old)).catch(() => undefined)
  return true
}

/** The first that answers, from the highest down: above a holder there may be names of others who stepped back. */
async function askAll(reach: Reach, numbers: readonly number[], clock: Clock): Promise<Answer> {
  for (const number of numbers.toReversed()) {
    const answer = await ask(reach.path(number), clock)
    if (answer.isAlive) return answer
  }
  return DEAD
}

const namePath = (dir: string, number: number) => join(dir, `writer.${number}`)

async function numbersIn(dir: string): Promise<number[]> {
  const names = await readdir(dir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  return names
    .flatMap((name) => /^writer\.([1-9]\d{0,14})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b)
}

interface Reach {
  path(number: number): string
  done(): Promise<void>
}

/** Names short enough for a socket: the folder's own, or through a link to it in a fresh folder that only we can change. */
async function reachable(dir: string): Promise<Reach> {
  const fits = (folder: string) =>
    Buffer.byteLength(namePath(folder, Number.MAX_SAFE_INTEGER)) <= SOCKET_PATH_LIMIT_BYTES
  if (fits(dir)) return { path: (number) => namePath(dir, number), done: () => Promise.resolve() }
  const roof = [tmpdir(), '/tmp'].find((folder) => fits(join(folder, 'latchkey-XXXXXX', 'd')))
  if (roof === undefined) throw Object.assign(new Error('no short name for a socket'), { code: 'ENAMETOOLONG' })
  const own = await mkdtemp(join(roof, 'latchkey-'))
  const link = join(own, 'd')
  await symlink(await realpath(dir), link)
  return {
    path: (number) => namePath(link, number),
    async done() {
      // A cleaner of temporary folders may have been here before.
      await unlink(link).catch(() => undefined)
      await rmdir(own).catch(() => undefined)
    },
  }
}

async function takePipe({ dir, self, clock }: LockOptions): Promise<Result<WriteLock, NotTaken>> {
  const name = await pipeName(dir)
  try {
    // libuv asks for the pipe's first instance, so a second process is refused.
    const server = await listen(name, self)
    return ok({ release: () => close(server) })
  } catch (error) {
    if (errnoOf(error) !== 'EADDRINUSE') throw error
    const { holder } = await ask(name, clock)
    return err({ why: 'held', holder })
  }
}

const pipeName = async (dir: string) =>
  `\\\\.\\pipe\\latchkey-${createHash('sha256')
    .update((await realpath(dir)).toLowerCase())
    .digest('hex')
    .slice(0, 32)}`

function listen(path: string, self: Holder): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.end(utf8(JSON.stringify({ pid: self.pid, label: self.label })), () => socket.destroy())
  })
  // Holding the lock is no reason to keep a command line running.
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve(server)
    })
  })
}

const close = (server: Server) => new Promise<void>((resolve) => void server.close(() => resolve()))

interface Answer {
  readonly isAlive: boolean
  readonly holder: Holder | undefined
}

const DEAD: Answer = { isAlive: false, holder: undefined }
/** Nobody listens, the name is gone, or it is the empty file of a release. */
const NOBODY = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'])

/** Anything but a clear "nobody" counts as alive: a mistake then costs a right to write, not a vault. */
function ask(path: string, clock: Clock): Promise<Answer> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(path)
    const settle = (answer: Answer) => {
      cancel()
      socket.destroy()
      resolve(answer)
    }
    const cancel = clock.after(ANSWER_DEADLINE_MS, () => settle({ isAlive: true, holder: undefined }))
    socket.setEncoding('utf8')
    socket.on('data', (piece: string) => {
      text = (text + piece).slice(0, ANSWER_LIMIT)
    })
    socket.on('end', () => settle({ isAlive: true, holder: readHolder(text) }))
    socket.on('error', (error) =>
      settle(NOBODY.has(errnoOf(error) ?? '') ? DEAD : { isAlive: true, holder: readHolder(text) }),
    )
  })
}

function readHolder(text: string): Holder | undefined {
  try {
    const { pid, label } = JSON.parse(text) as { pid?: unknown; label?: unknown }
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || typeof label !== 'string') return undefined
    return { pid, label: label.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 64) }
  } catch {
    return undefined
  }
}
