/**
 * Confused deputy (security.md, figures 18 and 19): whatever sequence of keys calls comes, with whatever answers, nothing that
 * takes something from a key goes down the wire more often than a person confirmed just that, and no PIN is tried more often
 * than one was submitted. `FUZZ=1000000 npx vitest run test/fuzz/confused-deputy.test.ts` runs so many sequences.
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeysBench, PIN, type BenchKey } from '../../electron/services/keys/testing/keys-bench.ts'
import { toBase64url, utf8 } from '../../shared/kit/index.ts'

const numRuns = Number(process.env['FUZZ'] ?? 25)
const options = { timeout: 60_000 + numRuns * 200 }

const PASSKEYS = ['a', 'b'].map((site) => ({
  rpId: `${site}.example`,
  rpName: site,
  userName: 'ana',
  displayName: 'Ana',
}))

/** How the person, or a page that was taken over, answers a confirmation. */
const confirmations = [
  'yes',
  'no',
  'no-nonce',
  'stale-nonce',
  'nonce-of-another',
  'yes-without-name',
  'yes-with-other-name',
  'throws',
  'replug-then-yes',
] as const
type Confirmation = (typeof confirmations)[number]
const pins = ['right', 'wrong', 'empty', 'throws'] as const

const calls = [
  'readPasskeys',
  'renamePasskey',
  'deletePasskeys',
  'setPin',
  'changePin',
  'readFingerprints',
  'enrolFingerprint',
  'removeFingerprint',
  'alwaysUv',
  'enterprise',
  'minPin',
  'readBlobs',
  'writeBlob',
  'reset',
  'name',
  'forget',
  'replug',
  'pass',
] as const

