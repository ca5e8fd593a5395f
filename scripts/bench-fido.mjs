// The bench's figures of the FIDO stack: each beside another's client or library on the same key in the same run.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './built.mjs'

/** V8 compiles a client while it runs; all of them get the same before they are measured. */
const WARM_UP = 2000
const CALLS = ['getInfo', 'makeCredential', 'getAssertion']
const fido = join(root, 'dist/bench/fido.js')
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const round = (value, digits = 1) => Number(value.toFixed(digits))

/** What a program says, as JSON. Throws what it said of its trouble where it fails. */
function answer(command, words, cwd = root) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${words.join(' ')}: ${error ?? stderr}`)
  return JSON.parse(stdout)
}
const ours = (...words) => answer(process.execPath, [fido, ...words.map(String)])

function build(config) {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  const words = [vite, 'build', '--config', config, '--logLevel', 'error']
  if (spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 2, 2] }).status !== 0) process.exit(1)
}

/** @returns the rows of the table; `say` tells what is being measured. */
export async function fidoFigures({ isQuick, say }) {
  say('Strict CBOR…')
  const cbor = ours('cbor', isQuick ? 300 : 2000)
  const out = [
    {
      what: 'Strict CBOR, a key’s answers decoded',
      value: round(cbor.ours, 0),
      unit: '/s',
      beside: `cborg, strict: ${round(cbor.cborg, 0)} /s`,
      ratio: round(cbor.ours / cbor.cborg, 2),
      aim: '≥ 1 × cborg',
    },
  ]
  say('Clients on the virtual key…')
  out.push(...(await clientFigures(isQuick ? { runs: 1, count: 1000 } : { runs: 5, count: 2000 })))
  const seconds = isQuick ? 10 : 60
  say(`Watching for keys, twice ${seconds} s…`)
  const watch = ours('watch', seconds)
  out.push(
    watch === null
      ? { what: 'Watching for keys', skipped: 'only Linux tells what another process spends' }
      : {
          what: `Watching for keys, CPU over ${seconds} s, both processes`,
          value: round(watch.byHost * 100, 3),
          unit: '% of a core',
          beside: `in one process: ${round(watch.inProcess * 100, 3)} %`,
          aim: '≤ 0.1 %',
        },
  )
  say('Plug to shown, in a guest…')
  build('test/hardware/guest/vite.config.ts')
  const plug = ours('guest', isQuick ? 3 : 15)
  out.push(
    plug === null
      ? {
          what: 'Plug to shown',
          skipped: 'no guest (Debian: apt-get install qemu-system-x86 busybox-static cpio kmod fido2-tools python3)',
        }
      : {
          what: 'Plug to shown, in a guest without acceleration',
          value: round(median(plug.registry), 0),
          unit: 'ms',
          beside: `fido2-token -L asked again and again: ${round(median(plug.polled), 0)} ms`,
          ratio: round(median(plug.registry) / median(plug.polled), 2),
          aim: 'none set',
        },
  )
  return out
}

async function clientFigures({ runs, count }) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
  const path = join(folder, 'key.sock')
  const key = spawn(process.execPath, [join(root, 'dist/node/virtual-key.js'), `unix:${path}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await new Promise((resolve, reject) => {
      key.stdout.once('data', resolve)
      key.once('exit', () => reject(new Error('the virtual key did not start')))
    })
    const clients = {
      latchkey: () => ours('client', path, count, WARM_UP),
      libfido2: libfido2(folder, path, count),
      python: python(path, count),
    }
    const times = { latchkey: [], libfido2: [], python: [] }
    // In turns: the machine's speed drifts.
    for (let run = 0; run < runs; run++) {
      for (const [name, client] of Object.entries(clients)) if (client) times[name].push(client())
    }
    return CALLS.flatMap((call) => rows(call, times))
  } finally {
    key.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

function rows(call, times) {
  const of = (name, part) => (times[name].length > 0 ? median(times[name].map((one) => one[call][part])) : undefined)
  const [ms, cpu] = ['ms', 'cpuMs'].map((part) => ({
    latchkey: of('latchkey', part),
    libfido2: of('libfido2', part),
    python: of('python', part),
  }))
  if (ms.libfido2 === undefined && ms.python === undefined) {
    const skipped = 'no other client (Debian: apt-get install gcc libfido2-dev libssl-dev pkg-config python3-fido2)'
    return [{ what: `${call} on the virtual key`, skipped }]
  }
  const others = (write) =>
    [
      ms.libfido2 === undefined ? [] : `libfido2: ${write('libfido2')}`,
      ms.python === undefined ? [] : `python-fido2: ${write('python')}`,
    ]
      .flat()
      .join('; ')
  const perSecond = (name) => round(1000 / ms[name], 0)
  return [
    {
      what: `${call} on the virtual key`,
      value: perSecond('latchkey'),
      unit: '/s',
      beside: others((name) => `${perSecond(name)} /s`),
      ratio: round(ms.latchkey / (ms.libfido2 ?? ms.python), 2),
      aim: '≤ 1.5 × libfido2’s time, ≤ 1 × python-fido2’s',
    },
    {
      what: `${call}, client’s CPU a call`,
      value: round(cpu.latchkey, 3),
      unit: 'ms',
      beside: others((name) => `${round(cpu[name], 3)} ms`),
      ratio: round(cpu.latchkey / (cpu.python ?? cpu.libfido2), 2),
      aim: '≤ 1 × python-fido2’s',
    },
  ]
}

/** `undefined` where it can't be built. */
function libfido2(folder, path, count) {
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'libfido2'], { encoding: 'utf8' })
  if (flags.status !== 0) return undefined
  const program = join(folder, 'libfido2')
  const source = join(root, 'test/bench/peers/libfido2.c')
  const built = spawnSync('cc', ['-O2', '-o', program, source, ...flags.stdout.trim().split(/\s+/)])
  return built.status === 0 ? () => answer(program, [`unix:${path}`, String(count), String(WARM_UP)]) : undefined
}

function python(path, count) {
  const program = '/usr/bin/python3'
  if (spawnSync(program, ['-c', 'import fido2.ctap2, fido2.hid']).status !== 0) return undefined
  return () =>
    answer(program, ['-B', 'test/bench/peers/python-fido2.py', `unix:${path}`, String(count), String(WARM_UP)])
}
