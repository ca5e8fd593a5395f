/** The ways into an account at a site: codes, passkeys, recovery codes, and what nobody can see. */
import { codeWays, inAtom, keyAtom, lostable, mendAtom, passwordOf, thingAtom, type Making } from './making.ts'
import type { Site } from './lookup.ts'

export function siteWays(making: Making, site: Site): void {
  const { graph, at, world, mends } = making
  const account = site.ref
  const into = account
  const head = inAtom(graph, account)
  const name = { kind: account.is, at: site.at, who: site.who } as const
  making.accounts.push({ ref: account, name, atom: head, contacts: [] })
  const body = passwordOf(making, account)

  if (site.entry) codeWays(making, head, account, site.entry, { body })
  for (const { key, rpId, userId } of site.passkeys) {
    // A passkey signs in by itself: no password.
    graph.rule(head, 0, [keyAtom(graph, key), lostable(graph, { is: 'passkey', key, rpId, userId })], {
      into,
      step: { step: 'passkey', account, key, rpId, userId },
    })
  }
  for (const thing of at.recoveryCodesOf(account)) {
    graph.rule(head, 0, [...body, thingAtom(graph, thing)], { into, step: { step: 'recovery-code', account, thing } })
  }
  for (const { id } of world.keys) {
    if (site.passkeys.some(({ key }) => key === id)) continue
    const mend = mendAtom(graph, mends, { mend: 'register-key', key: id, account })
    graph.rule(head, 0, [keyAtom(graph, id), mend], { into, isMend: true })
  }
  if (at.recoveryCodesOf(account).length === 0) {
    const printed = mendAtom(graph, mends, { mend: 'print-codes', account })
    graph.rule(head, 0, [...body, printed], { into, isMend: true })
  }
  if (at.isSaid('supportHelps', account)) graph.rule(head, 3, [], { into, step: { step: 'support', account } })
  otherWay(making, account, head)
}

/** A way that hangs on nothing listed: there where the person says so, not where every way is known, else who knows? */
function otherWay({ graph, at }: Making, account: Site['ref'], head: number): void {
  const step = { step: 'other-way', account } as const
  if (at.isSaid('otherWay', account)) return graph.rule(head, 0, [], { into: account, step })
  if (at.isSaid('everyWayKnown', account)) return
  const perhaps = graph.atom(`other way ${head}`, () => ({ is: 'maybe', question: { ask: 'other-ways', account } }))
  graph.rule(head, 0, [perhaps], { into: account, step })
}
