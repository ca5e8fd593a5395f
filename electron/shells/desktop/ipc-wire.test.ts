import { describe, expect, it } from 'vitest'
import { wireSuite } from '../../../test/suites/wire.ts'
import { electronWire } from '../../../renderer/client/electron-wire.ts'
import type { Wire } from '../../../shared/contract/index.ts'
import { serveWindow } from './ipc-wire.ts'
import { pageApi } from './page-api.ts'
import { PAGE_URL, type Frame } from './sender.ts'
import { FakeContents, FakeFrame } from './testing/fake-electron.ts'

type WirePair = Awaited<ReturnType<Parameters<typeof wireSuite>[1]>>

/** A window whose wires are kept, each with what came up on it and how often it was told of its end. */
function served() {
  const contents = new FakeContents()
  const wires: { readonly wire: Wire; readonly up: string[]; closings: number }[] = []
  serveWindow(contents.asElectron, (wire) => {
    const kept = { wire, up: [] as string[], closings: 0 }
    wires.push(kept)
    wire.onMessage((frame) => kept.up.push(frame))
    wire.onClose(() => (kept.closings += 1))
  })
  const down: unknown[] = []
  contents.onDown = (frame) => down.push(frame)
  return { contents, wires, down }
}

describe('the wire of a window', () => {
  it('begins with the page’s first frame, which is on it, and goes both ways', () => {
    const { contents, wires, down } = served()
    expect(wires).toHaveLength(0)
    contents.up('one')
    contents.up('two')
    wires[0]!.wire.send('three')
    expect([wires.length, wires[0]!.up, down]).toEqual([1, ['one', 'two'], ['three']])
  })

  it('keeps frames for whoever listens later, in their order', () => {
    const contents = new FakeContents()
    let wire!: Wire
    serveWindow(contents.asElectron, (given) => (wire = given))
    contents.up('one')
    contents.up('two')
    const got: string[] = []
    wire.onMessage((frame) => got.push(frame))
    contents.up('three')
    expect(got).toEqual(['one', 'two', 'three'])
  })

  it.each<[string, (contents: FakeContents) => [Frame | null, object?]]>([
    ['a frame that is gone', () => [null]],
    ['another main frame', () => [new FakeFrame()]],
    ['a frame within the page', ({ mainFrame }) => [new FakeFrame('app://bundle', mainFrame)]],
    ['other web contents', ({ mainFrame }) => [mainFrame, new FakeContents()]],
    [
      'a main frame that shows another page',
      ({ mainFrame }) => {
        mainFrame.origin = 'https://evil.example'
        return [mainFrame]
      },
    ],
  ])('has nothing of %s on it, and does not begin for it', (_what, sender) => {
    const { contents, wires } = served()
    contents.up('hostile', ...sender(contents))
    expect(wires).toHaveLength(0)
    contents.mainFrame = new FakeFrame()
    contents.up('ours')
    contents.up('hostile', ...sender(contents))
    expect(wires.map(({ up }) => up)).toEqual([['ours']])
  })

  it('has nothing of contents that are destroyed on it', () => {
    const { contents, wires } = served()
    contents.destroy()
    contents.up('late')
    expect(wires).toHaveLength(0)
  })

  it.each([[undefined], [null], [1], [{}], [['text']], [new Uint8Array(3)]])(
    'ends, with its document, at something that is not text: %j',
    (value) => {
      const { contents, wires } = served()
      contents.up('text')
      contents.up(value)
      expect([wires[0]!.up, wires[0]!.closings, contents.reloads]).toEqual([['text'], 1, 1])
    },
  )

  it.each<[string, (contents: FakeContents) => void]>([
    ['is reloaded', (contents) => contents.reload()],
    ['reloads itself', (contents) => void contents.navigate(PAGE_URL)],
    ['crashes', (contents) => contents.crash()],
    ['is destroyed', (contents) => contents.destroy()],
    ['is replaced by an error page', (contents) => contents.commit('chrome-error://chromewebdata/')],
  ])('closes once when the page %s, and neither sends nor receives after', (_what, end) => {
    const { contents, wires, down } = served()
    contents.up('before')
    end(contents)
    end(contents)
    wires[0]!.wire.send('after')
    wires[0]!.wire.close()
    expect([wires[0]!.up, wires[0]!.closings, down]).toEqual([['before'], 1, []])
    let late = 0
    wires[0]!.wire.onClose(() => (late += 1))
    expect(late).toBe(1)
  })

  it('is a new one for each new document', () => {
    const { contents, wires, down } = served()
    contents.up('first')
    contents.reload()
    contents.up('second')
    contents.crash()
    contents.reload()
    contents.up('third')
    wires[0]!.wire.send('to the first')
    wires[2]!.wire.send('to the third')
    expect(wires.map(({ up, closings }) => [up, closings])).toEqual([
      [['first'], 1],
      [['second'], 1],
      [['third'], 0],
    ])
    expect(down).toEqual(['to the third'])
  })

  it('takes nothing more from a document that is being left, even when the same frame goes on to the next', () => {
    const { contents, wires } = served()
    contents.up('first')
    contents.startNavigation(PAGE_URL)
    contents.up('last words')
    expect(wires.map(({ up }) => up)).toEqual([['first']])
    contents.commit(PAGE_URL)
    contents.up('second')
    expect(wires.map(({ up }) => up)).toEqual([['first'], ['second']])
  })

  it('stays through what leaves its document where it is', () => {
    const { contents, wires } = served()
    contents.up('first')
    contents.startNavigation('app://bundle/#/devices', { isSameDocument: true })
    contents.startNavigation(PAGE_URL, { isMainFrame: false })
    // A file dropped beside its place: it starts, is refused, and the page is still there.
    contents.startNavigation('file:///home/ada/dropped.png')
    contents.up('second')
    expect(wires.map(({ up, closings }) => [up, closings])).toEqual([[['first', 'second'], 0]])
  })

  it('that the services close takes its document with it, once', () => {
    const { contents, wires } = served()
    contents.up('bad')
    wires[0]!.wire.close()
    wires[0]!.wire.close()
    expect([wires[0]!.closings, contents.reloads]).toEqual([1, 1])
    contents.up('of the next document')
    expect(wires[1]!.up).toEqual(['of the next document'])
  })
})

