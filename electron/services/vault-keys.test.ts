import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { fromBase64url, toBase64url, utf8 } from '../../shared/kit/index.ts'
import type { CallName, Progress, Request, Response } from '../../shared/contract/index.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import type { CborMap } from '../fido/cbor/index.ts'
import { openVaultStore } from '../vault/index.ts'
import { agreeable, KeysBench, PIN, type BenchKey, type KeyPlan } from './keys/testing/keys-bench.ts'
import { createUnlocked } from './unlocked.ts'
import { createVaultKeyHandlers, VAULT_RP_ID } from './vault-keys.ts'
import { createVaultService, checkStored } from './vault.ts'

const PASSPHRASE = 'correct horse battery staple'
/** Reset of getInfo's options apart, keys as they are sold: a PIN is set. */
const WITH_PIN: KeyPlan = { pin: PIN, options: { hasFingerprintSensor: false } }
const MAKE_CREDENTIAL = 0x01
const GET_ASSERTION = 0x02

/** A vault in a folder of its own, and keys that are plugged in and out, over real CTAP. */
class VaultBench {
  readonly keys = new KeysBench({ seed: 'vault keys' })
  readonly #dir: string
  #handlers!: Record<string, (request: unknown, context: unknown) => Promise<unknown>>
  service!: Awaited<ReturnType<typeof createVaultService>>
  /** What the page's WebAuthn answers. */
  page: (ask: { ceremony: string; options: Record<string, unknown> }) => unknown = () => {
    throw new Error('no page')
  }

  private constructor(dir: string) {
    this.#dir = dir
  }

  static async start({ through = ['key', 'page'] as ('key' | 'page')[] } = {}) {
    const dir = await mkdtemp(join(tmpdir(), 'latchkey-vault-keys-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const bench = new VaultBench(dir)
    const { keys } = bench
    await keys.run(keys.store.close())
    const files = openVaultStore({
      dir: join(bench.#dir, 'vault'),
      self: { pid: process.pid, label: 'test' },
      clock: keys.clock,
      random: seededRandom('vault files'),
      check: checkStored,
      scryptLogN: 1,
    })
    bench.service = await createVaultService({
      files,
      store: keys.store,
      clock: keys.clock,
      log: keys.log,
      shell: {
        kind: 'browser',
        clipboard: { where: 'page' },
        webauthn: undefined,
        onLockWish: () => () => {},
        quit() {},
      },
      lockAfterMinutes: () => 0,
      beforeLock: [],
      keyThrough: through,
    })
    const { unlocking, adding } = createVaultKeyHandlers({
      vault: bench.service,
      keySlots: () => files.keySlots(),
      ceremonies: keys.service.ceremonies,
      keyThrough: through,
      random: seededRandom('challenges'),
      log: keys.log,
    })
    const unlocked = createUnlocked(keys.store, () => {}, keys.log)
    bench.#handlers = { ...bench.service.handlers, ...unlocking, ...unlocked.handlers(adding) } as never
    await bench.call('vault.create', { passphrase: PASSPHRASE })
    return bench
  }

  call<N extends CallName>(
    name: N,
    request: Request<N>,
    options: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Progress<N>) => void } = {},
  ): Promise<Response<N>> {
    const signal = options.signal ?? new AbortController().signal
    const context = {
      signal,
      progress: (progress: Progress<N>) => options.onProgress?.(progress),
      ask: async (question: 'pin' | 'confirm' | 'prf', ask: never) => {
        signal.throwIfAborted()
        if (question === 'prf') return this.page(ask)
        this.keys.asked.push({ name: question, ask })
        return this.keys.answer({ name: question, ask }, signal)
      },
    }
    return this.#whileTimePasses(this.#handlers[name]!(request, context)) as Promise<Response<N>>
  }
  /** Slowly: the vault's files are written in real time. */
  async #whileTimePasses<T>(promise: Promise<T>): Promise<T> {
    const end = { isSettled: false }
    void promise.catch(() => undefined).finally(() => (end.isSettled = true))
    while (!end.isSettled) {
      await new Promise(setImmediate)
      await this.keys.clock.advance(1)
    }
    return promise
  }
  async fails<N extends CallName>(name: N, request: Request<N>): Promise<unknown> {
    try {
      await this.call(name, request)
    } catch (error) {
      const crossing = (error as { error?: unknown }).error
      if (crossing !== undefined) return crossing
      throw error
    }
    throw new Error(`${name} did not fail`)
  }

