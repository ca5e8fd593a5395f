import { PNG } from 'pngjs'
import jpeg from 'jpeg-js'
import { encodeQR } from 'qr'
import { describe, expect, test } from 'vitest'
import { isPicture, MAX_PICTURE_BYTES, readQrPicture } from './picture.ts'

const LINK = 'otpauth://totp/Example:alice@example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example'

/** A QR code as RGBA pixels, `scale` pixels a module, with the quiet zone around it. */
function pixels(text: string, scale = 4) {
  const modules = encodeQR(text, 'raw', { border: 4, scale })
  const size = modules.length
  const data = Buffer.alloc(size * size * 4)
  modules.forEach((row, y) =>
    row.forEach((isDark, x) => data.fill(isDark ? 0 : 255, (y * size + x) * 4, (y * size + x) * 4 + 3)),
  )
  for (let i = 3; i < data.length; i += 4) data[i] = 255
  return { width: size, height: size, data }
}
const png = (text: string) => {
  const { width, height, data } = pixels(text)
  const picture = new PNG({ width, height })
  picture.data = data
  return PNG.sync.write(picture)
}
/** The file with four bytes of its IHDR chunk replaced; the checksum is not looked at before the size. */
const withHeader = (bytes: Buffer, at: number, value: number) => {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(value, at)
  return copy
}

describe('a QR picture', () => {
  test('is read from PNG', async () => {
    expect(await readQrPicture(png(LINK))).toEqual({ ok: true, value: LINK })
  })

  test('is read from JPEG', async () => {
    const { data } = jpeg.encode(pixels(LINK), 80)
    expect(await readQrPicture(data)).toEqual({ ok: true, value: LINK })
  })

  test('without a code in it says so', async () => {
    const blank = new PNG({ width: 64, height: 64 })
    blank.data.fill(255)
    expect(await readQrPicture(PNG.sync.write(blank))).toEqual({ ok: false, error: 'no-qr-code' })
  })

  test('of more than 40 million pixels is refused before a pixel is decoded', async () => {
    const huge = withHeader(withHeader(png(LINK), 16, 100_000), 20, 100_000)
    expect(await readQrPicture(huge)).toEqual({ ok: false, error: 'picture-too-large' })
  })

  test('of more than 20 MB is refused unread', async () => {
    const bytes = Buffer.concat([png(LINK), Buffer.alloc(MAX_PICTURE_BYTES)])
    expect(await readQrPicture(bytes)).toEqual({ ok: false, error: 'picture-too-large' })
  })

  test('that is interlaced is refused, since what it unfolds to has no bound', async () => {
    const interlaced = png(LINK)
    interlaced.writeUInt8(1, 28)
    expect(await readQrPicture(interlaced)).toEqual({ ok: false, error: 'picture-interlaced' })
  })

  test('with a second header is refused', async () => {
    const bytes = png(LINK)
    const header = bytes.subarray(8, 33)
    expect(await readQrPicture(Buffer.concat([bytes.subarray(0, 33), header, bytes.subarray(33)]))).toEqual({
      ok: false,
      error: 'picture-damaged',
    })
  })

  test('cut off anywhere is an error, never a crash', async () => {
    const bytes = png('short')
    for (let length = 0; length < bytes.length; length += 7) {
      const read = await readQrPicture(bytes.subarray(0, length))
      if (!read.ok) expect(['not-a-picture', 'picture-damaged', 'no-qr-code']).toContain(read.error)
      else expect(read.value).toBe('short')
    }
  })

  test('is told from text by its first bytes', () => {
    expect(isPicture(png(LINK))).toBe(true)
    expect(isPicture(Buffer.from(LINK))).toBe(false)
    expect(isPicture(Buffer.alloc(0))).toBe(false)
  })
})
