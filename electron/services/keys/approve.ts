/**
 * The question before anything that takes something from a key. It is bound to the plug-in and its session: an answer given
 * for one key never reaches another, nor the same one after it was out of the port.
 */
import { callError } from '../../../shared/contract/index.ts'
import type { Asking, Effects } from '../confirm.ts'
import { labelOf, type Desk } from './desk.ts'
import type { OpenKey } from './plugged.ts'

export interface KeyQuestion {
  readonly operation: string
  /** What on the key it is done to; the key itself where absent. */
  readonly thing?: string | undefined
  readonly typeName?: string | undefined
  readonly effects: Effects
}

export interface KeyApproval {
  /**
   * To be called immediately before the command. Throws `confirmation-stale` the second time, too late, where the key was
   * out of the port since, or where `effects` are others by now.
   */
  use(effects: Effects): void
}

/** Which key, as what is digested with the answer. */
export const onKey = (desk: Desk, open: OpenKey): Effects => [
  { effect: 'on-key', facts: { key: open.key.id, name: labelOf(desk, open) } },
]

/** Throws `not-confirmed` or `confirmation-stale`. */
export async function approve(desk: Desk, open: OpenKey, asking: Asking, question: KeyQuestion): Promise<KeyApproval> {
  const { operation, thing, typeName, effects } = question
  const label = labelOf(desk, open)
  const approval = await desk.confirm(asking, {
    operation,
    object: thing === undefined ? label : `${label}: ${thing}`,
    typeName,
    effects: [...onKey(desk, open), ...effects],
  })
  return {
    use(now) {
      if (!desk.plugged.isCurrent(open)) throw callError('confirmation-stale', {})
      approval.use([...onKey(desk, open), ...now])
    },
  }
}
