/** Pictures with a QR code, as a person saves them from a site, and back. */
import { PNG } from 'pngjs'
import { encodeQR } from 'qr'
import { decodeQR } from 'qr/decode.js'

export interface Picture {
  readonly name: string
  readonly mimeType: string
  readonly buffer: Buffer
}

/** Pixels a module of the code: what a screen shot of a site has. */
const SCALE = 6
/** ISO/IEC 18004 §9.1: four modules of quiet zone. */
const QUIET = 4

/** `text` as a QR code in a PNG. */
export function qrPicture(text: string, name = 'code.png'): Picture {
  const bits = encodeQR(text, 'raw', { border: QUIET })
  const size = bits.length * SCALE
  const png = new PNG({ width: size, height: size })
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isDark = bits[Math.floor(y / SCALE)]![Math.floor(x / SCALE)]!
      png.data.set([...Array<number>(3).fill(isDark ? 0 : 255), 255], (y * size + x) * 4)
    }
  }
  return { name, mimeType: 'image/png', buffer: PNG.sync.write(png) }
}

/** A picture of something else. */
export function plainPicture(name = 'cat.png'): Picture {
  const png = new PNG({ width: 240, height: 240 })
  for (let at = 0; at < png.data.length; at++) png.data[at] = at % 4 === 3 ? 255 : (at * 7) % 251
  return { name, mimeType: 'image/png', buffer: PNG.sync.write(png) }
}

/** The text of the QR code in a screen shot. Throws where there is none. */
export function readPicture(png: Buffer): string {
  const { width, height, data } = PNG.sync.read(png)
  return decodeQR({ width, height, data: new Uint8Array(data) })
}
