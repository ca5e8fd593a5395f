/** Security keys: what is plugged in and what was seen before, and everything that can be done to one by CTAP. */
import type { keysCalls } from '../../../shared/contract/index.ts'
import { fromKey, isKeyTrouble } from '../errors.ts'
import type { Handlers, TopicSources } from '../handlers.ts'
import { anyOf, createSource } from '../source.ts'
import { withKey, type Desk, type KeysOptions } from './desk.ts'
import { blobCalls } from './blob-calls.ts'
import { createCeremonies, type Ceremonies } from './ceremony.ts'
import { configCalls } from './config-calls.ts'
import { fingerprintCalls } from './fingerprint-calls.ts'
import { passkeyCalls } from './passkey-calls.ts'
import { pinCalls } from './pin-calls.ts'
import { plainCalls } from './plain-calls.ts'
import { PluggedKeys } from './plugged.ts'
import { changeKey, keyById } from './remembered.ts'
import { resetKey } from './reset.ts'
import { keysState } from './rows.ts'
import { twinCalls } from './twin-calls.ts'

export type { Ceremonies, CeremonyRequest, Performed } from './ceremony.ts'
export type { KeysOptions } from './desk.ts'
export type { Hand, PinAsk } from './hand.ts'

type KeysCall = keyof typeof keysCalls

export interface KeysService {
  readonly handlers: Handlers<KeysCall>
  readonly topics: Pick<TopicSources, 'keys'>
  /** For whoever registers and signs in at backends with a key. */
  readonly ceremonies: Ceremonies
  /** Lets all keys go. */
  close(): Promise<void>
}

/** A key that is plugged in again and again is not saved each time. */
const SEEN_AGAIN_MS = 10 * 60_000

export function createKeysService({ registry, ...options }: KeysOptions): KeysService {
  const { store, clock, random, log } = options
  const plugged = new PluggedKeys({
    registry,
    clock,
    random,
    log,
    remembered: () => (store.isUnlocked ? store.data().keys : []),
    onKnown: (id) => {
      const now = options.now()
      const key = store.isUnlocked ? keyById(store.data(), id) : undefined
      if (!key || now - key.lastSeenAt < SEEN_AGAIN_MS) return
      // A vault that another process writes stays as it is.
      store
        .change((data) => changeKey(data, id, (key) => ({ ...key, lastSeenAt: now })))
        .catch(() => log.info('keys.seen-not-saved'))
    },
  })
  const desk: Desk = { ...options, plugged }
  store.onChange(() => {
    if (!store.isUnlocked) void plugged.close()
  })

  const source = createSource<'keys'>(
    () => keysState(desk),
    anyOf(plugged.onChange, store.onChange, options.readings.onChange),
  )
  return {
    handlers: translated<Handlers<KeysCall>>({
      ...plainCalls(desk),
      ...pinCalls(desk),
      ...passkeyCalls(desk),
      ...fingerprintCalls(desk),
      ...configCalls(desk),
      ...blobCalls(desk),
      ...twinCalls(desk),
      'keys.reset': ({ key }, context) => withKey(desk, key, context.signal, (open) => resetKey(desk, open, context)),
    }),
    topics: {
      keys: {
        watch(params, push, end) {
          const stop = source.watch(params, push, end)
          const letGo = plugged.hold()
          return () => {
            stop()
            letGo()
          }
        },
      },
    },
    ceremonies: createCeremonies(desk),
    close: () => plugged.close(),
  }
}

type AnyHandler = (request: never, context: never) => Promise<unknown>

/** Trouble with a key becomes an error of the contract. */
const translated = <H extends object>(handlers: H): H =>
  Object.fromEntries(
    Object.entries(handlers as Record<string, AnyHandler>).map(([name, handler]) => [
      name,
      async (request: never, context: never) => {
        try {
          return await handler(request, context)
        } catch (error) {
          throw isKeyTrouble(error) ? fromKey(error) : error
        }
      },
    ]),
  ) as H
