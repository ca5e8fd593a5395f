import { afterEach, describe, expect, it, vi } from 'vitest'
import { FRAME_CHANNEL } from './page-api.ts'
import { exposed, ipcRenderer } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)
await import('../../preload.ts')

const api = exposed[0]![1] as {
  send(frame: unknown): unknown
  onMessage(listener: (...got: unknown[]) => void): unknown
}

afterEach(() => {
  ipcRenderer.sent.splice(0)
  ipcRenderer.removeAllListeners()
})

describe('what a page sees of Electron (item 20)', () => {
  it('is `latchkey`, with `send` and `onMessage`, and nothing else', () => {
    expect(exposed.map(([name, members]) => [name, Object.keys(members)])).toEqual([
      ['latchkey', ['send', 'onMessage']],
    ])
    expect(Object.values(exposed[0]![1]).every((member) => typeof member === 'function')).toBe(true)
  })

  it('answers nothing that could lead further', () => {
    expect(api.send('{}')).toBeUndefined()
    expect(api.onMessage(() => {})).toBeUndefined()
  })

  it('sends text on the one channel, and nothing but its first argument', () => {
    ;(api.send as (...given: unknown[]) => void)('{"a":1}', 'other-channel', {})
    expect(ipcRenderer.sent).toEqual([[FRAME_CHANNEL, '{"a":1}']])
  })

  it.each([[undefined], [null], [1], [{}], [['{}']], [new Uint8Array(1)], [Object('{}') as unknown], [() => '{}']])(
    'sends nothing that is not text: %j',
    (value) => {
      api.send(value)
      expect(ipcRenderer.sent).toEqual([])
    },
  )

  it('is told frames alone, never the event that they came with', () => {
    const got: unknown[][] = []
    api.onMessage((...given) => got.push(given))
    ipcRenderer.emit(FRAME_CHANNEL, { sender: ipcRenderer, ports: [{}] }, 'frame', 'more')
    ipcRenderer.emit(FRAME_CHANNEL, { sender: ipcRenderer }, { not: 'text' })
    ipcRenderer.emit('another', { sender: ipcRenderer }, 'frame')
    expect(got).toEqual([['frame']])
  })
})
