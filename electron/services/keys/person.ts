/** The person at a call, as a ceremony's client knows them (electron/fido/client). */
import { ctap2, type client } from '../../fido/index.ts'
import { approve } from './approve.ts'
import { labelOf, type Desk } from './desk.ts'
import type { Hand } from './hand.ts'
import type { OpenKey } from './plugged.ts'
import { FEW_RETRIES, infoOf, triesLeft } from './token.ts'

/** One of several accounts by its place, or nothing. */
export type Choose = (accounts: readonly { readonly name: string }[]) => Promise<number | undefined>

/** Runs `ceremony` with the person; what the key waited for is not shown any longer than that. */
export async function withPerson<T>(
  desk: Desk,
  open: OpenKey,
  hand: Hand,
  choose: Choose | undefined,
  ceremony: (person: client.Person) => Promise<T>,
): Promise<T> {
  let stop = () => {}
  const waits = (what: 'touch' | 'finger') => {
    stop()
    stop = desk.plugged.waits(open.key.id, what)
  }
  const keyName = labelOf(desk, open)
  try {
    return await ceremony({
      async pin({ retries, wasWrong }) {
        stop()
        const few = retries !== undefined && retries <= FEW_RETRIES ? triesLeft(retries) : undefined
        const approval =
          few &&
          (await approve(desk, open, hand.confirm, { operation: 'keys.pinTry', typeName: keyName, effects: few }))
        const minLength = infoOf(open).minPINLength ?? ctap2.clientPin.MIN_PIN_CODE_POINTS
        const { pin } = await hand.pin({
          keyName,
          wasWrong,
          minLength,
          ...(retries === undefined ? {} : { retries }),
        })
        if (few) approval?.use(few)
        return pin
      },
      touch() {
        waits('touch')
        hand.progress({ doing: 'touch', keyName })
      },
      verify(retries) {
        waits('finger')
        hand.progress({ doing: 'finger', keyName, ...(retries === undefined ? {} : { retries }) })
      },
      choose: async (accounts) =>
        choose?.(accounts.map((account) => ({ name: account?.name ?? account?.displayName ?? '' }))),
    })
  } finally {
    stop()
  }
}
