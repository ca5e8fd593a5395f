/**
 * Hard pictures of QR codes, the same ones every time: 12 kinds of 18 each. For the rates of readers; nothing of them is kept.
 * Every text is a link of an entry, so lengths are those that people meet.
 */
import { encodeQR } from 'qr'
import { formatOtpauth } from '../../shared/domain/otpauth.ts'
import { secretOf } from './drafts.ts'
import { seededRandom } from './seeded-random.ts'

export interface Picture {
  readonly kind: string
  readonly name: string
  /** Finding any of them is right; a picture of two codes has two. */
  readonly texts: readonly string[]
  readonly width: number
  readonly height: number
  /** RGBA */
  readonly data: Uint8Array
}

/** One byte a pixel: how light it is. */
interface Grey {
  readonly width: number
  readonly height: number
  readonly at: Uint8Array
}

const EACH = 18
const QUIET = 4
const blank = (width: number, height: number, light = 255): Grey => ({
  width,
  height,
  at: new Uint8Array(width * height).fill(light),
})

export function* qrCorpus(): Generator<Picture> {
  const random = seededRandom('qr corpus')
  const number = () => new DataView(random(4).buffer).getUint32(0) / 2 ** 32
  const between = (low: number, high: number) => low + number() * (high - low)
  const text = (bytes = 20, name = `person-${Math.floor(number() * 1e6)}@example.com`) =>
    formatOtpauth({
      kind: 'totp',
      issuer: 'Northwind Traders',
      account: name,
      secret: secretOf(random(bytes)),
      algorithm: 'SHA1',
      digits: 6,
      periodSeconds: 30,
    })
  const noise =
    (amount: number) =>
    (grey: Grey): Grey => {
      const bytes = random(grey.at.length)
      return {
        ...grey,
        at: grey.at.map((light, at) => Math.max(0, Math.min(255, light + ((bytes[at]! - 128) / 128) * amount))),
      }
    }
  const kinds: Readonly<Record<string, () => { texts: readonly string[]; grey: Grey }>> = {
    plain: () => one(text(), (bits) => draw(bits, 4)),
    'one pixel a module': () => one(text(), (bits) => draw(bits, 1)),
    rotated: () => one(text(), (bits) => turn(draw(bits, 6), between(3, 87))),
    'upside down and mirrored light': () => one(text(), (bits) => invert(turn(draw(bits, 5), 180))),
    inverted: () => one(text(), (bits) => invert(draw(bits, 5))),
    blurred: () => one(text(), (bits) => blur(draw(bits, 6), Math.round(between(1, 3)))),
    'low contrast and noise': () => one(text(), (bits) => noise(30)(fade(draw(bits, 5), 90, 170))),
    'tilted in perspective': () => one(text(), (bits) => tilt(draw(bits, 8), between(0.1, 0.35))),
    dense: () => one(text(128, 'x'.repeat(Math.floor(between(100, 250)))), (bits) => draw(bits, 3)),
    'rotated and blurred photograph': () =>
      one(text(), (bits) => noise(20)(shade(blur(turn(draw(bits, 7), between(-20, 20)), 1)))),
    'two codes': () => {
      const texts = [text(), text()]
      const codes = texts.map((text) => draw(bitsOf(text), 4))
      const grey = blank(900, 420)
      for (const [at, code] of codes.entries()) paste(grey, code, 30 + at * 430, 30 + Math.floor(between(0, 60)))
      return { texts, grey }
    },
    '4K screenshot': () => {
      const code = text()
      const grey = screenshot(3840, 2160, number)
      const drawn = draw(bitsOf(code), Math.round(between(2, 5)))
      paste(grey, drawn, Math.floor(between(100, 3300)), Math.floor(between(100, 1700)))
      return { texts: [code], grey }
    },
  }
  for (const [kind, make] of Object.entries(kinds)) {
    for (let at = 0; at < EACH; at++) {
      const { texts, grey } = make()
      yield {
        kind,
        name: `${kind.replaceAll(' ', '-')}-${at}`,
        texts,
        width: grey.width,
        height: grey.height,
        data: toRgba(grey),
      }
    }
  }
}

