/**
 * The text of a QR code in a picture file. Reads PNG and JPEG. Refuses, before any pixel is decoded: files over 20 MB,
 * pictures over 40 million pixels, interlaced PNG (its pixels can't be bounded before inflating), a second PNG header.
 */
import { err, ok, type Result } from '../../../shared/kit/index.ts'

export const MAX_PICTURE_BYTES = 20_000_000
export const MAX_PIXELS = 40_000_000
/** How long the search may go on after its first pass. */
const SEARCH_MS = 2000

export type PictureFault =
  'not-a-picture' | 'picture-too-large' | 'picture-damaged' | 'picture-interlaced' | 'no-qr-code'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const JPEG = Buffer.from('ffd8ff', 'hex')

const startsWith = (bytes: Uint8Array, start: Buffer) => start.equals(bytes.subarray(0, start.length))

export const isPicture = (bytes: Uint8Array): boolean => startsWith(bytes, PNG) || startsWith(bytes, JPEG)

export async function readQrPicture(bytes: Uint8Array): Promise<Result<string, PictureFault>> {
  if (bytes.length > MAX_PICTURE_BYTES) return err('picture-too-large')
  const read = startsWith(bytes, PNG)
    ? await readPng(bytes)
    : startsWith(bytes, JPEG)
      ? await readJpeg(bytes)
      : err('not-a-picture' as const)
  if (!read.ok) return read
  const { default: decodeQR } = await import('qr/decode.js')
  try {
    return ok(decodeQR(read.value, { format: 'RGBA', timeLimit: SEARCH_MS }))
  } catch {
    return err('no-qr-code')
  }
}

interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA */
  readonly data: Uint8Array
}

async function readPng(bytes: Uint8Array): Promise<Result<Pixels, PictureFault>> {
  const header = readPngHeader(bytes)
  if (!header.ok) return header
  const { PNG } = await import('pngjs')
  try {
    const { width, height, data } = PNG.sync.read(Buffer.from(bytes))
    return ok({ width, height, data })
  } catch {
    return err('picture-damaged')
  }
}

/** PNG (ISO/IEC 15948) §5.3 chunk layout, §11.2.2 IHDR. */
function readPngHeader(bytes: Uint8Array): Result<true, PictureFault> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = PNG.length, chunk = 0; at + 12 <= bytes.length; chunk++) {
    const length = view.getUint32(at)
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1')
    const isFirst = chunk === 0
    if ((type === 'IHDR') !== isFirst || (isFirst && length !== 13)) return err('picture-damaged')
    if (isFirst) {
      if (at + 25 > bytes.length) return err('picture-damaged')
      if (view.getUint32(at + 8) * view.getUint32(at + 12) > MAX_PIXELS) return err('picture-too-large')
      if (view.getUint8(at + 20) !== 0) return err('picture-interlaced')
    }
    at += length + 12
  }
  return ok(true)
}

async function readJpeg(bytes: Uint8Array): Promise<Result<Pixels, PictureFault>> {
  const { default: jpeg } = await import('jpeg-js')
  try {
    const limits = { maxResolutionInMP: MAX_PIXELS / 1e6, maxMemoryUsageInMB: 1024 }
    return ok(jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true, ...limits }))
  } catch (error) {
    return err(
      error instanceof Error && /limit exceeded/i.test(error.message) ? 'picture-too-large' : 'picture-damaged',
    )
  }
}
