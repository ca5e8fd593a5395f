/** What is asked of a key that opens the vault, and which of the keys plugged in it is. It works while the vault is locked. */
import { callError } from '../../../shared/contract/index.ts'
import { ctap2 } from '../../fido/index.ts'
import { labelOf, type Desk } from './desk.ts'
import type { Hand } from './hand.ts'
import { selectByTouch } from './plain-calls.ts'
import type { OpenKey } from './plugged.ts'
import { holds } from './recognise.ts'
import type { RememberedCredential } from './remembered.ts'

export interface ForVault {
  /** A key is plugged in that has none of the credentials; another one is waited for. */
  otherKey(keyName: string): void
}

/** Throws `key-cannot`, `pin-not-set` or `pin-must-change` for a key that no way into a vault is built on. */
export function checkVaultKey({ key, facts }: OpenKey): void {
  // A program that listens there is no key: it could answer to anybody.
  if (key.kind === 'socket') throw callError('key-cannot', { reason: 'developer-key' })
  const { info } = facts
  if (!info) throw callError('key-cannot', { reason: 'u2f-only' })
  if (!ctap2.extensions.isSupported(info, 'hmac-secret')) throw callError('key-cannot', { reason: 'no-hmac-secret' })
  if (info.options.clientPin !== true && info.options.uv !== true) throw callError('pin-not-set', {})
  if (info.forcePINChange === true) throw callError('pin-must-change', {})
}

/**
 * The key that has one of the credentials, asked without a touch or a PIN. Those that have none are passed over; of several
 * that don't say the one that is touched is taken. Waits until there is one.
 */
export async function keyHaving(
  desk: Desk,
  { signal, progress }: Pick<Hand, 'signal' | 'progress'>,
  { otherKey }: ForVault,
  credentials: readonly RememberedCredential[],
): Promise<OpenKey> {
  const { plugged, random } = desk
  const others = new Set<string>()
  const ready = () => {
    if (plugged.all.some(({ state }) => state === 'reading')) return undefined
    const untried = plugged.all.filter(({ key, state }) => state === 'ready' && !others.has(key.id))
    return untried.length > 0 ? untried : undefined
  }
  await plugged.until(signal, () => plugged.all.every(({ state }) => state !== 'reading') || undefined)
  for (;;) {
    if (!ready() && !plugged.all.some(({ key }) => others.has(key.id)))
      progress({ doing: 'waiting-for-key', keyName: '' })
    const unsure: OpenKey[] = []
    for (const { key } of await plugged.until(signal, ready)) {
      const open = await plugged.open(key.id, signal)
      const { info } = open.facts
      const answer = !info
        ? 'no'
        : await open.session.run(
            (transport, within) => holds(credentials, { transport, info, random, signal: within }),
            {
              signal,
            },
          )
      if (answer === 'yes') return open
      if (answer === 'unknown') unsure.push(open)
      else {
        others.add(key.id)
        otherKey(labelOf(desk, open))
      }
    }
    if (unsure.length === 1) return unsure[0]!
    if (unsure.length > 1) return plugged.open(await selectByTouch(desk, signal, progress), signal)
  }
}
