/**
 * The one thing a shell gives the contract: JSON strings both ways over Electron IPC or a WebSocket.
 * A wire that has closed neither sends nor receives; `onClose` runs once, also when it had closed before.
 */
export interface Wire {
  send(frame: string): void
  onMessage(listener: (frame: string) => void): void
  onClose(listener: () => void): void
  close(): void
}

/** A frame longer than this many UTF-16 units is refused unread (imports of files go up whole, hence the size). */
export const MAX_FRAME_LENGTH = 16 * 1024 * 1024
/** Calls of one wire that may be open at once; the next one is refused as `busy`. */
export const MAX_OPEN_CALLS = 64
