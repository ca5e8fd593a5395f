/**
 * Figures of the vault, each beside its floor in the same run, as one JSON object on standard output.
 * `parts.js figures RUNS` measures; `parts.js vault DIR COUNT PASSPHRASE` makes a vault of COUNT entries to be opened by others.
 */
import { open, mkdtemp, rm } from 'node:fs/promises'
import { scrypt, randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { checkStored } from '../../electron/services/vault.ts'
import { EMPTY_VAULT, writeVault } from '../../electron/services/vault-data.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { openVaultStore } from '../../electron/vault/index.ts'
import { newEntry, toSecret, type Entry } from '../../shared/domain/entry.ts'

const ISSUERS = [
  'Amazon Web Services',
  'GitHub',
  'Proton Mail',
  'Bitwarden',
  'Northwind VPN',
  'Hetzner Cloud',
  'Fastmail',
  'deSEC DNS',
  'Nextcloud',
  'GitLab',
]

function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, at) =>
    newEntry(
      {
        kind: 'totp',
        issuer: `${ISSUERS[at % ISSUERS.length]!} ${Math.floor(at / ISSUERS.length) + 1}`,
        account: `person-${at}@northwind.example`,
        secret: toSecret(systemRandom(20))!,
        algorithm: 'SHA1',
        digits: 6,
        periodSeconds: 30,
      },
      `entry-${at}`,
      systemClock.now(),
    ),
  )
}

const store = (dir: string) =>
  openVaultStore({
    dir,
    self: { pid: process.pid, label: 'bench' },
    clock: systemClock,
    random: systemRandom,
    check: checkStored,
  })

async function makeVault(dir: string, count: number, passphrase: string) {
  const data = writeVault({ ...EMPTY_VAULT.data, entries: entries(count) }, EMPTY_VAULT.unread)
  const created = await store(dir).create({ passphrase, data })
  if (!created.ok) throw new Error(created.error.code)
  return created.value.session
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

async function timed(runs: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now()
    await work()
    took.push(performance.now() - startedAt)
  }
  return median(took)
}

/** The same scrypt with nothing around it. */
const bareKdf = (passphrase: string) =>
  new Promise<void>((resolve, reject) => {
    const N = 2 ** 18
    scrypt(passphrase, randomBytes(44), 32, { N, r: 8, p: 1, maxmem: 128 * 8 * N + 1024 * 1024 }, (error) =>
      error ? reject(error) : resolve(),
    )
  })

/** The least a durable save can be: the same bytes encrypted once, written and flushed. */
async function floorOfSave(dir: string, bytes: Uint8Array, recipient: string) {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  const sealed = await encrypter.encrypt(bytes)
  const file = await open(join(dir, 'floor.tmp'), 'w')
  await file.writeFile(sealed)
  await file.sync()
  await file.close()
}

async function figures(runs: number) {
  const passphrase = 'correct horse battery staple'
  const out: Record<string, number> = {}
  out.kdfMs = await timed(runs, () => bareKdf(passphrase))
  for (const count of [1_000, 10_000]) {
    const dir = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
    try {
      const session = await makeVault(dir, count, passphrase)
      const data = session.data()
      let turn = 0
      out[`save${count}Ms`] = await timed(runs * 2, async () => {
        const saved = await session.save({ ...data, turn: turn++ } as typeof data)
        if (!saved.ok) throw new Error(saved.error.code)
      })
      const recipient = await identityToRecipient(await generateX25519Identity())
      const bytes = new TextEncoder().encode(JSON.stringify(data))
      out[`payload${count}Bytes`] = bytes.length
      out[`saveFloor${count}Ms`] = await timed(runs * 2, () => floorOfSave(dir, bytes, recipient))
      await session.lock()
      // Paired with the bare KDF run by run: the machine's speed drifts.
      const ratios: number[] = []
      const unlocks: number[] = []
      for (let run = 0; run < runs; run++) {
        const kdf = await timed(1, () => bareKdf(passphrase))
        const startedAt = performance.now()
        const opened = await store(dir).unlock({ passphrase })
        const took = performance.now() - startedAt
        if (!opened.ok) throw new Error(opened.error.code)
        await opened.value.session.lock()
        unlocks.push(took)
        ratios.push(took / kdf)
      }
      out[`unlock${count}Ms`] = median(unlocks)
      out[`unlockOverKdf${count}`] = median(ratios)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  }
  return out
}

const [command, first, second, third] = process.argv.slice(2)
if (command === 'vault') {
  const session = await makeVault(join(first!, 'vault'), Number(second), third!)
  await session.lock()
} else {
  process.stdout.write(`${JSON.stringify(await figures(Number(first ?? 5)))}\n`)
}
