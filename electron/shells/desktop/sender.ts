/**
 * Who our page is, by address and by frame. A frame may speak only if it is the main frame of our own window showing our own
 * page (security.md §1.1 item 17); a frame that is gone has no say.
 */
export const PAGE_ORIGIN = 'app://bundle'
export const PAGE_URL = `${PAGE_ORIGIN}/`

/** What is looked at of Electron's `WebFrameMain`. */
export interface Frame {
  readonly origin: string
  readonly parent: object | null
}

/** Whether `sender` is the main frame itself and shows our page. Never throws, whatever became of the frame. */
export function isOurPage(sender: Frame | null, mainFrame: Frame): boolean {
  try {
    return sender !== null && sender === mainFrame && sender.parent === null && sender.origin === PAGE_ORIGIN
  } catch {
    // Electron throws where the frame was disposed of meanwhile.
    return false
  }
}

/** An address that our scheme answers, file or page, and nothing that only starts like one. */
export function isOwnUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, host, username, password } = new URL(url)
  return protocol === 'app:' && host === 'bundle' && username === '' && password === ''
}

/** The one document there is, at whichever place in it. */
export function isPageUrl(url: string): boolean {
  return isOwnUrl(url) && /^\/?(#|$)/.test(url.slice(PAGE_ORIGIN.length))
}