const step = fc.record({
  call: fc.constantFrom(...calls),
  key: fc.nat(1),
  which: fc.nat(3),
  confirm: fc.array(fc.constantFrom(...confirmations), { minLength: 1, maxLength: 3 }),
  pin: fc.array(fc.constantFrom(...pins), { minLength: 1, maxLength: 4 }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

interface Asked {
  readonly operation: string
  readonly typeName: string | undefined
  readonly effects: readonly { readonly effect: string; readonly facts: Readonly<Record<string, unknown>> }[]
  /** The key that was in the port when it was asked. */
  readonly key: string
}

/** What went down the wire that takes something, by the name of the call that may send it. */
const TAKES: readonly { readonly command: number; readonly sub?: number; readonly operation: string }[] = [
  { command: 0x07, operation: 'keys.reset' },
  { command: 0x0a, sub: 0x06, operation: 'keys.deletePasskeys' },
  { command: 0x06, sub: 0x03, operation: 'keys.setPin' },
  { command: 0x06, sub: 0x04, operation: 'keys.changePin' },
  { command: 0x09, sub: 0x06, operation: 'keys.removeFingerprint' },
  { command: 0x0d, operation: 'keys.configure' },
]

class World {
  readonly bench = new KeysBench()
  readonly keys: readonly BenchKey[]
  /** Properly confirmed, by operation and key: how many commands each lets through. */
  readonly granted = new Map<string, number>()
  readonly nonces: string[] = []
  submitted = 0
  /** Typed confirmations of a PIN's last tries that were not used yet. */
  lastTries = 0
  attempts = 0
  readonly broken: string[] = []

  constructor() {
    const { bench } = this
    this.keys = [
      bench.add('one', { pin: PIN, passkeys: PASSKEYS, fingerprints: ['index'], serial: '1' }),
      bench.add('two', { passkeys: PASSKEYS, options: { hasFingerprintSensor: false } }),
    ]
    // A finger would make PINs rare.
    this.keys[0]!.person.finger = 'no-match'
    bench.onSent = () => this.#check()
  }

  async run({ call, key: index, which, confirm, pin }: Step): Promise<void> {
    const { bench, keys } = this
    const blue = keys[index]!
    if (call === 'pass') return void (await bench.pass(which * 4_000))
    if (call === 'replug') {
      await bench.unplug(blue)
      await bench.plug(blue)
      return
    }
    if (blue.place === undefined) await bench.plug(blue)
    const key = await bench.idOf(blue)
    const known = bench.remembered.flatMap(({ passkeys }) => passkeys?.list ?? [])
    const credentialId = known[which % Math.max(1, known.length)]?.credentialId ?? 'AAAA'
    const finger = blue.key.state().fingerprints[0]?.id ?? 'AAAA'
    const newPin = which === 0 ? PIN : `new pin ${which}`
    const requests = {
      readPasskeys: ['keys.readPasskeys', { key }],
      renamePasskey: ['keys.renamePasskey', { key, credentialId, userName: 'x', displayName: 'y' }],
      deletePasskeys: [
        'keys.deletePasskeys',
        {
          key,
          credentialIds: known
            .slice(0, which)
            .map((one) => one.credentialId)
            .concat(credentialId),
        },
      ],
      setPin: ['keys.setPin', { key, newPin }],
      changePin: ['keys.changePin', { key, pin: which === 1 ? 'wrong' : PIN, newPin }],
      readFingerprints: ['keys.readFingerprints', { key }],
      enrolFingerprint: ['keys.enrolFingerprint', { key }],
      removeFingerprint: ['keys.removeFingerprint', { key, fingerprint: finger }],
      alwaysUv: ['keys.configure', { key, set: { setting: 'always-uv', on: which < 2 } }],
      enterprise: ['keys.configure', { key, set: { setting: 'enterprise-attestation' } }],
      minPin: ['keys.configure', { key, set: { setting: 'min-pin-length', length: 4 + which, forceChange: false } }],
      readBlobs: ['keys.readBlobs', { key }],
      writeBlob: ['keys.writeBlob', { key, credentialId, ...(which > 1 ? { data: toBase64url(utf8('data')) } : {}) }],
      reset: ['keys.reset', { key }],
      name: ['keys.name', { key, name: `name ${which}` }],
      forget: ['keys.forget', { key }],
    } as const
    const [name, request] = requests[call]
    if (call === 'changePin') this.submitted += 1
    const confirms = [...confirm]
    const typed = [...pin]
    try {
      await bench.call(name, request as never, {
        answer: async ({ name: question, ask }) =>
          question === 'pin'
            ? this.#types(typed.shift() ?? 'throws')
            : this.#confirms(confirms.shift() ?? 'no', blue, ask as never),
        onProgress: (progress) => {
          const { doing } = progress as { doing: string }
          if (doing === 'unplug') blue.unplug()
          if (doing === 'unplug-others') for (const other of keys) other.unplug()
          // Sometimes another one comes back.
          if (doing === 'plug') (which === 3 ? keys[1 - index]! : blue).plug()
          if (doing === 'plug' && which === 3 && keys[1 - index]!.place === undefined) blue.plug()
        },
      })
    } catch (error) {
      // Refusing is right; falling over is not.
      if ((error as { error?: unknown }).error === undefined && (error as Error).message !== 'refused') throw error
    }
    this.granted.clear()
    this.lastTries = 0
  }

  #types(pin: (typeof pins)[number]): { pin: string } {
    if (pin === 'throws') throw new Error('refused')
    this.submitted += 1
    return { pin: pin === 'right' ? PIN : pin === 'wrong' ? 'wrong' : '' }
  }

  async #confirms(
    how: Confirmation,
    blue: BenchKey,
    ask: { operation: string; nonce: string; typeName?: string; effects: Asked['effects'] },
  ): Promise<unknown> {
    const { operation, nonce, typeName, effects } = ask
    const earlier = this.nonces[0] ?? 'none'
    this.nonces.unshift(nonce)
    const named = typeName === undefined ? {} : { typedName: typeName }
    switch (how) {
      case 'no':
        return { confirmed: false, nonce, ...named }
      case 'no-nonce':
        return { confirmed: true, nonce: '', ...named }
      case 'stale-nonce':
        return { confirmed: true, nonce: this.nonces.at(-1) === nonce ? 'none' : this.nonces.at(-1), ...named }
      case 'nonce-of-another':
        return { confirmed: true, nonce: earlier, ...named }
      case 'yes-with-other-name':
        if (typeName === undefined) this.#grant(operation, blue, effects)
        return { confirmed: true, nonce, typedName: `not ${typeName ?? ''}` }
      case 'yes-without-name':
        if (typeName === undefined) this.#grant(operation, blue, effects)
        return { confirmed: true, nonce }
      case 'throws':
        throw new Error('refused')
      case 'replug-then-yes':
        // A word for the key that was there, not for the one that is there now.
        await this.bench.unplug(blue)
        await this.bench.plug(blue)
        if (operation === 'keys.reset' || operation === 'keys.forget') this.#grant(operation, blue, effects)
        return { confirmed: true, nonce, ...named }
      case 'yes':
        this.#grant(operation, blue, effects)
        return { confirmed: true, nonce, ...named }
      default:
        throw new Error('no such answer')
    }
  }

  #grant(operation: string, blue: BenchKey, effects: Asked['effects']): void {
    if (operation === 'keys.pinTry') this.lastTries += 1
    const count =
      operation === 'keys.deletePasskeys' ? effects.filter(({ effect }) => effect === 'passkey-lost').length : 1
    this.granted.set(`${operation} ${blue.name}`, count)
  }

  /** As each command goes down the wire. */
  #check(): void {
    const sent = this.bench.sent.at(-1)!
    const takes = TAKES.find(({ command, sub }) => command === sent.command && (sub === undefined || sub === sent.sub))
    if (takes) this.#spend(takes.operation, sent.key)
    // Writing large blobs: the first fragment carries the length (CTAP 2.1 §6.10.2).
    if (sent.command === 0x0c && sent.parameters?.has(0x02) && sent.parameters.has(0x04)) {
      this.#spend('keys.writeBlob', sent.key)
    }
    if (sent.command === 0x06 && [0x04, 0x05, 0x09].includes(sent.sub ?? 0)) this.#attempt(sent.key, sent.sub === 0x04)
  }

  #spend(operation: string, key: string): void {
    const id = `${operation} ${key}`
    const left = this.granted.get(id) ?? 0
    if (left <= 0) this.broken.push(`${operation} reached ${key} without a word`)
    this.granted.set(id, left - 1)
  }

  #attempt(name: string, isChange: boolean): void {
    this.attempts += 1
    if (this.attempts > this.submitted) this.broken.push('a PIN was tried that nobody submitted')
    const key = this.keys.find((one) => one.name === name)!
    // A change is confirmed by name in its own question, which `#spend` counts.
    if (key.key.state().pinRetries > 2 || isChange) return
    this.lastTries -= 1
    if (this.lastTries < 0) this.broken.push('one of the last tries was made without a word')
  }
}

