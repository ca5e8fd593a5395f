/**
 * Contacts of root users, on which alternative factors depend: the date on which each was last known to reach its person, and
 * who may change them: root itself, or for the phone an administrator of the account (seed).
 */
import type { ContactKind } from '../../../shared/domain/device.ts'
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import type { Actor, BackendError } from '../backend.ts'
import { forbids } from './standing.ts'
import type { IdentityState } from './state.ts'
import type { Turn } from './turn.ts'

/** Enough to catch a slip: something before and after an @; digits in the usual dress. */
const SHAPE: Readonly<Record<ContactKind, RegExp>> = {
  email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
  phone: /^\+?[\d\s().-]{5,31}$/,
}

export function confirmContact(turn: Turn, identity: IdentityState, kind: ContactKind): Result<void, BackendError> {
  const contact = identity.contacts?.[kind]
  if (!contact) return err({ code: 'not-found' })
  if (turn.rules.contactsAreDated) contact.confirmedAt = turn.now
  return ok(undefined)
}

/** A new contact is unconfirmed until somebody says that it reaches its person. */
export function setContact(
  turn: Turn,
  identity: IdentityState,
  kind: ContactKind,
  value: string,
  actor: Actor,
): Result<void, BackendError> {
  const refused = err<BackendError>({ code: 'contact-not-changeable', contact: kind })
  if (!identity.contacts) return refused
  const isByAdministrator = actor.as === 'administrator'
  if (isByAdministrator && (kind !== 'phone' || !turn.rules.administratorChangesThePhone)) return refused
  if (!isByAdministrator && !turn.rules.rootChangesContacts) return refused
  const action = 'account:PutContactInformation'
  const forbidden = forbids(turn, identity, actor, { need: 'session', action, onRoot: true })
  if (forbidden) return err(forbidden)
  const next = value.trim()
  if (next.length > 320 || !SHAPE[kind].test(next)) return err({ code: 'not-supported', reason: `${kind}-malformed` })
  identity.contacts[kind] = { value: next }
  return ok(undefined)
}
