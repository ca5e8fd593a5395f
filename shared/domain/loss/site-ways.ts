/** The ways into an account at a site: codes, passkeys, recovery codes, and what nobody can see. */
import type { Site } from './lookup.ts'
import {
  codeWays,
  inAtom,
  keyAtom,
  lostable,
  mendAtom,
  passwordOf,
  thingAtom,
  type Making,
  type MendNode,
} from './making.ts'
import { accountKey } from './refs.ts'

export function siteWays(making: Making, site: Site): void {
  const { graph, at, world, mends } = making
  const account = site.ref
  const into = account
  const key = accountKey(account)
  const head = inAtom(graph, account)
  const name = { kind: account.is, at: site.at, who: site.who } as const
  making.accounts.push({ ref: account, name, atom: head, contacts: [] })
  const body = passwordOf(making, account)

  if (site.entry) codeWays(making, head, account, site.entry, { body })
  for (const { key: on, rpId, userId } of site.passkeys) {
    // A passkey signs in by itself: no password.
    graph.rule(head, 0, [keyAtom(graph, on), lostable(graph, { is: 'passkey', key: on, rpId, userId })], {
      into,
      step: { step: 'passkey', account, key: on, rpId, userId },
    })
  }
  const codes = at.recoveryCodesOf(key)
  for (const thing of codes) {
    graph.rule(head, 0, [...body, thingAtom(graph, thing)], { into, step: { step: 'recovery-code', account, thing } })
  }
  if (at.isSaid('supportHelps', key)) graph.rule(head, 3, [], { into, step: { step: 'support', account } })
  const perhaps = otherWay(making, account, key, head)
  // Where no password has to be at hand, any other way comes to the same as one more.
  const passkey = perhaps ?? newWay(making, head, [])
  const printed = body.length === 0 ? passkey : newWay(making, head, body)
  mends.push(() => [
    ...world.keys
      .filter(({ id }) => !site.passkeys.some((one) => one.key === id))
      .map(({ id }): MendNode => ({
        mend: { mend: 'register-key', key: id, account },
        atom: passkey,
        needs: keyAtom(graph, id),
      })),
    ...(codes.length === 0 ? [{ mend: { mend: 'print-codes', account } as const, atom: printed }] : []),
  ])
}

/** An atom that would let in once it is mended. */
function newWay({ graph }: Making, head: number, body: readonly number[]): number {
  const atom = mendAtom(graph)
  graph.rule(head, 0, [...body, atom], { isMend: true })
  return atom
}

/** A way that hangs on nothing listed: there where the person says so, not where every way is known, else who knows? */
function otherWay({ graph, at }: Making, account: Site['ref'], key: string, head: number): number | undefined {
  const step = { step: 'other-way', account } as const
  if (at.isSaid('otherWay', key)) graph.rule(head, 0, [], { into: account, step })
  else if (!at.isSaid('everyWayKnown', key)) {
    const perhaps = graph.fresh({ is: 'maybe', question: { ask: 'other-ways', account } })
    graph.rule(head, 0, [perhaps], { into: account, step })
    return perhaps
  }
  return undefined
}
