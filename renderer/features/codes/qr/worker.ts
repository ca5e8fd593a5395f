/** Searches pixels for a QR code, off the page's thread. The page ends it where it takes too long. */
import { decodeQR } from 'qr/decode.js'

export interface QrRequest {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly pixels: ArrayBuffer
}
/** The text of the code, or nothing where none was found. */
export interface QrAnswer {
  readonly text: string | undefined
}

self.addEventListener('message', ({ data }: MessageEvent<QrRequest>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's answer has no target origin
  self.postMessage({ text: find(data) } satisfies QrAnswer)
})

function find({ width, height, pixels }: QrRequest): string | undefined {
  try {
    return decodeQR({ width, height, data: new Uint8ClampedArray(pixels) })
  } catch {
    // The library throws for "there is none" as for anything else it can't read.
    return undefined
  }
}
