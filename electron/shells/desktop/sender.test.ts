import { describe, expect, it } from 'vitest'
import { isOurPage, isOwnUrl, isPageUrl, PAGE_ORIGIN, type Frame } from './sender.ts'

const main: Frame = { origin: PAGE_ORIGIN, parent: null }
const gone: Frame = {
  get origin(): string {
    throw new Error('Render frame was disposed before WebFrameMain could be accessed')
  },
  parent: null,
}

describe('who may speak (item 17)', () => {
  it('is the main frame itself, showing our page', () => {
    expect(isOurPage(main, main)).toBe(true)
  })

  it.each<[string, Frame | null, Frame]>([
    ['a frame that is gone', null, main],
    ['a frame that is disposed of while it is looked at', gone, gone],
    ['another frame that looks the same', { ...main }, main],
    ['a frame below ours', { origin: PAGE_ORIGIN, parent: main }, main],
    [
      'a main frame with a parent',
      ...((frame: Frame): [Frame, Frame] => [frame, frame])({ origin: PAGE_ORIGIN, parent: {} }),
    ],
    ...[
      'app://bundle2',
      'app://bundle.evil.example',
      'app://other',
      'https://bundle',
      'http://latchkey.localhost:1',
      'file://',
      'null',
      'chrome-error://chromewebdata',
      'devtools://devtools',
      'app://bundle/',
      'APP://BUNDLE',
      '',
    ].map((origin): [string, Frame, Frame] => {
      const frame = { origin, parent: null }
      return [`a main frame of ${origin || 'no origin'}`, frame, frame]
    }),
  ])('is not %s', (_what, sender, mainFrame) => {
    expect(isOurPage(sender, mainFrame)).toBe(false)
  })
})

describe('our own addresses', () => {
  it.each([
    'app://bundle/',
    'app://bundle',
    'app://bundle/#/codes',
    'app://bundle#',
    'app://bundle/#/recovery/a%2Fb?x',
  ])('are the page’s, as %s is', (url) => expect([isPageUrl(url), isOwnUrl(url)]).toEqual([true, true]))

  it.each(['app://bundle/assets/main.js', 'app://bundle/index.html', 'app://bundle/?x', 'app://bundle//'])(
    'are files’, which are no page, as %s is',
    (url) => expect([isPageUrl(url), isOwnUrl(url)]).toEqual([false, true]),
  )

  it.each([
    'app://bundle.evil.example/',
    'app://bundle2/',
    'app://evil.example/',
    'app://evil.example/app://bundle/',
    'app://bundle@evil.example/',
    'app://evil.example@bundle/',
    'app://user:word@bundle/',
    'app://bundle:443/',
    'app://BUNDLE/',
    'app:bundle/',
    'app:///bundle/',
    'apps://bundle/',
    'https://bundle/',
    'http://localhost/',
    'file:///etc/passwd',
    'file://bundle/',
    'javascript:alert(1)//app://bundle/',
    'data:text/html,app://bundle/',
    'blob:app://bundle/0d4f',
    'about:blank',
    'view-source:app://bundle/',
    'chrome://version/',
    'devtools://devtools/bundled/inspector.html',
    'bundle/',
    '//bundle/',
    '',
  ])('are not %j', (url) => expect([isPageUrl(url), isOwnUrl(url)]).toEqual([false, false]))
})
