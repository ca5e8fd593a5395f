import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { utf8 } from '../../shared/kit/index.ts'
import { keepAs, writeDurably } from './durable.ts'
import { notWritten } from './faults.ts'
import { nodeVaultFs, withRetries, type VaultFs } from './fs.ts'
import { steppedFs, systemError, type Hooks } from './testing/stepped-fs.ts'
import { stillClock, systemRandom, temporaryFolder } from './testing/vaults.ts'

const real = nodeVaultFs(stillClock(), 'linux')
let dir: string
let path: string
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
  path = join(dir, 'file')
})
const withHooks = (hooks: Hooks) => ({ fs: steppedFs(real, dir, hooks), random: systemRandom })
const text = async (name: string) => readFile(join(dir, name), 'utf8')

describe('a durable write', () => {
  test('is complete and synced before it takes the name, and the name is synced last', async () => {
    const steps: string[] = []
    await writeDurably(withHooks({ before: ({ name }) => void steps.push(name) }), { path, bytes: utf8('new') })
    expect(steps).toEqual([
      'create ./file.*.tmp',
      'write ./file.*.tmp',
      'sync ./file.*.tmp',
      'close ./file.*.tmp',
      'read ./file.*.tmp',
      'rename ./file',
      'syncDir .',
    ])
    expect(await text('file')).toBe('new')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('goes on until a disk that takes three bytes at a time has taken all', async () => {
    await writeDurably(withHooks({ take: () => 3 }), { path, bytes: utf8('ten letters') })
    expect(await text('file')).toBe('ten letters')
  })

  test('of a disk that takes nothing and says nothing is a failure, not an endless loop', async () => {
    const work = writeDurably(withHooks({ take: () => 0 }), { path, bytes: utf8('x') })
    expect(notWritten(await work.catch((error: unknown) => error))).toMatchObject({
      reason: 'failed',
      outcome: 'unchanged',
    })
  })

  test('that comes back from the disk as something else takes no name', async () => {
    await writeFile(path, 'old')
    const spoiling: VaultFs = { ...real, read: async () => utf8('nev') }
    const work = writeDurably({ fs: spoiling, random: systemRandom }, { path, bytes: utf8('new') })
    expect(notWritten(await work.catch((error: unknown) => error))).toMatchObject({
      reason: 'reread',
      outcome: 'unchanged',
    })
    expect(await readdir(dir)).toEqual(['file'])
    expect(await text('file')).toBe('old')
  })

  test('says that the old certainly stands up to the rename, and after it that nobody knows', async () => {
    const outcomes = new Map<string, string>()
    for (const step of [
      'create ./file.*.tmp',
      'write ./file.*.tmp',
      'sync ./file.*.tmp',
      'read ./file.*.tmp',
      'rename ./file',
      'syncDir .',
    ]) {
      const hooks = withHooks({
        before({ name }) {
          if (name === step) throw systemError('EIO')
        },
      })
      const error = await writeDurably(hooks, { path, bytes: utf8(step) }).catch((error: unknown) => error)
      outcomes.set(step.split(' ')[0]!, notWritten(error).outcome)
    }
    expect(Object.fromEntries(outcomes)).toEqual({
      create: 'unchanged',
      write: 'unchanged',
      sync: 'unchanged',
      read: 'unchanged',
      rename: 'unknown',
      syncDir: 'unknown',
    })
    expect((await readdir(dir)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test.each([
    ['ENOSPC', 'full'],
    ['EDQUOT', 'full'],
    ['EACCES', 'denied'],
    ['EROFS', 'denied'],
    ['EIO', 'failed'],
  ])('refused with %s is told as %s', async (errno, reason) => {
    const hooks = withHooks({
      before() {
        throw systemError(errno)
      },
    })
    const error = await writeDurably(hooks, { path, bytes: utf8('x') }).catch((error: unknown) => error)
    expect(notWritten(error)).toEqual({ code: 'not-written', reason, errno, outcome: 'unchanged' })
  })

  test('that fails by a mistake of ours is not taken for a failure of the disk', async () => {
    const hooks = withHooks({
      before() {
        throw new TypeError('a mistake')
      },
    })
    const error = await writeDurably(hooks, { path, bytes: utf8('x') }).catch((error: unknown) => error)
    expect(() => notWritten(error)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }))
  })
})

describe('keeping a file under a second name', () => {
  test('replaces what had that name, and the first name never goes', async () => {
    await writeFile(path, 'new')
    await writeFile(join(dir, 'kept'), 'old')
    await keepAs({ ...withHooks({}), layout: undefined as never }, path, join(dir, 'kept'), 100)
    expect(await text('kept')).toBe('new')
    expect(await readdir(dir)).toEqual(['file', 'kept'])
  })

  test('done again leaves no third name behind, though rename(2) then does nothing', async () => {
    await writeFile(path, 'new')
    for (let i = 0; i < 2; i++)
      await keepAs({ ...withHooks({}), layout: undefined as never }, path, join(dir, 'kept'), 100)
    expect(await readdir(dir)).toEqual(['file', 'kept'])
  })

  test.each(['EPERM', 'EOPNOTSUPP', 'ENOSYS'])(
    'copies where the file system answers %s to hard links',
    async (errno) => {
      await writeFile(path, 'new')
      const hooks = withHooks({
        before({ name }) {
          if (name.startsWith('link')) throw systemError(errno)
        },
      })
      await keepAs({ ...hooks, layout: undefined as never }, path, join(dir, 'kept'), 100)
      expect([await text('file'), await text('kept')]).toEqual(['new', 'new'])
      expect((await stat(path)).ino).not.toBe((await stat(join(dir, 'kept'))).ino)
    },
  )

  test('of a file that is not there changes nothing', async () => {
    await keepAs({ ...withHooks({}), layout: undefined as never }, path, join(dir, 'kept'), 100)
    expect(await readdir(dir)).toEqual([])
  })
})

describe('the real file system', () => {
  test('reads no more than it may, and tells absent from too large', async () => {
    await writeFile(path, 'ten letters')
    expect(await real.read(path, 11)).toEqual(Buffer.from('ten letters'))
    expect(await real.read(path, 10)).toBe('too-large')
    expect(await real.read(join(dir, 'other'), 10)).toBe('absent')
    await expect(real.read(dir, 10)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) })
  })

  test('makes folders and files for their owner alone', async () => {
    await real.makeDir(join(dir, 'a/b'))
    expect((await stat(join(dir, 'a'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(dir, 'a/b'))).mode & 0o777).toBe(0o700)
    await (await real.create(path)).close()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  test('creates nothing through a link that someone put in the way', async () => {
    await mkdir(join(dir, 'elsewhere'))
    await symlink(join(dir, 'elsewhere/target'), path)
    await expect(real.create(path)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(await readdir(join(dir, 'elsewhere'))).toEqual([])
  })

  test('finds nothing in a folder that is not there, and removes what is not there without a word', async () => {
    expect(await real.list(join(dir, 'no'))).toEqual([])
    await real.remove(join(dir, 'no'))
    await real.removeDir(join(dir, 'no'))
  })
})

describe('on Windows', () => {
  test('a name held by a virus scanner for half a second is waited for, and longer is a failure', async () => {
    const clock = new FakeClock()
    let refusals = 0
    const busy: VaultFs = {
      ...real,
      async rename() {
        refusals += 1
        if (refusals <= 5) throw systemError('EBUSY')
      },
      async remove() {
        throw systemError('EPERM')
      },
    }
    const fs = withRetries(busy, clock)
    const renamed = fs.rename('a', 'b')
    const removed = fs.remove('a').catch((error: unknown) => error)
    for (let i = 0; i < 100; i++) await clock.advance(10)
    await renamed
    expect(refusals).toBe(6)
    expect(await removed).toMatchObject({ code: 'EPERM' })
  })

  test('what fails for another reason is not tried again', async () => {
    const full: VaultFs = { ...real, link: () => Promise.reject(systemError('ENOSPC')) }
    await expect(withRetries(full, new FakeClock()).link('a', 'b')).rejects.toMatchObject({ code: 'ENOSPC' })
  })
})
