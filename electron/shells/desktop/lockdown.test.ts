import { describe, expect, it } from 'vitest'
import { lockDown, lockSession, mayLoad } from './lockdown.ts'
import { PAGE_URL } from './sender.ts'
import { FakeApp, FakeContents, FakeEvent, FakeSession } from './testing/fake-electron.ts'

type Permission = Parameters<FakeSession['onRequest']>[1]

const ALLOWED = 'clipboard-sanitized-write'

/** All that Electron's types name but the one that is given: a new one does not compile until it stands here. */
const REFUSED: Readonly<Record<Exclude<Permission, typeof ALLOWED>, true>> = {
  ar: true,
  'automatic-fullscreen': true,
  'background-fetch': true,
  'background-sync': true,
  'captured-surface-control': true,
  'clipboard-read': true,
  'deprecated-sync-clipboard-read': true,
  'display-capture': true,
  fileSystem: true,
  fullscreen: true,
  geolocation: true,
  'geolocation-approximate': true,
  'hand-tracking': true,
  hid: true,
  'idle-detection': true,
  keyboardLock: true,
  'local-fonts': true,
  'local-network': true,
  'local-network-access': true,
  'loopback-network': true,
  media: true,
  mediaKeySystem: true,
  midi: true,
  midiSysex: true,
  nfc: true,
  notifications: true,
  openExternal: true,
  'payment-handler': true,
  'periodic-background-sync': true,
  'persistent-storage': true,
  pointerLock: true,
  'screen-wake-lock': true,
  sensors: true,
  serial: true,
  'smart-card': true,
  'speaker-selection': true,
  'storage-access': true,
  'system-wake-lock': true,
  'top-level-storage-access': true,
  usb: true,
  vr: true,
  'web-app-installation': true,
  'web-printing': true,
  'window-management': true,
  unknown: true,
}

const locked = (isDeveloper = false) => {
  const app = new FakeApp()
  lockDown(app.asElectron, { isDeveloper })
  const session = new FakeSession()
  app.emit('session-created', session)
  const contents = new FakeContents()
  app.emit('web-contents-created', {}, contents)
  return { session, contents }
}

const requested = (
  { onRequest }: FakeSession,
  permission: Permission,
  requestingUrl = PAGE_URL,
  isMainFrame = true,
) => {
  let answer: boolean | undefined
  onRequest(new FakeContents().asElectron, permission, (granted) => (answer = granted), { isMainFrame, requestingUrl })
  return answer
}
const checked = (
  { onCheck }: FakeSession,
  permission: Permission,
  origin = PAGE_URL,
  isMainFrame = true,
  contents: FakeContents | null = new FakeContents(),
) =>
  onCheck(contents && contents.asElectron, permission as Parameters<typeof onCheck>[1], origin, {
    isMainFrame,
    requestingUrl: origin,
  })

describe('permissions (item 5)', () => {
  it.each(Object.keys(REFUSED) as Permission[])('%s is refused to our own page, asked or checked', (permission) => {
    const { session } = locked()
    expect([requested(session, permission), checked(session, permission)]).toEqual([false, false])
  })

  it('are given for writing text to the clipboard alone', () => {
    const { session } = locked()
    expect([requested(session, ALLOWED), checked(session, ALLOWED)]).toEqual([true, true])
  })

  it.each(['https://evil.example/', 'app://bundle.evil.example/', 'file:///tmp/x', 'about:blank', 'null', ''])(
    'are refused to %j, that one too',
    (url) => {
      const { session } = locked()
      expect([requested(session, ALLOWED, url), checked(session, ALLOWED, url)]).toEqual([false, false])
    },
  )

  it('are refused to frames within the page and to workers', () => {
    const { session } = locked()
    expect(requested(session, ALLOWED, PAGE_URL, false)).toBe(false)
    expect(checked(session, ALLOWED, PAGE_URL, false)).toBe(false)
    expect(checked(session, ALLOWED, PAGE_URL, true, null)).toBe(false)
  })

  it.each(['hid', 'serial', 'usb'] as const)('are refused for every %s device', (deviceType) => {
    const { session } = locked()
    const device = {} as Parameters<typeof session.onDevice>[0]['device']
    expect(session.onDevice({ deviceType, origin: PAGE_URL, device })).toBe(false)
  })

  it('keep every protected class of USB devices protected', () => {
    const { session } = locked()
    expect(session.onProtected({ protectedClasses: [] })).toEqual([
      'audio',
      'audio-video',
      'hid',
      'mass-storage',
      'smart-card',
      'video',
      'wireless',
    ])
  })

  it('let no Bluetooth device be chosen or paired', () => {
    const { session, contents } = locked()
    let chosen: string | undefined
    const event = new FakeEvent()
    contents.emit('select-bluetooth-device', event, [{ deviceId: 'a', deviceName: 'b' }], (id: string) => (chosen = id))
    expect([event.isPrevented, chosen]).toEqual([true, ''])
    const answers: unknown[] = []
    for (const pairingKind of ['confirm', 'confirmPin', 'providePin'] as const) {
      session.onPairing({ deviceId: 'a', pairingKind, frame: null as never }, (answer) => answers.push(answer))
    }
    expect(answers).toEqual([{ confirmed: false }, { confirmed: false }, { confirmed: false }])
  })
})

