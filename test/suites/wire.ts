/** What a wire promises the contract, run for every kind of wire: through the gate, dispatch and client as they ship. */
import { afterEach } from 'vitest'
import { callsSuite } from './wire/calls.ts'
import { leaksSuite } from './wire/leaks.ts'
import { malformedSuite } from './wire/malformed.ts'
import { questionsSuite } from './wire/questions.ts'
import { serveStub, type WireKind, type WirePair } from './wire/served.ts'
import { topicsSuite } from './wire/topics.ts'
import { transportSuite } from './wire/transport.ts'

export type { WirePair } from './wire/served.ts'

export function wireSuite(kind: string, makePair: () => Promise<WirePair>): void {
  const pairs: WirePair[] = []
  afterEach(async () => {
    for (const pair of pairs.splice(0)) await pair.dispose()
  })
  const pair = async () => {
    const made = await makePair()
    pairs.push(made)
    return made
  }
  const wires: WireKind = { kind, pair, served: async (own, person) => serveStub(await pair(), own, person) }
  for (const suite of [transportSuite, callsSuite, questionsSuite, topicsSuite, leaksSuite, malformedSuite])
    suite(wires)
}
