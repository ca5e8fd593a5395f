/**
 * Rates of reading QR codes, as one JSON object on standard output: `qr.js rates` reads the corpus (test/support/qr-corpus.ts) with
 * the library the program uses; `qr.js write DIR` writes it as PNG files with `texts.json`, for peers/qr-peers.py.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { decodeQR } from 'qr/decode.js'
import { qrCorpus, type Picture } from '../support/qr-corpus.ts'

interface Rate {
  of: number
  found: number
  ms: number
}

function read({ width, height, data }: Picture): string | undefined {
  try {
    return decodeQR({ width, height, data }, { timeLimit: 4000 })
  } catch {
    return undefined
  }
}

function rates() {
  const kinds: Record<string, Rate> = {}
  for (const picture of qrCorpus()) {
    const rate = (kinds[picture.kind] ??= { of: 0, found: 0, ms: 0 })
    const startedAt = performance.now()
    const text = read(picture)
    rate.ms += performance.now() - startedAt
    rate.of += 1
    if (text !== undefined && picture.texts.includes(text)) rate.found += 1
  }
  return kinds
}

function write(dir: string) {
  mkdirSync(dir, { recursive: true })
  const texts: Record<string, unknown> = {}
  for (const { kind, name, texts: expected, width, height, data } of qrCorpus()) {
    const png = new PNG({ width, height })
    png.data.set(data)
    writeFileSync(join(dir, `${name}.png`), PNG.sync.write(png))
    texts[name] = { kind, texts: expected }
  }
  writeFileSync(join(dir, 'texts.json'), JSON.stringify(texts))
  return { written: Object.keys(texts).length }
}

const [command, dir = ''] = process.argv.slice(2)
process.stdout.write(`${JSON.stringify(command === 'write' ? write(dir) : rates())}\n`)
