import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { saveByDialog } from './downloads.ts'
import { boxes, FakeContents, FakeDownload, FakeEvent, FakeSession } from './testing/fake-electron.ts'

vi.mock('electron', async () => (await import('./testing/fake-electron.ts')).electron)

const BLOB = 'blob:app://bundle/4c2f5b9e'

beforeEach(() => void boxes.splice(0))

function downloaded(chain: readonly string[], pageUrl = 'app://bundle/#/settings') {
  const session = new FakeSession()
  saveByDialog(session.asElectron, join('/home', 'ada'))
  const contents = new FakeContents()
  contents.url = pageUrl
  const [event, item] = [new FakeEvent(), new FakeDownload(chain)]
  session.emit('will-download', event, item, contents)
  return { item, isPrevented: event.isPrevented }
}

describe('a download', () => {
  it('of a file that the page made goes where the person says', () => {
    const { item, isPrevented } = downloaded([BLOB])
    expect(isPrevented).toBe(false)
    expect(item.saveDialog).toEqual({ defaultPath: join('/home', 'ada', 'latchkey-backup.age') })
    item.emit('done', {}, 'completed')
    expect(boxes).toEqual([])
  })

  it.each(['cancelled', 'interrupted'])('that was %s is said to be no backup', (state) => {
    const { item } = downloaded([BLOB])
    item.emit('done', {}, state)
    expect(boxes).toHaveLength(1)
    expect(boxes[0]!.box).toMatchObject({ type: 'warning', message: 'latchkey-backup.age was not saved.' })
  })

  it.each<[string, string[], string?]>([
    ['an address outside', ['https://evil.example/setup.exe']],
    ['a file of ours', ['app://bundle/assets/main.js']],
    ['a data address', ['data:application/octet-stream;base64,AAAA']],
    ['a blob of another origin', ['blob:https://evil.example/4c2f']],
    ['a blob of an origin that begins like ours', ['blob:app://bundle.evil.example/4c2f']],
    ['a file of ours that something outside redirected to', ['https://evil.example/', BLOB]],
    ['something outside that a file of ours redirected to', [BLOB, 'https://evil.example/']],
    ['nothing', []],
    ['a blob asked for by another page', [BLOB], 'https://evil.example/'],
  ])('of %s is refused', (_what, chain, pageUrl) => {
    const { item, isPrevented } = downloaded(chain, pageUrl)
    expect([isPrevented, item.saveDialog]).toEqual([true, undefined])
  })
})
