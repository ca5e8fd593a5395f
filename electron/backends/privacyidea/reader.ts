/** What the server says of people and their tokens, as reads and writes both need it. */
import type { MfaDevice } from '../../../shared/domain/device.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import { BackendFault } from '../backend.ts'
import type { Client } from './client.ts'
import { idOf, isOwnedBy, listTokens, personOf, type Person } from './listing.ts'
import type { Session } from './session.ts'
import * as tokens from './tokens.ts'
import type { OutOfUse, Token } from './tokens.ts'

/** Listings are shared by the reads of one refresh. */
const LISTING_GOOD_MS = 1000

export interface Reader {
  /** Whom an id means, and who asks. Throws `not-found` for what is no id, and to users for everybody but themselves. */
  who(identityId: string, signal: AbortSignal): Promise<{ readonly person: Person; readonly session: Session }>
  tokensOf(person: Person, signal: AbortSignal): Promise<readonly Token[]>
  /** The one token of a serial, whoever has it; `undefined` where there is none that may be seen. */
  token(serial: string, signal: AbortSignal): Promise<Token | undefined>
  /** As `token`, after a write that was done: where it can't be read, `undefined` too. */
  tokenAfter(serial: string, signal: AbortSignal): Promise<Token | undefined>
  devices(all: readonly Token[]): readonly MfaDevice[]
  device(token: Token): MfaDevice | undefined
  /** Why a token is disabled, which the server does not keep. */
  noteOutOfUse(serial: string, outOfUse: OutOfUse): void
  /** Something was written: listings are read anew. */
  forget(): void
}

export function createReader(client: Client, clock: Clock): Reader {
  const listings = new Map<string, { readonly at: number; readonly tokens: Promise<readonly Token[]> }>()
  const outOfUse = new Map<string, OutOfUse>()

  async function token(serial: string, signal: AbortSignal): Promise<Token | undefined> {
    // A star or a comma would find others.
    if (!tokens.isSerial(serial)) return undefined
    const found = await listTokens(client, { serial }, signal)
    return found.find((one) => one.serial === serial)
  }

  async function tokensOf(person: Person, signal: AbortSignal): Promise<readonly Token[]> {
    const key = idOf(person)
    const known = listings.get(key)
    const age = known && clock.now() - known.at
    if (known && age !== undefined && age >= 0 && age < LISTING_GOOD_MS) {
      try {
        return await known.tokens
      } catch (error) {
        // It was cancelled by whoever asked first.
        if (signal.aborted || error instanceof BackendFault) throw error
      }
    }
    const query = { user: person.login, realm: person.realm }
    const found = listTokens(client, query, signal).then((all) => all.filter((one) => isOwnedBy(one, person)))
    const listing = { at: clock.now(), tokens: found }
    listings.set(key, listing)
    found.catch(() => {
      if (listings.get(key) === listing) listings.delete(key)
    })
    return found
  }

  function device(token: Token): MfaDevice | undefined {
    if (tokens.isInUse(token)) {
      outOfUse.delete(token.serial)
      return tokens.deviceOf(token, undefined)
    }
    // Disabled by somebody else: since when is not told, so it is since it was first seen.
    const known = outOfUse.get(token.serial) ?? { loss: 'lost', since: clock.now() }
    outOfUse.set(token.serial, known)
    return tokens.deviceOf(token, known)
  }

  return {
    async who(identityId, signal) {
      signal.throwIfAborted()
      const person = personOf(identityId)
      const session = await client.session(signal)
      const isSelf = identityId === idOf({ login: session.user, realm: session.realm })
      if (!person || (session.rights.role !== 'admin' && !isSelf)) throw new BackendFault({ code: 'not-found' })
      return { person, session }
    },
    tokensOf,
    token,
    tokenAfter: (serial, signal) => token(serial, signal).catch(() => undefined),
    devices: (all) => all.filter((one) => !tokens.isHalfMade(one)).flatMap((one) => device(one) ?? []),
    device,
    noteOutOfUse: (serial, why) => void outOfUse.set(serial, why),
    forget: () => listings.clear(),
  }
}