describe('no sequence of calls', () => {
  it(
    'takes anything from a key that nobody confirmed for that key, nor tries a PIN that nobody submitted',
    options,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
          const world = new World()
          await world.bench.plug(...world.keys)
          for (const one of steps) {
            await world.run(one)
            expect(world.broken).toEqual([])
          }
        }),
        { numRuns },
      )
    },
  )

  it('and the watch over it is awake: what is confirmed does go through', options, async () => {
    const world = new World()
    await world.bench.plug(...world.keys)
    const yes = { key: 0, which: 0, confirm: ['yes', 'yes'], pin: ['right'] } satisfies Omit<Step, 'call'>
    for (const call of ['readPasskeys', 'deletePasskeys', 'writeBlob', 'alwaysUv', 'reset'] as const) {
      await world.run({ ...yes, call })
      expect(world.broken).toEqual([])
    }
    const sent = new Set(world.bench.sent.map(({ command, sub }) => `${command} ${sub ?? ''}`))
    expect([...sent]).toEqual(expect.arrayContaining(['10 6', '13 2', '7 ']))
    expect(world.keys[0]!.key.state().pin).toBeNull()
    // And it is awake to what is not.
    world.granted.clear()
    world.bench.sent.push({ key: 'one', command: 0x07, sub: undefined, parameters: undefined })
    world.bench.onSent()
    expect(world.broken).toEqual(['keys.reset reached one without a word'])
  })
})
