import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { systemClipboard } from './clipboard.ts'
import { clipboard } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

const raw = (format: string) => `electron application/osclipboard;format="${format}"`

beforeEach(() => {
  Object.assign(clipboard, { text: '', written: [], refusesItems: false })
})

describe('the clipboard', () => {
  it.each<[NodeJS.Platform, Record<string, string | number[]>]>([
    ['linux', { [raw('x-kde-passwordManagerHint')]: 'secret' }],
    ['freebsd', { [raw('x-kde-passwordManagerHint')]: 'secret' }],
    ['darwin', { [raw('org.nspasteboard.ConcealedType')]: '' }],
    [
      'win32',
      {
        [raw('ExcludeClipboardContentFromMonitorProcessing')]: '1',
        [raw('CanIncludeInClipboardHistory')]: [0, 0, 0, 0],
        [raw('CanUploadToCloudClipboard')]: [0, 0, 0, 0],
      },
    ],
  ])('is asked on %s to keep a code out of its histories, in the same write', async (platform, hints) => {
    await systemClipboard(platform, new MemoryLog()).write('123456')
    expect(clipboard.written).toHaveLength(1)
    const items = await Promise.all(
      Object.entries(clipboard.written[0]!).map(async ([type, value]) => [
        type,
        typeof value === 'string' ? value : [...new Uint8Array(await value.arrayBuffer())],
      ]),
    )
    expect(Object.fromEntries(items)).toEqual({ 'text/plain': '123456', ...hints })
  })

  it('gets the code without hints where the system refuses them, and the log says so without the code', async () => {
    const log = new MemoryLog()
    clipboard.refusesItems = true
    await systemClipboard('linux', log).write('123456')
    expect(clipboard.text).toBe('123456')
    expect(log.lines).toEqual([{ level: 'error', event: 'clipboard.hints-refused', facts: { platform: 'linux' } }])
  })

  it('is cleared if it still holds our text, and left alone if the person copied something else since', async () => {
    const own = systemClipboard('linux', new MemoryLog())
    await own.write('123456')
    await own.clearIf('123456')
    expect(clipboard.text).toBe('')
    await own.write('123456')
    clipboard.text = 'a shopping list'
    await own.clearIf('123456')
    expect(clipboard.text).toBe('a shopping list')
  })
})
