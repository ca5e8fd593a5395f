/**
 * What the signed-in may do, as the server listed it at sign-in: names of allowed actions, and `name=value` beside `name` for
 * those with a value. Where no policy stands in a scope, the server lists everything it knows of instead, so that an action
 * with a value is then listed without one. Pages and buttons follow this list; the server has the last word all the same.
 */
export type Role = 'user' | 'admin'

export interface Rights {
  readonly role: Role
  /** Unknown rights (an API key lists none) are not denied here. */
  may(action: string): boolean
  /** The value a policy gives an action. */
  valueOf(action: string): string | undefined
  /** A policy says so: not merely listed because no policy says anything. */
  isSet(action: string): boolean
}

/** Actions that exist for administrators alone, and stand in no user's list though a user is never refused them. */
const NOT_FOR_USERS: ReadonlySet<string> = new Set(['tokenlist'])
/** One of the actions with values, listed in every scope that lists everything. */
const VALUED = 'totp_hashlib'

export function createRights(role: Role, listed: readonly string[] | undefined): Rights {
  const actions = new Set(listed)
  const values = new Map(
    (listed ?? []).flatMap((action) => {
      const at = action.indexOf('=')
      return at > 0 ? [[action.slice(0, at), action.slice(at + 1)] as const] : []
    }),
  )
  const isEverything = listed === undefined || (actions.has(VALUED) && !values.has(VALUED))
  return {
    role,
    may: (action) => listed === undefined || actions.has(action) || (role === 'user' && NOT_FOR_USERS.has(action)),
    valueOf: (action) => values.get(action),
    isSet: (action) => !isEverything && actions.has(action),
  }
}
