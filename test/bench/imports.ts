/**
 * Figures of an import, as one JSON object on standard output. `imports.js preview RUNS`: 10,000 entries out of Aegis's plain file
 * to the preview (read and judged against a vault of as many), beside the bare `JSON.parse` of the same text.
 * `imports.js file PATH` writes such a file of more than 10 MB, and `imports.js memory PATH` tells how much a fresh process grows
 * while it reads it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { exportAegis, readImport, verdicts } from '../../electron/transfer/index.ts'
import { systemRandom } from '../../electron/shells/node/system.ts'
import { newEntry, toSecret, type Entry } from '../../shared/domain/entry.ts'
import { fromUtf8, utf8 } from '../../shared/kit/index.ts'

const ENTRIES = 10_000
const LARGE_BYTES = 10_000_000
const NOW = Date.UTC(2026, 10, 24)

const entry = (at: number, note = ''): Entry => ({
  ...newEntry(
    {
      kind: 'totp',
      issuer: `Northwind ${at % 500}`,
      account: `person-${at}@northwind.example`,
      secret: toSecret(systemRandom(20))!,
      algorithm: 'SHA1',
      digits: 6,
      periodSeconds: 30,
    },
    `entry-${at}`,
    NOW,
  ),
  tags: [`tag ${at % 20}`],
  note,
})
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

async function preview(file: Uint8Array, entries: readonly Entry[]): Promise<number> {
  const found = await readImport(file)
  if (!found.ok) throw new Error(found.error.code)
  return verdicts(found.value.items, entries).length
}

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function previewFigures(runs: number) {
  const entries = Array.from({ length: ENTRIES }, (_, at) => entry(at))
  const file = utf8(exportAegis(entries, systemRandom).value)
  const parses: number[] = []
  const previews: number[] = []
  for (let run = 0; run < runs; run++) {
    // In pairs: the machine's speed drifts.
    parses.push(await timed(() => JSON.parse(fromUtf8(file) ?? '')))
    previews.push(await timed(() => preview(file, entries)))
  }
  return {
    fileBytes: file.length,
    parseMs: median(parses),
    previewMs: median(previews),
    /** Before anything was compiled: what a person waits for. */
    firstPreviewMs: previews[0],
  }
}

function largeFile(path: string) {
  const note = 'n'.repeat(600)
  const file = exportAegis(
    Array.from({ length: ENTRIES }, (_, at) => entry(at, note)),
    systemRandom,
  ).value
  if (file.length < LARGE_BYTES) throw new Error('too small')
  writeFileSync(path, file)
  return { bytes: file.length }
}

async function memoryFigures(path: string) {
  const file = new Uint8Array(readFileSync(path))
  const before = process.memoryUsage().rss
  const found = await readImport(file)
  if (!found.ok) throw new Error(found.error.code)
  // The highest the process ever was, in KiB: nothing here runs while a file is read, so nothing could watch.
  return {
    bytes: file.length,
    growthBytes: process.resourceUsage().maxRSS * 1024 - before,
    entries: found.value.items.length,
  }
}

const [command, argument = ''] = process.argv.slice(2)
const figures =
  command === 'file'
    ? largeFile(argument)
    : command === 'memory'
      ? await memoryFigures(argument)
      : await previewFigures(Number(argument || 5))
process.stdout.write(`${JSON.stringify(figures)}\n`)
