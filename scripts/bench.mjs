// `npm run bench`: figures, each beside its floor or peer in the same run. `-- --json` prints one object; `-- --quick` measures once.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { fidoFigures } from './bench-fido.mjs'
import { ensureBuilt, root } from './built.mjs'
import { findChromium } from './suites.mjs'

const args = process.argv.slice(2)
const asJson = args.includes('--json')
const isQuick = args.includes('--quick')
const runs = isQuick ? 1 : 5
const watchSeconds = isQuick ? 4 : 20
const PASSPHRASE = 'correct horse battery staple'

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const round = (value, digits = 1) => Number(value.toFixed(digits))
const say = (text) => asJson || process.stderr.write(`${text}\n`)

ensureBuilt(['client', 'node'])
say('Bundling the parts under measurement…')
const build = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--config',
    'test/bench/vite.config.ts',
    '--logLevel',
    'error',
  ],
  { cwd: root, stdio: ['ignore', 2, 2] },
)
if (build.status !== 0) process.exit(1)

say('Vault: unlocking and saving…')
const parts = join(root, 'dist/bench/parts.js')
const vault = JSON.parse(
  spawnSync(process.execPath, [parts, 'figures', String(runs)], { encoding: 'utf8', maxBuffer: 1 << 20 }).stdout,
)

say('Loss engine: 10,000 entries, 500 identities…')
const loss = JSON.parse(
  spawnSync(process.execPath, [join(root, 'dist/bench/loss.js'), String(runs)], { encoding: 'utf8' }).stdout,
)

const whatif = JSON.parse(
  spawnSync(process.execPath, [join(root, 'dist/bench/whatif.js'), String(runs)], { encoding: 'utf8' }).stdout,
)

say('Imports: 10,000 entries; QR codes: a corpus of hard pictures…')
const measured = (part, ...words) =>
  JSON.parse(spawnSync(process.execPath, [join(root, `dist/bench/${part}.js`), ...words], { encoding: 'utf8' }).stdout)
