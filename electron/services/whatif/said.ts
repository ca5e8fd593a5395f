/** What the person says and takes back, as pure changes of what is kept. */
import { callError, type Saying, type Unsaying } from '../../../shared/contract/index.ts'
import { accountKey, contactKey, deviceKey, identityKey, THIS_COMPUTER } from '../../../shared/domain/loss/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import type { Kept } from './kept.ts'

/** As many as the engine's schema takes of each list. */
const MOST = 2000

/** A list of what is kept, whatever is in it. */
type Item = Saying['item']

/**
 * With this added, in the place of what was said of the same. `freshId`: of a new thing. Throws `bad-request` where a thing has no
 * name or a list is full.
 */
export function say(
  kept: Kept,
  { list, item }: Saying,
  freshId: string,
): { readonly kept: Kept; readonly id?: string } {
  if (list === 'things') {
    const id = item.id ?? freshId
    const name = cleanLine(item.name)
    if (name === '') throw refused('name', 'name-missing')
    // This computer is always there, and is no thing that somebody adds.
    if (id === THIS_COMPUTER) throw refused('id', 'not-a-thing')
    return { kept: withItem(kept, { list, item: { ...item, id, name } }), id }
  }
  const added = withItem(kept, { list, item } as Saying)
  // "There is no other way" and "there is another way" are never both so.
  if (list === 'everyWayKnown') return { kept: withoutItem(added, { list: 'otherWay', item }) }
  return { kept: list === 'otherWay' ? withoutItem(added, { list: 'everyWayKnown', item }) : added }
}

/** Without this. A thing goes with all that was said to be on it; a password that was nowhere else stays if it is remembered. */
export function unsay(kept: Kept, unsaying: Unsaying): Kept {
  const without = withoutItem(kept, unsaying)
  return unsaying.list === 'things' ? withoutPlace(without, unsaying.item.id) : without
}

const refused = (field: string, reason: string) => callError('bad-request', { fields: [{ field, reason }] })

function withItem(kept: Kept, saying: Saying): Kept {
  const key = keyOf(saying)
  const items = listOf(kept, saying.list)
  const others = items.filter((one) => keyOf({ list: saying.list, item: one } as Saying) !== key)
  if (others.length >= MOST) throw refused(saying.list, 'too-many')
  const at = items.findIndex((one) => keyOf({ list: saying.list, item: one } as Saying) === key)
  // What is said again keeps its place: chips don't jump about.
  const next = at < 0 ? [...items, saying.item] : [...items.slice(0, at), saying.item, ...items.slice(at + 1)]
  return withList(kept, saying.list, next)
}

function withoutItem(kept: Kept, unsaying: Unsaying): Kept {
  const key = keyOf(unsaying)
  const items = listOf(kept, unsaying.list)
  return withList(
    kept,
    unsaying.list,
    items.filter((one) => keyOf({ list: unsaying.list, item: one } as Saying) !== key),
  )
}

function withoutPlace(kept: Kept, thing: string): Kept {
  const isElsewhere = ({ on }: { readonly on: string }) => on !== thing
  const { said } = kept
  return {
    ...kept,
    said: {
      ...said,
      copies: said.copies.filter(isElsewhere),
      recoveryCodes: said.recoveryCodes.filter(isElsewhere),
      backupsAt: said.backupsAt.filter(isElsewhere),
      numbers: said.numbers.filter(isElsewhere),
      passwords: said.passwords
        .map((password) => ({ ...password, on: password.on.filter((on) => on !== thing) }))
        .filter(({ isRemembered, on }) => isRemembered || on.length > 0),
    },
  }
}

const listOf = ({ said, othersIdentities }: Kept, list: Saying['list']): readonly Item[] =>
  list === 'othersIdentities' ? othersIdentities : said[list]

const withList = (kept: Kept, list: Saying['list'], items: readonly Item[]): Kept =>
  list === 'othersIdentities'
    ? { ...kept, othersIdentities: items as Kept['othersIdentities'] }
    : { ...kept, said: { ...kept.said, [list]: items } }

/** What is said of the same thing has the same text. */
function keyOf(saying: Saying | Unsaying): string {
  switch (saying.list) {
    case 'things':
      return saying.item.id ?? ''
    case 'copies': {
      const { of, on } = saying.item
      return `${of.is === 'entry' ? accountKey(of) : deviceKey(of)} ${on}`
    }
    case 'deviceKeys':
      return deviceKey(saying.item.device)
    case 'recoveryCodes':
      return `${accountKey(saying.item.of)} ${saying.item.on}`
    case 'passwords':
      return accountKey(saying.item.of)
    case 'backupsAt':
      return `${saying.item.backup.length}:${saying.item.backup} ${saying.item.on}`
    case 'mailboxes':
      return `${contactKey('email', saying.item.address)} ${accountKey(saying.item.account)}`
    case 'numbers':
      return `${contactKey('phone', saying.item.number)} ${saying.item.on}`
    case 'contacts':
      return identityKey(saying.item.identity)
    case 'sameAccount':
      return accountKey({ is: 'site', ...saying.item.site })
    case 'everyWayKnown':
    case 'otherWay':
    case 'supportHelps':
      return accountKey(saying.item)
    case 'keysComplete':
      return saying.item
    case 'othersIdentities':
      return identityKey(saying.item)
  }
}
