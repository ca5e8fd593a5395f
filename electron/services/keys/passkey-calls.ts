/** Reading, renaming and deleting passkeys (CTAP 2.1 §6.8). */
import { callError, type Passkey } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { utf8 } from '../../../shared/kit/index.ts'
import { ctap2 } from '../../fido/index.ts'
import { afterChange } from '../errors.ts'
import type { CallContext, Handlers } from '../handlers.ts'
import { approve } from './approve.ts'
import { certainly, remember, requireCan, withKey, type Desk } from './desk.ts'
import { handOf, type Hand } from './hand.ts'
import { keepPasskeys, losingPasskeys, managementOf, readPasskeys, type Listed } from './passkeys.ts'
import type { OpenKey } from './plugged.ts'
import { withoutCredential } from './remembered.ts'
import { withToken } from './token.ts'

const { credentialManagement, clientPin } = ctap2
const MANAGE = { permissions: clientPin.PERMISSION.credentialManagement }
/** "At least 64 bytes" are kept of each name (WebAuthn §6.4.1). */
const MAX_NAME_BYTES = 64
/** How many sites a question names before it says "and others". */
const NAMED = 3

type PasskeyCall = 'keys.readPasskeys' | 'keys.renamePasskey' | 'keys.deletePasskeys'

export function passkeyCalls(desk: Desk): Pick<Handlers, PasskeyCall> {
  return {
    'keys.readPasskeys': ({ key }, context) =>
      withKey(desk, key, context.signal, async (open) => {
        requireCan(open, 'passkeys')
        const hand = handOf(context)
        const reading = await withToken(desk, open, hand, MANAGE, (transport, signal, token) =>
          readPasskeys(managementOf(open, transport, token), signal, tellOf(hand)),
        )
        await keepPasskeys(desk, open, reading)
        await desk.plugged.refresh(open)
        return { stored: reading.listed.length, left: reading.left }
      }),

    async 'keys.renamePasskey'({ key, credentialId, ...names }, context) {
      const userName = nameOf(names.userName, 'userName')
      const displayName = nameOf(names.displayName, 'displayName')
      await withKey(desk, key, context.signal, async (open) => {
        requireCan(open, 'renamePasskeys')
        const hand = handOf(context)
        const listed = await withToken(desk, open, hand, MANAGE, async (transport, signal, token) => {
          const management = managementOf(open, transport, token)
          const { listed, left } = await readPasskeys(management, signal, tellOf(hand))
          const found = listed.find(({ passkey }) => passkey.credentialId === credentialId)
          if (!found) throw callError('not-found', { what: 'passkey' })
          const { user, credentialId: id } = found.stored
          await credentialManagement.updateUserInformation(
            management,
            { id },
            { id: user.id, name: userName, displayName },
            { signal },
          )
          return { listed: listed.map((one) => (one === found ? renamed(one, userName, displayName) : one)), left }
        })
        // Whatever goes wrong here, it has its new name.
        await keepPasskeys(desk, open, listed).catch((error: unknown) => {
          throw afterChange(error)
        })
      })
      return {}
    },

    'keys.deletePasskeys': ({ key, credentialIds }, context) =>
      withKey(desk, key, context.signal, async (open) => {
        requireCan(open, 'passkeys')
        return { deleted: await deletePasskeys(desk, open, [...new Set(credentialIds)], context) }
      }),
  }
}

const tellOf = (hand: Hand) => (done: number, total: number) => hand.progress({ doing: 'reading', done, total })

/** Fit for a key and for one line; absent where it is empty, which removes it. Throws `bad-request`. */
function nameOf(typed: string, field: string): string | undefined {
  const name = cleanLine(typed)
  if (utf8(name).length > MAX_NAME_BYTES) throw callError('bad-request', { fields: [{ field, reason: 'too-long' }] })
  return name === '' ? undefined : name
}

function renamed(one: Listed, userName: string | undefined, displayName: string | undefined): Listed {
  const { userName: _, displayName: __, ...rest } = one.passkey
  const names = {
    ...(userName === undefined ? {} : { userName }),
    ...(displayName === undefined ? {} : { displayName }),
  }
  return { ...one, passkey: { ...rest, ...names } }
}

/**
 * Asks by what was read before, since nothing is known without the PIN; then reads the key again in the same turn, and deletes
 * only if what would be lost is still what was confirmed. Answers how many are gone.
 */
async function deletePasskeys(
  desk: Desk,
  open: OpenKey,
  ids: readonly string[],
  context: CallContext<'keys.deletePasskeys'>,
): Promise<number> {
  const hand = handOf(context)
  const passkeys = pick(certainly(desk, open.known)?.passkeys?.list ?? [], ids)
  const before = await losingPasskeys(desk, certainly(desk, open.known), passkeys, context.signal)
  const approval = await approve(desk, open, hand.confirm, {
    operation: 'keys.deletePasskeys',
    thing: sitesOf(passkeys),
    ...before,
  })
  let deleted = 0
  try {
    await withToken(desk, open, hand, MANAGE, async (transport, signal, token) => {
      const management = managementOf(open, transport, token)
      const { listed } = await readPasskeys(management, signal, tellOf(hand))
      const present = listed.map(({ passkey }) => passkey)
      const now = await losingPasskeys(desk, certainly(desk, open.known), pick(present, ids), signal)
      approval.use(now.effects)
      for (const id of ids) {
        const { stored } = listed.find(({ passkey }) => passkey.credentialId === id)!
        signal.throwIfAborted()
        hand.progress({ doing: 'writing', done: deleted, total: ids.length })
        await credentialManagement.deleteCredential(management, { id: stored.credentialId }, { signal })
        deleted += 1
        await remember(desk, open, (key) => withoutCredential(key, id, desk.now()))
      }
    })
  } catch (error) {
    throw deleted > 0 ? afterChange(error) : error
  } finally {
    await desk.plugged.refresh(open)
  }
  return deleted
}

/** Those with these ids, in the order in which they were named. Throws `not-found` where one is not there. */
const pick = (passkeys: readonly Passkey[], ids: readonly string[]): Passkey[] =>
  ids.map((id) => {
    const found = passkeys.find(({ credentialId }) => credentialId === id)
    if (!found) throw callError('not-found', { what: 'passkey' })
    return found
  })

const sitesOf = (passkeys: readonly Passkey[]): string => {
  const sites = [...new Set(passkeys.map(({ rpId, userName }) => (userName ? `${rpId} (${userName})` : rpId)))]
  return sites.length > NAMED ? `${sites.slice(0, NAMED).join(', ')}, …` : sites.join(', ')
}