const imports = measured('imports', 'preview', String(runs))
const memory = (() => {
  const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  try {
    measured('imports', 'file', join(dir, 'large.json'))
    return measured('imports', 'memory', join(dir, 'large.json'))
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
})()
const qr = Object.values(measured('qr', 'rates')).reduce((sum, { of, found, ms }) => ({
  of: sum.of + of,
  found: sum.found + found,
  ms: sum.ms + ms,
}))

const figures = [
  {
    what: 'Import: 10,000 Aegis entries to preview, the first time',
    value: round(imports.firstPreviewMs, 0),
    unit: 'ms',
    beside: `warm: ${round(imports.previewMs, 0)} ms; bare JSON.parse: ${round(imports.parseMs)} ms`,
    ratio: round(imports.previewMs / imports.parseMs),
    aim: '≤ 1000 ms',
  },
  {
    what: `Import: what a process grows by, reading ${round(memory.bytes / 1e6)} MB`,
    value: round(memory.growthBytes / 1e6, 0),
    unit: 'MB',
    aim: 'none set',
  },
  {
    what: `QR codes read, of ${qr.of} hard pictures`,
    value: round((100 * qr.found) / qr.of),
    unit: '%',
    beside: `${round(qr.ms / qr.of)} ms a picture`,
    aim: 'none set',
  },
  {
    what: 'Loss engine: answer, 10,000 entries, 500 identities',
    value: round(loss.computerMs),
    unit: 'ms',
    beside: `this computer lost; the phone: ${round(loss.phoneMs)} ms; best step: ${round(loss.bestStepMs)} ms`,
    aim: '≤ 50 ms',
  },
  {
    what: 'Loss engine: making that world ready',
    value: round(loss.prepareMs),
    unit: 'ms',
    beside: `longest slice: ${round(loss.prepareSliceMs)} ms`,
    aim: 'no slice over 50 ms',
  },
  {
    what: 'Loss engine: every single loss tried',
    value: round(loss.weakPointsMs),
    unit: 'ms',
    beside: `longest slice: ${round(loss.sliceMs)} ms`,
    aim: '≤ 1000 ms, no slice over 50 ms',
  },
  ...[
    ['a second loss asked', 'again'],
    ['the step that helps most', 'best'],
    ['every single loss tried', 'check'],
    ['what a question that destroys would say', 'losing'],
  ].map(([what, name]) => ({
    what: `What if?, by its service: ${what}`,
    value: round(whatif[`${name}Ms`]),
    unit: 'ms',
    beside: `longest without a turn for others: ${round(whatif[`${name}BlockedMs`])} ms`,
    aim: 'no turn over 50 ms',
  })),
  ...[1_000, 10_000].map((count) => ({
    what: `Unlock, ${count} entries`,
    value: round(vault[`unlock${count}Ms`]),
    unit: 'ms',
    beside: `bare scrypt 2^18: ${round(vault.kdfMs)} ms`,
    ratio: round(vault[`unlockOverKdf${count}`], 3),
    aim: '≤ 1.15 × the bare KDF',
  })),
  ...[1_000, 10_000].map((count) => ({
    what: `Durable save, ${count} entries`,
    value: round(vault[`save${count}Ms`]),
    unit: 'ms',
    beside: `encrypt, write, fsync the same ${round(vault[`payload${count}Bytes`] / 1024, 0)} KiB once: ${round(vault[`saveFloor${count}Ms`])} ms`,
    ratio: round(vault[`save${count}Ms`] / vault[`saveFloor${count}Ms`], 2),
    aim: 'none set',
  })),
]

figures.push(...(await fidoFigures({ isQuick, say })))

const executablePath = findChromium()
if (!executablePath) {
  figures.push({
    what: 'Start and idle cost in the browser',
    skipped: 'no Chromium (Debian: apt-get install chromium)',
  })
} else {
  const browser = await chromium.launch({
    executablePath,
    args: ['--disable-background-networking', '--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
  try {
    figures.push(...(await browserFigures(browser)))
  } finally {
    await browser.close()
  }
}

if (asJson) console.log(JSON.stringify({ node: process.version, runs, figures }))
else {
  const rows = figures.map(({ what, value, unit, beside, ratio, aim, skipped }) =>
    skipped
      ? [what, 'skipped', skipped, '', '']
      : [what, `${value} ${unit}`, beside ?? '', ratio === undefined ? '' : `× ${ratio}`, aim ?? ''],
  )
  const head = ['figure', 'median', 'beside it, same run', 'ratio', 'aim']
  const widths = head.map((_, at) => Math.max(...[head, ...rows].map((row) => row[at].length)))
  const line = (row) => `| ${row.map((cell, at) => cell.padEnd(widths[at])).join(' | ')} |`
  console.log([line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n'))
}
const skipped = figures.filter((figure) => figure.skipped).length
console.log(`${figures.length - skipped} passed, 0 failed, ${skipped} skipped`)

async function browserFigures(browser) {
  const out = []
  say('A blank page served by Node…')
  const blank = []
  for (let run = 0; run < runs; run++) blank.push(await timeBlank(browser))
  for (const count of [1_000, 10_000]) {
    say(`Start to first code, ${count} entries…`)
    const dir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
    try {
      spawnSync(process.execPath, [parts, 'vault', dir, String(count), PASSPHRASE])
      const starts = []
      for (let run = 0; run < runs; run++) starts.push(await timeStart(browser, dir))
      const of = (part) => round(median(starts.map((start) => start[part])), 0)
      out.push({
        what: `Start of the browser shell to first code, ${count} entries`,
        value: of('total'),
        unit: 'ms',
        beside: `process ${of('ready')} + page ${of('page')} + unlock and list ${of('code')} ms; blank page by Node in the same browser: ${round(median(blank), 0)} ms`,
        ratio: round(median(starts.map(({ total }) => total)) / median(blank), 2),
        aim: count === 10_000 ? 'ahead of KeePassXC’s window (1300 ms with a 100 ms KDF)' : 'none set',
      })
      if (count === 1_000) out.push(...(await idleFigures(browser, dir)))
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  }
  return out
}

async function timeBlank(browser) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const startedAt = performance.now()
  const program =
    "const s=require('http').createServer((q,r)=>{r.setHeader('content-type','text/html');r.end('<p id=x>hello')}).listen(0,'127.0.0.1',()=>console.log('http://127.0.0.1:'+s.address().port+'/'))"
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  const url = (await firstMatch(child, /(http:\S+)/))[1]
  await page.goto(url)
  await page.locator('#x').waitFor()
  const took = performance.now() - startedAt
  child.kill()
  await context.close()
  return took
}

async function openShell(dir) {
  const child = spawn(process.execPath, [join(root, 'dist/node/browser.js'), '--no-open', '--data-dir', dir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { child, url: (await firstMatch(child, /^Latchkey: (\S+)$/m))[1] }
}

async function unlock(page) {
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.keyboard.press('Enter')
  // The next code is there as well, unseen until the last ten seconds of a period.
  await page.locator('[role=row] :not(.lk-next) > .lk-code:not(.is-hidden)').first().waitFor()
}

async function timeStart(browser, dir) {
  const context = await browser.newContext({ viewport: { width: 1040, height: 720 } })
  const page = await context.newPage()
  const startedAt = performance.now()
  const { child, url } = await openShell(dir)
  const ready = performance.now() - startedAt
  await page.goto(url)
  await page.getByLabel('Passphrase', { exact: true }).waitFor()
  const shown = performance.now() - startedAt
  await unlock(page)
  const total = performance.now() - startedAt
  await context.close()
  await stopped(child)
  return { ready, page: shown - ready, code: total - shown, total }
}

/** Main-thread milliseconds a second: the tasks of the page's main thread, from Chromium's own trace of them. */
async function idleFigures(browser, dir) {
  say(`Idle cost with 1,000 entries, ${watchSeconds} s each…`)
  const context = await browser.newContext({ viewport: { width: 1040, height: 720 } })
  const page = await context.newPage()
  const { child, url } = await openShell(dir)
  await page.goto(url)
  await unlock(page)
  const watch = async () => {
    // What loading and drawing left behind is over by then.
    await page.waitForTimeout(3_000)
    await browser.startTracing(page, { categories: ['toplevel'] })
    await page.waitForTimeout(watchSeconds * 1000)
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString('utf8'))
    const thread = ({ pid, tid }) => `${pid}:${tid}`
    const mains = new Set(
      traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread),
    )
    const tasks = traceEvents.filter(
      (event) => event.name === 'ThreadControllerImpl::RunTask' && mains.has(thread(event)),
    )
    return tasks.reduce((sum, { dur = 0 }) => sum + dur, 0) / 1000 / watchSeconds
  }
  const onScreen = await watch()
  // Headless pages are never hidden by themselves, so the page is told that it is, as a browser tells it.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  const hidden = await watch()
  await page.goto('about:blank')
  const blank = await watch()
  await context.close()
  await stopped(child)
  const beside = `an empty page: ${round(blank, 2)} ms`
  return [
    {
      what: 'Main thread a second, 1,000 entries on screen',
      value: round(onScreen, 2),
      unit: 'ms',
      beside,
      aim: '≤ 5 ms',
    },
    {
      what: 'Main thread a second, 1,000 entries, hidden',
      value: round(hidden, 2),
      unit: 'ms',
      beside,
      aim: '0 (nothing above an empty page)',
    },
  ]
}

function firstMatch(child, pattern) {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const match = pattern.exec(text)
      if (match) resolve(match)
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)))
  })
}

function stopped(child) {
  return new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill()
  })
}
