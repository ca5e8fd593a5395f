/**
 * Finds the text of a QR code in a picture. The picture is a stranger's: its size is bounded before its pixels are made,
 * they are searched on a worker, and the worker is ended when its time is over (security.md §3 row 9).
 */
import { err, ok, type Result } from '../../../../shared/kit/index.ts'
import { pageClock } from '../../../ui/index.ts'
import type { QrAnswer, QrRequest } from './worker.ts'

export const MAX_PICTURE_BYTES = 20 * 1024 * 1024
export const MAX_PIXELS = 40_000_000
const SEARCH_MS = 4_000

export type PictureFault = 'too-large' | 'not-a-picture' | 'no-code' | 'too-slow'

export async function readPicture(file: Blob): Promise<Result<string, PictureFault>> {
  if (file.size > MAX_PICTURE_BYTES) return err('too-large')
  // Vector pictures are programs of a kind; none is decoded.
  if (!file.type.startsWith('image/') || file.type.includes('svg')) return err('not-a-picture')
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(file)
  } catch {
    return err('not-a-picture')
  }
  return readBitmap(bitmap)
}

/** Takes the bitmap over and closes it. */
export async function readBitmap(bitmap: ImageBitmap): Promise<Result<string, PictureFault>> {
  const { width, height } = bitmap
  if (width * height > MAX_PIXELS) {
    bitmap.close()
    return err('too-large')
  }
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) return err('not-a-picture')
  // Codes with no ground of their own are black on nothing.
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { data } = context.getImageData(0, 0, width, height)
  return search({ width, height, pixels: data.buffer as ArrayBuffer })
}

function search(request: QrRequest): Promise<Result<string, PictureFault>> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  return new Promise((resolve) => {
    const end = (result: Result<string, PictureFault>) => {
      cancel()
      worker.terminate()
      resolve(result)
    }
    const cancel = pageClock.after(SEARCH_MS, () => end(err('too-slow')))
    worker.addEventListener('error', () => end(err('no-code')))
    worker.addEventListener('message', ({ data }: MessageEvent<QrAnswer>) =>
      end(data.text === undefined ? err('no-code') : ok(data.text)),
    )
    worker.postMessage(request, [request.pixels])
  })
}

/** One still of the screen or window that the person picks. `undefined` where nothing was picked. */
export async function captureScreen(): Promise<ImageBitmap | undefined> {
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false })
  } catch {
    return undefined
  }
  try {
    const video = document.createElement('video')
    video.muted = true
    video.srcObject = stream
    await video.play()
    return await createImageBitmap(video)
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}

export const canCaptureScreen = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function'
