/** The reader on its thread, bundled as the program bundles it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { utf8 } from '../../../shared/kit/index.ts'
import { createImportReader } from '../index.ts'

const file = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../../test/fixtures/import/${name}`, import.meta.url)))
let dir: string
let workerFile: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'latchkey-import-'))
  workerFile = join(dir, 'worker.mjs')
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir: dir,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'worker.mjs' } },
    },
  })
}, 60_000)
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('reading on a worker', () => {
  test('gives what reading gives, and this thread is never held up by the key derivation', async () => {
    const read = createImportReader({ workerFile, clock: new FakeClock() })
    let longest = 0
    let before = performance.now()
    const ticks = setInterval(() => {
      longest = Math.max(longest, performance.now() - before)
      before = performance.now()
    }, 5)
    const found = await read(file('pykeepass-4-argon2.kdbx'), { password: 'hunter2 ü' })
    clearInterval(ticks)
    expect(found).toMatchObject({ ok: true, value: { format: 'kdbx', items: { length: 2 } } })
    expect(await read(file('ente-encrypted.txt'), { password: 'no' })).toMatchObject({
      error: { code: 'wrong-password' },
    })
    // Argon2 of that file takes ten times as long; the bound is for machines that do other things too.
    expect(longest).toBeLessThan(250)
  })

  test('ends when its time is over', async () => {
    const clock = new FakeClock()
    const waiting = createImportReader({ workerFile, clock })(file('ente-encrypted.txt'), { password: 'no' })
    await clock.advance(60_000)
    expect(await waiting).toEqual({ ok: false, error: { code: 'too-slow', seconds: 60 } })
  })

  test('ends when nobody waits any more', async () => {
    const stop = new AbortController()
    const waiting = createImportReader({ workerFile, clock: new FakeClock() })(
      file('ente-encrypted.txt'),
      { password: 'no' },
      stop.signal,
    )
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await expect(createImportReader({ workerFile, clock: new FakeClock() })(utf8(''), {}, stop.signal)).rejects.toThrow(
      'enough',
    )
  })
})
