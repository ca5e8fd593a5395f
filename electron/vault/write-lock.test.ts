import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { unlinkSync, writeFileSync } from 'node:fs'
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { stillClock, temporaryFolder } from './testing/vaults.ts'
import { findHolder, takeWriteLock, type LockOptions } from './write-lock.ts'

let dir: string
let options: LockOptions
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
  options = optionsFor(dir)
})
const optionsFor = (dir: string, label = 'test'): LockOptions => {
  return { dir, self: { pid: 4711, label }, clock: stillClock(), platform: process.platform }
}

/** Runs once, between the answer to the first question and what is done upon it: its deadline is cancelled then. */
function onFirstAnswer(run: () => void) {
  let isFirst = true
  return {
    now: () => 0,
    after: () => () => {
      if (isFirst) run()
      isFirst = false
    },
  }
}

/** A process that holds the same kind of name and is killed: its socket stays in the folder, dead. */
async function leaveDeadSocket(path: string) {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('listening')); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe('the right to write', () => {
  test('is had by one, and others are told by whom', async () => {
    const first = await takeWriteLock(options)
    expect(first.ok).toBe(true)
    expect(await takeWriteLock(optionsFor(dir, 'second'))).toEqual({
      ok: false,
      error: { why: 'held', holder: { pid: 4711, label: 'test' } },
    })
    expect(await findHolder(options)).toEqual({ holder: { pid: 4711, label: 'test' } })
    if (first.ok) await first.value.release()
    expect(await findHolder(options)).toBeUndefined()
    const again = await takeWriteLock(options)
    expect(again.ok).toBe(true)
    if (again.ok) await again.value.release()
  })

  test('ends with the process, even by kill -9, and its dead socket is passed by', async () => {
    await leaveDeadSocket(join(dir, 'writer.1'))
    expect(await readdir(dir)).toEqual(['writer.1'])
    expect(await findHolder(options)).toBeUndefined()
    const taken = await takeWriteLock(options)
    expect(taken.ok).toBe(true)
    expect(await readdir(dir)).toEqual(['writer.1', 'writer.2'])
    if (taken.ok) await taken.value.release()
  })

  test('is never had by two of a hundred that want it at once', async () => {
    for (let round = 0; round < 10; round++) {
      const all = await Promise.all(Array.from({ length: 10 }, () => takeWriteLock(options)))
      const winners = all.flatMap((taken) => (taken.ok ? [taken.value] : []))
      expect(winners.length).toBeLessThanOrEqual(1)
      for (const winner of winners) await winner.release()
    }
    const after = await takeWriteLock(options)
    expect(after.ok).toBe(true)
    if (after.ok) await after.value.release()
  })

  test('is given up by who bound a name and then finds a lower one alive: it was bound and not yet listening when it was asked', async () => {
    await writeFile(join(dir, 'writer.1'), '')
    const lower = createServer((socket) => socket.end('{"pid":1,"label":"lower"}'))
    const clock = onFirstAnswer(() => {
      unlinkSync(join(dir, 'writer.1'))
      lower.listen(join(dir, 'writer.1'))
    })
    const taken = await takeWriteLock({ ...options, clock })
    expect(taken).toEqual({ ok: false, error: { why: 'held', holder: { pid: 1, label: 'lower' } } })
    // Above the one that holds it is now the name of a step back, and it is found all the same.
    expect(await readdir(dir)).toEqual(['writer.1', 'writer.3'])
    expect(await findHolder(options)).toEqual({ holder: { pid: 1, label: 'lower' } })
    lower.close()
  })

  test('is sought again by who bound a name and then finds that time went on', async () => {
    await writeFile(join(dir, 'writer.1'), '')
    const clock = onFirstAnswer(() => writeFileSync(join(dir, 'writer.7'), ''))
    const taken = await takeWriteLock({ ...options, clock })
    expect(taken.ok).toBe(true)
    expect((await stat(join(dir, 'writer.8'))).isSocket()).toBe(true)
    if (taken.ok) await taken.value.release()
  })

  test('leaves a few names behind and no more', async () => {
    for (let i = 0; i < 12; i++) {
      const taken = await takeWriteLock(options)
      expect(taken.ok).toBe(true)
      if (taken.ok) await taken.value.release()
    }
    expect((await readdir(dir)).length).toBeLessThanOrEqual(5)
  })

  test('works in a folder whose name is far too long for a socket', async () => {
    const short = join(dir, 't')
    await mkdir(short)
    vi.stubEnv('TMPDIR', short)
    onTestFinished(() => void vi.unstubAllEnvs())
    const deep = join(dir, 'a'.repeat(120), 'b'.repeat(120))
    await mkdir(deep, { recursive: true })
    const taken = await takeWriteLock(optionsFor(deep, 'deep'))
    expect(taken.ok).toBe(true)
    expect((await stat(join(deep, 'writer.1'))).isSocket()).toBe(true)
    expect(await takeWriteLock(optionsFor(deep))).toMatchObject({ error: { why: 'held', holder: { label: 'deep' } } })
    expect(await findHolder(optionsFor(deep))).toMatchObject({ holder: { label: 'deep' } })
    if (taken.ok) await taken.value.release()
    expect(await findHolder(optionsFor(deep))).toBeUndefined()
    expect((await readdir(short)).filter((name) => name.startsWith('latchkey-'))).toEqual([])
  })

  test('of a folder that is not there can be had by nobody, and is held by nobody', async () => {
    expect(await takeWriteLock(optionsFor(join(dir, 'no')))).toEqual({ ok: false, error: { why: 'not-writable' } })
    expect(await findHolder(optionsFor(join(dir, 'no')))).toBeUndefined()
  })

  test.each([
    ['no JSON', 'hello'],
    ['another shape', '{"pid":"1","label":1}'],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['nothing', ''],
  ])('is held by a stranger whose answer is %s', async (_, answer) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.end(answer)
    })
    server.listen(join(dir, 'writer.3'))
    await once(server, 'listening')
    expect(await takeWriteLock(options)).toEqual({ ok: false, error: { why: 'held', holder: undefined } })
    server.close()
  })

  test('is held by a process that is stopped and answers nothing, once a second has passed', async () => {
    const server = createServer(() => undefined)
    server.listen(join(dir, 'writer.1'))
    await once(server, 'listening')
    let deadline: (() => void) | undefined
    const clock = {
      now: () => 0,
      after(delayMs: number, run: () => void) {
        expect(delayMs).toBe(1000)
        deadline = run
        return () => undefined
      },
    }
    const taking = takeWriteLock({ ...options, clock })
    await once(server, 'connection')
    deadline!()
    expect(await taking).toEqual({ ok: false, error: { why: 'held', holder: undefined } })
    server.close()
  })

  test("shows of a holder's name only what can be printed, and not all of a long one", async () => {
    const taken = await takeWriteLock(optionsFor(dir, `cli\u001b[31m${'x'.repeat(200)}`))
    const refused = await takeWriteLock(options)
    expect(refused).toMatchObject({ error: { holder: { label: `cli[31m${'x'.repeat(57)}` } } })
    if (taken.ok) await taken.value.release()
  })
})