  add(name = 'Blue', through: 'key' | 'page' = 'key') {
    return this.call('vault.addKey', { passphrase: PASSPHRASE, name, through })
  }
  unlock(through: 'key' | 'page' = 'key') {
    return this.call('vault.unlockWithKey', { through })
  }
  async lock() {
    await this.call('vault.lock', {})
    await this.keys.pass(200)
  }
  get isUnlocked() {
    return this.keys.store.isUnlocked
  }
  async withKey(plan: KeyPlan = WITH_PIN, name = 'blue'): Promise<BenchKey> {
    const key = this.keys.add(name, plan)
    await this.keys.plug(key)
    return key
  }
  /** Commands of that number that were sent with a person's touch. */
  touches(command: number): number {
    return this.keys.sent.filter((sent) => sent.command === command && !isSilent(sent.parameters)).length
  }
}

/** `up: false` in getAssertion's options (CTAP 2.1 §6.2). */
const isSilent = (parameters: CborMap | undefined) => (parameters?.get(5) as CborMap | undefined)?.get('up') === false

describe('adding a security key', () => {
  test('takes three touches and one PIN, and the key opens the vault from then on', async () => {
    const bench = await VaultBench.start()
    await bench.withKey()
    const steps: string[] = []
    await bench.call(
      'vault.addKey',
      { passphrase: PASSPHRASE, name: 'Blue', through: 'key' },
      { onProgress: ({ step }) => steps.at(-1) === step || steps.push(step) },
    )
    expect(steps).toEqual(['making', 'asking', 'comparing', 'saving'])
    expect(bench.keys.asked.map(({ name }) => name)).toEqual(['pin'])
    expect([bench.touches(MAKE_CREDENTIAL), bench.touches(GET_ASSERTION)]).toEqual([1, 2])
    expect(bench.service.session().slots()).toMatchObject([
      { kind: 'passphrase' },
      { kind: 'security-key', label: 'Blue', file: 'present' },
    ])
    await bench.lock()
    expect(bench.isUnlocked).toBe(false)
    await bench.unlock()
    expect(bench.isUnlocked).toBe(true)
  })

  test('asks for the PIN anew once the key refused one, and spends no attempt that nobody typed', async () => {
    const bench = await VaultBench.start()
    await bench.withKey()
    const typed = ['0000-wrong', PIN]
    bench.keys.answer = ({ name, ask }) => (name === 'pin' ? { pin: typed.shift() } : agreeable()({ name, ask }, null!))
    await bench.add()
    expect(typed).toEqual([])
    expect(bench.keys.asked.map(({ ask }) => ask['wasWrong'])).toEqual([false, true])
  })

  test('refuses one without a PIN, one without hmac-secret, and one that is added already, and leaves no slot', async () => {
    const bench = await VaultBench.start()
    const bare = await bench.withKey({ options: { hasFingerprintSensor: false } }, 'bare')
    const request = { passphrase: PASSPHRASE, name: 'Blue', through: 'key' } as const
    expect(await bench.fails('vault.addKey', request)).toMatchObject({ code: 'pin-not-set' })
    await bench.keys.unplug(bare)
    const old = await bench.withKey({ options: { profile: 'u2f' } }, 'old')
    expect(await bench.fails('vault.addKey', request)).toMatchObject({
      code: 'key-cannot',
      detail: { reason: 'u2f-only' },
    })
    await bench.keys.unplug(old)
    await bench.withKey()
    await bench.add()
    expect(await bench.fails('vault.addKey', request)).toMatchObject({ code: 'name-taken' })
    expect(await bench.fails('vault.addKey', { ...request, name: 'Again' })).toMatchObject({
      code: 'key-refused',
      detail: { reason: 'duplicate' },
    })
    expect(bench.service.session().slots()).toHaveLength(2)
  })

  test('refuses a developer’s socket before anything is made on it', async () => {
    const bench = await VaultBench.start()
    const key = bench.keys.add('socket', WITH_PIN)
    Object.assign(key.found, { kind: 'socket' })
    await bench.keys.plug(key)
    expect(await bench.fails('vault.addKey', { passphrase: PASSPHRASE, name: 'Blue', through: 'key' })).toMatchObject({
      code: 'key-cannot',
      detail: { reason: 'developer-key' },
    })
    expect(bench.touches(MAKE_CREDENTIAL)).toBe(0)
  })

  test('asks for the passphrase first, and needs an open vault', async () => {
    const bench = await VaultBench.start()
    await bench.withKey()
    const wrong = { passphrase: 'not it at all', name: 'Blue', through: 'key' } as const
    expect(await bench.fails('vault.addKey', wrong)).toMatchObject({ code: 'wrong-passphrase' })
    await bench.lock()
    expect(await bench.fails('vault.addKey', { ...wrong, passphrase: PASSPHRASE })).toMatchObject({ code: 'locked' })
    expect(bench.keys.sent.filter(({ command }) => command === MAKE_CREDENTIAL)).toEqual([])
  })

  test('takes a finger where the key has a reader, and no PIN', async () => {
    const bench = await VaultBench.start()
    const key = await bench.withKey({ pin: PIN, fingerprints: ['Right'] })
    await bench.add()
    await bench.lock()
    await bench.unlock()
    expect(bench.keys.asked).toEqual([])
    expect(key.person.asked.filter((asked) => asked === 'verify').length).toBeGreaterThanOrEqual(4)
  })
})

