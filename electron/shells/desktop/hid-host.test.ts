import { beforeEach, describe, expect, it, vi } from 'vitest'
import { forkHidHost } from './hid-host.ts'
import { utilities } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

beforeEach(() => void utilities.splice(0))

const forked = () => {
  const channel = forkHidHost('/built/hid-host.js')
  return { channel, utility: utilities[0]! }
}

describe('the HID host of the desktop', () => {
  it('is a utility process without this one’s environment or options', () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'planted-secret')
    vi.stubEnv('NODE_OPTIONS', '--inspect')
    const [file, args, options] = forked().utility.given
    vi.unstubAllEnvs()
    expect([file, args]).toEqual(['/built/hid-host.js', []])
    expect(options).toMatchObject({ execArgv: [], stdio: 'ignore' })
    expect(Object.keys(options!.env!)).not.toContain('NODE_OPTIONS')
    expect(JSON.stringify(options)).not.toContain('planted-secret')
  })

  it('is spoken with by messages, and tells how it ended', () => {
    const { channel, utility } = forked()
    const heard: unknown[] = []
    channel.onMessage((message) => heard.push(message))
    channel.onExit((exit) => heard.push(exit))
    channel.post({ op: 'list', id: 1 })
    utility.emit('message', { op: 'hint' })
    utility.emit('exit', 11)
    expect(utility.sent).toEqual([{ op: 'list', id: 1 }])
    expect(heard).toEqual([{ op: 'hint' }, { code: 11 }])
  })

  it('is neither spoken with nor ended any more while it ends', () => {
    const { channel, utility } = forked()
    channel.onExit(() => {
      channel.post({ op: 'list', id: 1 })
      channel.kill()
    })
    utility.emit('exit', 11)
    expect([utility.sent, utility.isKilled]).toEqual([[], false])
  })

  it('that V8 gives up on does not take this process with it', () => {
    expect(() => forked().utility.emit('error', 'FatalError', 'place', 'report')).not.toThrow()
  })

  it('is ended at once, or as soon as there is a process to end', () => {
    const { channel, utility } = forked()
    utility.hasProcess = false
    channel.kill()
    expect(utility.isKilled).toBe(false)
    utility.hasProcess = true
    utility.emit('spawn')
    expect(utility.isKilled).toBe(true)
  })

  it('that is still wanted when its process comes is left alone', () => {
    const { utility } = forked()
    utility.emit('spawn')
    expect(utility.isKilled).toBe(false)
  })
})
