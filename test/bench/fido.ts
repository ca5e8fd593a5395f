/**
 * Figures of the FIDO stack, one JSON object on standard output.
 * `fido.js client PATH COUNT WARM_UP`: of each call to the key on that unix socket, milliseconds of time and of CPU, after
 * as many calls as WARM_UP says.
 * `fido.js cbor MS`: strict decodes a second, and cborg's, of the same answers of a key.
 * `fido.js watch SECONDS`: CPU of watching for keys as a share of one core, in this process and by the HID host, whose own
 * counts too.
 * `fido.js guest RUNS`: milliseconds from plug to shown in a guest, and those of `fido2-token -L` polled; null without one.
 */
import { decode as decodeForeign } from 'cborg'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decode, encode, type CborValue } from '../../electron/fido/cbor/index.ts'
import { getAssertion, getInfo, makeCredential } from '../../electron/fido/ctap2/index.ts'
import { openTransport } from '../../electron/fido/ctaphid/index.ts'
import { hostedSource, nodeHidSource, openSocketPort, Registry, type KeySource } from '../../electron/fido/index.ts'
import { createVirtualKey } from '../../electron/fido/virtual/index.ts'
import { forkHidHost } from '../../electron/shells/node/hid-host.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { utf8 } from '../../shared/kit/index.ts'
import { ROOT, willing } from '../hardware/support.ts'
import { hasGuest, prepareGuest, runInGuest } from '../hardware/guest/guest.ts'

const parts = { clock: systemClock, random: systemRandom }
const CLIENT_DATA_HASH = new Uint8Array(32).fill(7)
const RP = { id: 'example.com', name: 'Example' }
const REGISTRATION = {
  clientDataHash: CLIENT_DATA_HASH,
  rp: RP,
  user: { id: utf8('user 1'), name: 'ada', displayName: 'Ada' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
} as const

async function client(path: string, count: number, warmUp: number) {
  const port = await openSocketPort({ kind: 'unix', path }, parts)
  const transport = await openTransport({ port, ...parts })
  const made = await makeCredential(transport, REGISTRATION)
  const allowList = [{ id: made.authData.attestedCredential!.credentialId }]
  const measured = async (call: () => Promise<unknown>) => {
    for (let i = 0; i < warmUp; i++) await call()
    const began = performance.now()
    const cpu = process.cpuUsage()
    for (let i = 0; i < count; i++) await call()
    const took = performance.now() - began
    const { user, system } = process.cpuUsage(cpu)
    return { ms: took / count, cpuMs: (user + system) / 1000 / count }
  }
  const out = {
    getInfo: await measured(() => getInfo(transport)),
    makeCredential: await measured(() => makeCredential(transport, REGISTRATION)),
    getAssertion: await measured(() =>
      getAssertion(transport, { rpId: RP.id, clientDataHash: CLIENT_DATA_HASH, allowList }),
    ),
  }
  await transport.close()
  return out
}

/** Answers of a key as they come: what it is, a registration with its certificate, an assertion. */
async function answers(): Promise<Uint8Array[]> {
  const key = createVirtualKey({ ...parts, person: willing() })
  const transport = await openTransport({ port: key.port(), ...parts })
  const kept: Uint8Array[] = []
  const cbor = async (command: number, parameters: Uint8Array) => {
    const answer = await transport.cbor(command, parameters)
    kept.push(answer)
    return answer
  }
  const listening = { ...transport, cbor } as typeof transport
  await getInfo(listening)
  const made = await makeCredential(listening, REGISTRATION)
  const allowList = [{ id: made.authData.attestedCredential!.credentialId }]
  await getAssertion(listening, { rpId: RP.id, clientDataHash: CLIENT_DATA_HASH, allowList })
  await transport.close()
  return kept
}

async function cbor(forMs: number) {
  const samples = await answers()
  const foreignOptions = { useMaps: true, strict: true, allowIndefinite: false, allowUndefined: false } as const
  const rate = (decodeOne: (bytes: Uint8Array) => unknown) => {
    let count = 0
    const began = performance.now()
    for (; performance.now() - began < forMs; count += samples.length) for (const one of samples) decodeOne(one)
    return (count * 1000) / (performance.now() - began)
  }
  const ours = (bytes: Uint8Array) => {
    if (!decode(bytes).ok) throw new Error('not decoded')
  }
  const theirs = (bytes: Uint8Array) => decodeForeign(bytes, foreignOptions)
  for (const one of samples) {
    const read = decode(one)
    if (!read.ok || Buffer.compare(encode(read.value.value), encode(theirs(one) as CborValue)) !== 0) {
      throw new Error('the two decoders do not agree')
    }
  }
  // Once each to be compiled, then in turns.
  const rounds = [0, 1, 2, 3].map(() => ({ ours: rate(ours), cborg: rate(theirs) })).slice(1)
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[1]!
  return { ours: middle(rounds.map((round) => round.ours)), cborg: middle(rounds.map((round) => round.cborg)) }
}

/** Milliseconds of CPU that all threads of a process have used, to the nanosecond (`schedstat` of Linux). */
function spentBy(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const spent = (thread: string) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
  return threads.map(spent).reduce((sum, one) => sum + one) / 1e6
}

/** Null where a process can't be asked for its children's CPU. */
async function watch(seconds: number) {
  if (process.platform !== 'linux') return null
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const share = async (source: KeySource) => {
    const stop = new Registry([source], systemClock).watch(() => {})
    // Starting the host and loading the native module are over by then.
    await pause(5000)
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ')
    const processes = [process.pid, ...children.filter(Boolean).map(Number)]
    const spent = () => processes.map(spentBy).reduce((sum, one) => sum + one)
    const before = spent()
    await pause(seconds * 1000)
    const share = (spent() - before) / 1000 / seconds
    stop()
    return share
  }
  const inProcess = await share(nodeHidSource())
  const spawn = () => forkHidHost(join(ROOT, 'dist/node/hid-host.js'))
  const hosted = hostedSource({ spawn, clock: systemClock })
  const byHost = await share(hosted)
  hosted.close()
  return { inProcess, byHost }
}

async function guest(runs: number) {
  if (!hasGuest()) return null
  prepareGuest()
  const { code, output, steps } = await runInGuest(
    [process.execPath, 'dist/hardware/inside.js', 'plug-times', String(runs)],
    {
      memoryMb: 1536,
      deadlineMs: 300_000,
    },
  )
  if (code !== 0) throw new Error(`the guest ended with ${code}: ${output}`)
  return JSON.parse(steps.at(-1)!) as unknown
}

const [command, first, second, third] = process.argv.slice(2)
const commands: Record<string, () => Promise<unknown>> = {
  client: () => client(first!, Number(second), Number(third)),
  cbor: () => cbor(Number(first)),
  watch: () => watch(Number(first)),
  guest: () => guest(Number(first)),
}
process.stdout.write(`${JSON.stringify(await commands[command!]!())}\n`)
