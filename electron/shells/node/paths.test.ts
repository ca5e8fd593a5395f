import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDataFolder, dataFolder, type DataFolderQuery } from './paths.ts'

const linux = { platform: 'linux', env: {}, homedir: '/home/ada', isDemo: false } as const
const mac = { platform: 'darwin', env: {}, homedir: '/Users/ada', isDemo: false } as const
const windows = { platform: 'win32', env: {}, homedir: 'C:\\Users\\ada', isDemo: false } as const

describe('the data folder', () => {
  it.each<[string, DataFolderQuery]>([
    ['/home/ada/.local/share/latchkey', linux],
    ['/home/ada/.local/share/latchkey-demo', { ...linux, isDemo: true }],
    ['/data/ada/latchkey', { ...linux, env: { XDG_DATA_HOME: '/data/ada' } }],
    ['/data/ada/latchkey-demo', { ...linux, env: { XDG_DATA_HOME: '/data/ada' }, isDemo: true }],
    ['/home/ada/.local/share/latchkey', { ...linux, env: { XDG_DATA_HOME: '' } }],
    ['/home/ada/.local/share/latchkey', { ...linux, env: { XDG_DATA_HOME: 'share' } }],
    ['/home/ada/.local/share/latchkey', { ...linux, env: { APPDATA: '/elsewhere' } }],
    ['/home/ada/.local/share/latchkey', { ...linux, platform: 'freebsd' }],
    ['/Users/ada/Library/Application Support/Latchkey', mac],
    ['/Users/ada/Library/Application Support/latchkey-demo', { ...mac, isDemo: true }],
    ['/Users/ada/Library/Application Support/Latchkey', { ...mac, env: { XDG_DATA_HOME: '/data' } }],
    ['D:\\Roaming\\Latchkey', { ...windows, env: { APPDATA: 'D:\\Roaming' } }],
    ['D:\\Roaming\\latchkey-demo', { ...windows, env: { APPDATA: 'D:\\Roaming' }, isDemo: true }],
    ['C:\\Users\\ada\\AppData\\Roaming\\Latchkey', windows],
    ['C:\\Users\\ada\\AppData\\Roaming\\Latchkey', { ...windows, env: { APPDATA: 'Roaming' } }],
    ['/srv/keys', { ...linux, override: '/srv/keys', env: { XDG_DATA_HOME: '/data' } }],
    ['/srv/keys/demo', { ...linux, override: '/srv/keys', isDemo: true }],
    ['E:\\keys\\demo', { ...windows, override: 'E:\\keys', isDemo: true }],
  ])('is %s', (expected, query) => {
    expect(dataFolder(query)).toBe(expected)
  })

  it.each([linux, mac, windows, { ...linux, override: '/srv/keys' }])('of the demo is never the real one', (query) => {
    expect(dataFolder({ ...query, isDemo: true })).not.toBe(dataFolder(query))
  })

  it.skipIf(process.platform === 'win32')(
    'is created for this user alone, with what is missing above it; one that exists keeps its mode',
    async () => {
      const parent = await mkdtemp(join(tmpdir(), 'latchkey-data-'))
      const folder = join(parent, 'share', 'latchkey')
      const modes = () =>
        Promise.all([folder, join(parent, 'share')].map(async (path) => (await stat(path)).mode & 0o777))
      await createDataFolder(folder)
      expect(await modes()).toEqual([0o700, 0o700])
      await chmod(folder, 0o750)
      await createDataFolder(folder)
      expect(await modes()).toEqual([0o750, 0o700])
      await rm(parent, { recursive: true })
    },
  )
})
