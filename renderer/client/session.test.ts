import * as jsonRpc from 'vscode-jsonrpc/node'
import { describe, expect, test } from 'vitest'
import { memoryWire } from '../../test/support/memory-wire.ts'
import { electronWire, preloadOf, type PreloadApi } from './electron-wire.ts'
import { createSession } from './session.ts'

describe('a session', () => {
  test('of a wire that has closed watches nothing and ends nothing: the next one will', async () => {
    const [page] = memoryWire()
    const session = createSession(page, jsonRpc)
    page.close()
    const ends: unknown[] = []
    session.watch({ topic: 'vault', params: {}, onState() {}, onChanges() {}, onEnd: (error) => ends.push(error) })()
    await expect(
      session.call({ name: 'app.quit', signal: undefined, onProgress() {}, answer: () => undefined }, {}),
    ).rejects.toMatchObject({ error: { code: 'disconnected', changed: false } })
    expect(ends).toEqual([])
  })

  test('bears frames that are none', async () => {
    const [page, server] = memoryWire()
    const session = createSession(page, jsonRpc)
    server.onMessage((frame) => {
      const { id } = JSON.parse(frame) as { id: number }
      for (const bad of [
        '',
        '{',
        'null',
        '[]',
        '{"jsonrpc":"2.0","method":"$/cancelRequest"}',
        '{"jsonrpc":"2.0","method":"state"}',
      ]) {
        server.send(bad)
      }
      server.send(JSON.stringify({ jsonrpc: '2.0', id, result: { ok: true } }))
    })
    const open = { name: 'app.quit', signal: undefined, onProgress() {}, answer: () => undefined } as const
    expect(await session.call(open, {})).toEqual({ ok: true })
  })
})

describe('the wire over Electron’s IPC', () => {
  test('is made of the preload’s two functions, and closed carries nothing either way', () => {
    const sent: string[] = []
    let tell!: (frame: string) => void
    const preload: PreloadApi = { send: (frame) => sent.push(frame), onMessage: (listener) => void (tell = listener) }
    expect(preloadOf({ latchkey: preload })).toBe(preload)
    expect(preloadOf({})).toBeUndefined()
    const wire = electronWire(preload)
    const got: string[] = []
    let closings = 0
    wire.onMessage((frame) => got.push(frame))
    wire.onClose(() => closings++)
    wire.send('up')
    tell('down')
    wire.close()
    wire.close()
    wire.send('late')
    tell('late')
    wire.onClose(() => closings++)
    expect([sent, got, closings]).toEqual([['up'], ['down'], 2])
  })
})
