/** What can be lost at one go: the chips of What if?, and what is tried for weak points. */
import { accountKey, losableKey, THIS_COMPUTER, type Losable } from './refs.ts'
import { nodeRef, type AccessWorld } from './world.ts'

/** Things first, then single devices and contacts. Each once. */
export function losables(world: AccessWorld): readonly Losable[] {
  const { said, keys, slots, backups, identities } = world
  const contacts = new Map<string, Losable>()
  for (const node of identities) {
    if (!node.policy.alternativeFactors) continue
    const told = said.contacts.find(
      ({ identity }) =>
        accountKey({ is: 'identity', ...identity }) === accountKey({ is: 'identity', ...nodeRef(node) }),
    )
    for (const contact of ['email', 'phone'] as const) {
      const value = (told?.contacts[contact] ?? node.contacts?.[contact])?.value
      if (value === undefined) continue
      const what = { is: 'contact', contact, value } as const
      contacts.set(losableKey(what), what)
    }
  }
  return [
    { is: 'thing', thing: THIS_COMPUTER },
    ...said.things.map(({ id }): Losable => ({ is: 'thing', thing: id })),
    ...keys.map(({ id }): Losable => ({ is: 'key', key: id })),
    ...slots.filter(({ kind }) => kind === 'recovery-code').map(({ id }): Losable => ({ is: 'slot', slot: id })),
    ...(slots.some(({ kind }) => kind === 'passphrase') ? [{ is: 'passphrase' } as const] : []),
    ...backups.map(({ id }): Losable => ({ is: 'backup', backup: id })),
    ...identities.flatMap((node) =>
      node.devices.map(({ id }): Losable => ({ is: 'device', ...nodeRef(node), deviceId: id })),
    ),
    ...contacts.values(),
  ]
}
