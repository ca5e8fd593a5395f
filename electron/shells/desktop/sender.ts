/**
 * The check of every sender (security.md §1.1 item 17). A frame may speak only if it is the main frame of our own window
 * showing our own page; a frame that is gone has no say.
 */
export const PAGE_ORIGIN = 'app://bundle'

export interface SenderEvent {
  readonly senderFrame: { readonly origin: string; readonly parent: unknown } | null
}

export function isOurPage(event: SenderEvent, mainFrame: object | undefined): boolean {
  const frame = event.senderFrame
  return (
    frame !== null &&
    mainFrame !== undefined &&
    frame === mainFrame &&
    frame.parent === null &&
    frame.origin === PAGE_ORIGIN
  )
}