describe('what may be loaded (item 1)', () => {
  const cancelled = ({ onBeforeRequest }: FakeSession, url: string) => {
    let answer: unknown
    onBeforeRequest({ url } as Parameters<typeof onBeforeRequest>[0], (given) => (answer = given))
    return answer
  }

  it.each([
    'app://bundle/',
    'app://bundle/assets/index.js',
    'blob:app://bundle/4c2f5b9e',
    'data:image/png;base64,AAAA',
    'data:image/svg+xml,%3Csvg/%3E',
  ])('is our own: %s', (url) => {
    expect(cancelled(locked().session, url)).toEqual({ cancel: false })
  })

  it.each([
    'https://evil.example/',
    'http://127.0.0.1:8080/',
    'http://latchkey.localhost/',
    'ws://127.0.0.1/',
    'wss://evil.example/',
    'ftp://evil.example/',
    'file:///etc/passwd',
    'app://bundle.evil.example/x.js',
    'app://other/x.js',
    'blob:https://evil.example/4c2f',
    'blob:app://bundle.evil.example/4c2f',
    'blob:null/4c2f',
    'data:text/html,<script>1</script>',
    'data:text/javascript,1',
    'data:,image/',
    'filesystem:app://bundle/x',
    'chrome://gpu/',
    'devtools://devtools/bundled/inspector.html',
    'about:blank',
    '',
  ])('is not %j', (url) => {
    expect(cancelled(locked().session, url)).toEqual({ cancel: true })
  })

  it('is developer tools only where they were asked for', () => {
    expect(mayLoad('devtools://devtools/bundled/inspector.html', true)).toBe(true)
    expect(mayLoad('devtools://evil/', true)).toBe(false)
    expect(mayLoad('https://evil.example/', true)).toBe(false)
  })

  it('is nothing through peer connections', () => {
    expect(locked().contents.webRtcPolicy).toBe('disable_non_proxied_udp')
  })
})

describe('where a page may go (items 11 to 14)', () => {
  it.each(['app://bundle/', 'app://bundle/#/devices'])('is to itself: %s', (url) => {
    expect(locked().contents.navigate(url)).toBe(true)
  })

  it.each([
    'https://evil.example/',
    'file:///home/ada/dropped.png',
    'app://bundle/assets/index.js',
    'app://bundle.evil.example/',
    'blob:app://bundle/4c2f',
    'data:text/html,x',
    'javascript:1',
    'about:blank',
  ])('is not to %s', (url) => {
    expect(locked().contents.navigate(url)).toBe(false)
  })

  it('is nowhere by a redirect, which our scheme never sends', () => {
    const event = Object.assign(new FakeEvent(), { url: PAGE_URL, isMainFrame: true })
    locked().contents.emit('will-redirect', event)
    expect(event.isPrevented).toBe(true)
  })

  it('is nowhere for a frame within it, not even to our own page', () => {
    const event = Object.assign(new FakeEvent(), { url: PAGE_URL, isMainFrame: false })
    locked().contents.emit('will-frame-navigate', event)
    expect(event.isPrevented).toBe(true)
  })

  it('is into no new window and no embedded one', () => {
    const { contents } = locked()
    const asked = { url: PAGE_URL, frameName: '', features: '', disposition: 'new-window' } as Parameters<
      NonNullable<typeof contents.openHandler>
    >[0]
    expect(contents.openHandler!(asked)).toEqual({ action: 'deny' })
    const event = new FakeEvent()
    contents.emit('will-attach-webview', event, {}, {})
    expect(event.isPrevented).toBe(true)
  })
})

it('a session that is locked twice is locked all the same', () => {
  const session = new FakeSession()
  lockSession(session.asElectron, { isDeveloper: true })
  lockSession(session.asElectron, { isDeveloper: false })
  expect(requested(session, 'media')).toBe(false)
})