describe('unlocking with a security key', () => {
  test('passes over a key that has no slot, without a PIN or a touch, and takes the right one when it is plugged in', async () => {
    const bench = await VaultBench.start()
    const blue = await bench.withKey()
    await bench.add()
    await bench.lock()
    await bench.keys.unplug(blue)
    const other = await bench.withKey(WITH_PIN, 'other')
    bench.keys.asked.length = 0
    const seen: string[] = []
    const unlocking = bench.call(
      'vault.unlockWithKey',
      { through: 'key' },
      {
        onProgress: ({ doing }) => {
          seen.push(doing)
          if (doing === 'other-key') void bench.keys.plug(blue)
        },
      },
    )
    await unlocking
    expect(bench.isUnlocked).toBe(true)
    expect(seen[0]).toBe('other-key')
    expect(other.person.asked).toEqual([])
    expect(bench.keys.asked).toHaveLength(1)
  })

  test('waits for a key, and ends when the person turns away', async () => {
    const bench = await VaultBench.start()
    const blue = await bench.withKey()
    await bench.add()
    await bench.lock()
    await bench.keys.unplug(blue)
    const leave = new AbortController()
    const unlocking = bench.call(
      'vault.unlockWithKey',
      { through: 'key' },
      {
        signal: leave.signal,
        onProgress: ({ doing }) => doing === 'waiting-for-key' && leave.abort(new Error('left')),
      },
    )
    await expect(unlocking).rejects.toThrow('left')
    expect(bench.isUnlocked).toBe(false)
  })

  test('is refused by a key that was reset since', async () => {
    const bench = await VaultBench.start()
    const blue = await bench.withKey()
    await bench.add()
    await bench.lock()
    await bench.keys.unplug(blue)
    await bench.withKey(WITH_PIN, 'blue, after a reset')
    const leave = new AbortController()
    const seen: string[] = []
    const unlocking = bench.call(
      'vault.unlockWithKey',
      { through: 'key' },
      {
        signal: leave.signal,
        onProgress: ({ doing }) => {
          seen.push(doing)
          leave.abort(new Error('left'))
        },
      },
    )
    await expect(unlocking).rejects.toThrow('left')
    expect(seen).toEqual(['other-key'])
  })

  test('knows the key again afterwards by what the vault remembers', async () => {
    const bench = await VaultBench.start()
    await bench.withKey()
    await bench.add()
    await bench.lock()
    await bench.unlock()
    const watched = bench.keys.watch()
    await bench.keys.pass(400)
    expect(watched.last.plugged).toMatchObject([{ recognisedBy: 'credential' }])
    watched.stop()
  })

  test('says so where no key has a slot', async () => {
    const bench = await VaultBench.start()
    await bench.lock()
    expect(await bench.fails('vault.unlockWithKey', { through: 'key' })).toMatchObject({ code: 'not-found' })
  })
})