type Bits = readonly (readonly boolean[])[]
const bitsOf = (text: string): Bits => encodeQR(text, 'raw', { border: QUIET })
const one = (text: string, draw: (bits: Bits) => Grey) => ({ texts: [text], grey: draw(bitsOf(text)) })

function draw(bits: Bits, scale: number): Grey {
  const size = bits.length * scale
  const grey = blank(size, size)
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (bits[Math.floor(y / scale)]?.[Math.floor(x / scale)]) grey.at[y * size + x] = 0
  return grey
}

function toRgba({ at }: Grey): Uint8Array {
  const data = new Uint8Array(at.length * 4).fill(255)
  for (const [pixel, light] of at.entries()) data.fill(light, pixel * 4, pixel * 4 + 3)
  return data
}

const invert = (grey: Grey): Grey => ({ ...grey, at: grey.at.map((light) => 255 - light) })
const fade = (grey: Grey, dark: number, light: number): Grey => ({
  ...grey,
  at: grey.at.map((value) => dark + (value / 255) * (light - dark)),
})
/** Lit from one corner, as a photograph is. */
const shade = (grey: Grey): Grey => ({
  ...grey,
  at: grey.at.map((light, at) => light * (0.55 + 0.45 * ((at % grey.width) / grey.width))),
})

/** Between four pixels; white beyond the edges. */
function sample({ width, height, at }: Grey, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const pixel = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 255 : at[y * width + x]!)
  const [fx, fy] = [x - left, y - top]
  const above = pixel(left, top) * (1 - fx) + pixel(left + 1, top) * fx
  return above * (1 - fy) + (pixel(left, top + 1) * (1 - fx) + pixel(left + 1, top + 1) * fx) * fy
}

function turn(grey: Grey, degrees: number): Grey {
  const angle = (degrees * Math.PI) / 180
  const size = Math.ceil(grey.width * 1.45)
  return map(blank(size, size), (x, y) => {
    const [dx, dy] = [x - size / 2, y - size / 2]
    return sample(
      grey,
      dx * Math.cos(angle) + dy * Math.sin(angle) + grey.width / 2,
      dy * Math.cos(angle) - dx * Math.sin(angle) + grey.height / 2,
    )
  })
}

/** Seen in perspective: the top edge further away, narrower by this share of the width. */
const tilt = (grey: Grey, share: number): Grey =>
  map(blank(grey.width, grey.height), (x, y) => {
    const nearness = 1 - share * (1 - y / grey.height)
    return sample(grey, (x - grey.width / 2) / nearness + grey.width / 2, y / nearness)
  })

const map = (grey: Grey, light: (x: number, y: number) => number): Grey => ({
  ...grey,
  at: grey.at.map((_, at) => light(at % grey.width, Math.floor(at / grey.width))),
})

/** Twice the mean of a square around each pixel. */
function blur(grey: Grey, radius: number): Grey {
  let out = grey
  for (let pass = 0; pass < 2; pass++) {
    const from = out
    out = map(from, (x, y) => {
      let sum = 0
      for (let dy = -radius; dy <= radius; dy++)
        for (let dx = -radius; dx <= radius; dx++) sum += sample(from, x + dx, y + dy)
      return sum / (2 * radius + 1) ** 2
    })
  }
  return out
}

function paste(onto: Grey, grey: Grey, left: number, top: number): void {
  for (let y = 0; y < grey.height; y++) {
    onto.at.set(grey.at.subarray(y * grey.width, (y + 1) * grey.width), (top + y) * onto.width + left)
  }
}

/** Windows, lines of text and edges: what a reader must look past. */
function screenshot(width: number, height: number, number: () => number): Grey {
  const grey = blank(width, height, 240)
  for (let line = 0; line < 1400; line++) {
    const [x, y] = [Math.floor(number() * (width - 400)), Math.floor(number() * (height - 20))]
    for (let letter = 0; letter < 30; letter++) {
      const from = (y + (letter % 3)) * width + x + letter * 12
      for (let row = 0; row < 10; row++)
        grey.at.fill(row % 2 ? 60 : 240, from + row * width, from + row * width + 2 + (letter % 7))
    }
  }
  return grey
}