/**
 * Both ends as they ship, the page's over the preload script's functions. Between them frames arrive later and in order, as
 * over Electron's pipe; the page's wire ends with its document, which is what is told in the place of a closing.
 */
async function ipcPair(): Promise<WirePair> {
  const contents = new FakeContents()
  const turn = inOrder()
  const pageListeners: ((event: object, ...values: unknown[]) => void)[] = []
  const page = electronWire(
    pageApi({
      send: (_channel, frame: unknown) => turn(() => contents.up(frame)),
      on(_channel, listener) {
        pageListeners.push(listener as (typeof pageListeners)[number])
        return this as never
      },
    }),
  )
  contents.onDown = (frame) => turn(() => pageListeners.forEach((listener) => listener({}, frame)))
  contents.reload = () => turn(page.close)

  const opened = new Promise<Wire>((resolve) => serveWindow(contents.asElectron, resolve))
  contents.up('{"jsonrpc":"2.0","method":"unwatch","params":{"watch":0}}')
  const server = await opened
  // The frame that opened it is not the suite's.
  const drop = () => {}
  server.onMessage(drop)
  return {
    client: {
      ...page,
      close() {
        page.close()
        turn(() => contents.destroy())
      },
    },
    server,
    dispose: async () => page.close(),
  }
}

/** Runs what it is given later, one after the other. */
function inOrder() {
  const queue: (() => void)[] = []
  return (run: () => void) => {
    if (queue.push(run) > 1) return
    setImmediate(() => {
      for (const next of queue.splice(0)) next()
    })
  }
}

wireSuite('Electron', ipcPair)