describe('the page’s WebAuthn', () => {
  /** A page that asks the same key, as a browser does: its answer with the outputs apart. */
  const browser = (bench: VaultBench, change: (response: Json) => void = () => {}) => {
    bench.page = async ({ ceremony, options }) => {
      const { response } = await bench.keys.service.ceremonies.perform({
        ceremony: ceremony as 'create' | 'get',
        options,
        rp: { rpId: VAULT_RP_ID, origin: `http://${VAULT_RP_ID}:1` },
        signal: new AbortController().signal,
        pin: async () => ({ pin: PIN }),
        confirm: { ask: async (_, { nonce }) => ({ confirmed: true, nonce }) },
        progress: () => {},
      })
      const answer = structuredClone(response) as unknown as Json
      const outputs = answer.clientExtensionResults.prf?.results
      delete answer.clientExtensionResults.prf?.results
      change(answer)
      return { response: answer, ...(outputs ? { outputs } : {}) }
    }
  }
  interface Json {
    response: { authenticatorData: string }
    clientExtensionResults: { prf?: { results?: unknown } }
  }

  test('opens a slot that raw CTAP made, and raw CTAP one that it made', async () => {
    const bench = await VaultBench.start()
    browser(bench)
    await bench.withKey()
    await bench.add('Blue', 'key')
    await bench.lock()
    await bench.unlock('page')
    expect(bench.isUnlocked).toBe(true)

    await bench.withKey(WITH_PIN, 'green')
    await bench.keys.unplug(bench.keys.keys[0]!)
    await bench.add('Green', 'page')
    await bench.lock()
    await bench.unlock('key')
    expect(bench.isUnlocked).toBe(true)
  })

  test.each<[string, (flags: Uint8Array) => void]>([
    ['came of a person who was not verified', (data) => (data[32]! &= ~0x04)],
    ['came without a touch', (data) => (data[32]! &= ~0x01)],
    ['is another site’s', (data) => (data[0]! ^= 1)],
  ])('is refused where the answer %s', async (_, spoil) => {
    const bench = await VaultBench.start()
    await bench.withKey()
    await bench.add()
    await bench.lock()
    browser(bench, ({ response }) => {
      const data = fromBase64url(response.authenticatorData)!
      spoil(data)
      response.authenticatorData = toBase64url(data)
    })
    expect(await bench.fails('vault.unlockWithKey', { through: 'page' })).toMatchObject({ code: 'key-answer' })
    expect(bench.isUnlocked).toBe(false)
  })

  test('is not asked in a shell that has none', async () => {
    const bench = await VaultBench.start({ through: ['key'] })
    expect(await bench.fails('vault.unlockWithKey', { through: 'page' })).toMatchObject({ code: 'not-here' })
  })
})

test('nothing that a key answered is ever logged', async () => {
  const bench = await VaultBench.start()
  await bench.withKey()
  await bench.add()
  await bench.lock()
  await bench.unlock()
  expect(utf8(bench.keys.log.text).length).toBeGreaterThan(0)
  expect(bench.keys.log.text).not.toMatch(new RegExp(`prf|AGE-|${PIN}`, 'i'))
})
