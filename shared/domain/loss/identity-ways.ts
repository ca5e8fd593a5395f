/**
 * The ways into an identity (product.md "Rules of the domain", 5 to 7; seed): its devices, then a root user's email and phone, then
 * an administrator, then the provider's support.
 */
import { MAX_DEVICES, type ContactKind, type MfaDevice } from '../device.ts'
import {
  codeWays,
  inAtom,
  keyAtom,
  lostable,
  mailboxName,
  mendAtom,
  passwordOf,
  thingAtom,
  type ContactNode,
  type Making,
  type MendNode,
} from './making.ts'
import { accountKey, contactKey, deviceKey, identityKey, type AccountRef, type DeviceRef } from './refs.ts'
import { isInUse, offeredTypes } from './standing.ts'
import { nodeRef, type IdentityNode } from './world.ts'

type IdentityAccount = Extract<AccountRef, { is: 'identity' }>

/** What the ways into one identity share. */
interface Entering {
  readonly node: IdentityNode
  readonly account: IdentityAccount
  readonly head: number
  readonly password: readonly number[]
}

export function identityWays(making: Making, node: IdentityNode): void {
  const account: IdentityAccount = { is: 'identity', ...nodeRef(node) }
  const head = inAtom(making.graph, account)
  const entering: Entering = { node, account, head, password: passwordOf(making, account) }
  const contacts = node.policy.alternativeFactors ? contactsOf(making, node) : []
  const { identity } = node
  const name = { kind: identity.kind, at: identity.account, who: identity.name } as const
  making.accounts.push({ ref: account, name, atom: head, identity: node, contacts })

  byPasswordAlone(making, entering)
  for (const device of node.devices) byDevice(making, entering, device)
  for (const thing of making.at.recoveryCodesOf(accountKey(account))) {
    making.graph.rule(head, 0, [...entering.password, thingAtom(making.graph, thing)], {
      into: account,
      step: { step: 'recovery-code', account, thing },
    })
  }
  byNewDevice(making, entering)
  byAlternativeFactors(making, entering, contacts)
  byAdministrator(making, entering, contacts)
  bySupport(making, entering)
}

/** Rule 2: nothing but the password protects an identity without a device. */
function byPasswordAlone({ graph }: Making, { node, account, head, password }: Entering): void {
  if (node.devices.length > 0) return
  graph.rule(head, 0, password, { into: account, step: { step: 'password-alone', account } })
}

function byDevice(making: Making, entering: Entering, device: MfaDevice): void {
  const { graph, at } = making
  const { account, head, password } = entering
  const ref = { ...nodeRef(entering.node), deviceId: device.id }
  const what = { is: 'device', ...ref } as const
  const own = graph.atom(deviceKey(ref), () => ({ is: isInUse(device) ? 'so' : 'missing', what }))
  const body = [...password, own]
  const more = { body, device: device.id }
  const entries = at.entriesOf(ref)
  for (const entry of entries) codeWays(making, head, account, entry, more)
  for (const thing of at.copiesOf(ref)) {
    graph.rule(head, 0, [...body, thingAtom(graph, thing)], {
      into: account,
      step: { step: 'code-from-thing', account, thing, device: device.id },
    })
  }
  const keys = at.keysOf(ref)
  for (const key of keys) {
    graph.rule(head, 0, [...body, keyAtom(graph, key)], {
      into: account,
      step: { step: 'touch-key', account, device: device.id, key },
    })
  }
  if (entries.length + keys.length + at.copiesOf(ref).length > 0) return
  const step = { step: 'use-device', account, device: device.id } as const
  graph.rule(head, 0, [...body, ...whereabouts(making, entering, device, ref)], { into: account, step })
}

/** Of a device that nobody has placed: it may be on a phone that is lost, or be the key that is. A token is its own place. */
function whereabouts({ graph, world }: Making, { node }: Entering, device: MfaDevice, ref: DeviceRef): number[] {
  if (!node.isOwn || device.type === 'hardware-totp') return []
  if (device.type === 'fido') {
    if (world.keys.length === 0) return []
    const question = { ask: 'which-key-is-device', device: ref } as const
    return [graph.atom(`key of ${deviceKey(ref)}`, () => ({ is: 'maybe', question, shadow: 'key' }))]
  }
  const question = { ask: 'where-is-device', device: ref } as const
  return [graph.atom(`place of ${deviceKey(ref)}`, () => ({ is: 'maybe', question, shadow: 'phone' }))]
}

function byNewDevice({ graph, mends, world, at }: Making, { node, account, head, password }: Entering): void {
  if (node.devices.length >= MAX_DEVICES) return
  const identity = nodeRef(node)
  const isRegistered = (key: string) =>
    node.devices.some(({ id }) => at.keysOf({ ...identity, deviceId: id }).includes(key))
  const added = mendAtom(graph)
  graph.rule(head, 0, [...password, added], { into: account, isMend: true })
  mends.push(() => [
    // Where the password alone opens, a key that is then lost would lock.
    ...world.keys
      .filter(({ id }) => node.devices.length > 0 && !isRegistered(id))
      .map(({ id }): MendNode => ({
        mend: { mend: 'register-key', key: id, account },
        atom: added,
        needs: keyAtom(graph, id),
      })),
    { mend: { mend: 'add-device', identity, type: offeredTypes(node.devices)[0]! }, atom: added },
  ])
}

/** Rule 5: the email address first, then the phone; both, and the password before them. */
function byAlternativeFactors(
  { graph }: Making,
  { account, head, password }: Entering,
  contacts: readonly ContactNode[],
): void {
  if (contacts.length === 0) return
  const step = { step: 'alternative-factors', account } as const
  graph.rule(head, 1, [...password, ...contacts.map(({ atom }) => atom)], { into: account, step })
}

/** Rules 6 and 7: a user's device is deactivated; a root user is given a phone number that can be reached. */
function byAdministrator(making: Making, entering: Entering, contacts: readonly ContactNode[]): void {
  const { graph, at } = making
  const { node, account, head, password } = entering
  const { administratorHelps, alternativeFactors, isAdministratorListComplete } = node.policy
  const isRoot = node.identity.kind === 'root'
  if (!administratorHelps || (isRoot && !alternativeFactors)) return
  const email = contacts.find(({ contact }) => contact === 'email')
  const body = isRoot ? [...password, ...(email ? [email.atom] : [])] : []
  const stepOf = (administrator: { id: string; name: string }) =>
    ({ step: isRoot ? 'phone-by-administrator' : 'administrator-deactivates', account, administrator }) as const

  for (const administrator of node.administrators) {
    const ref = { backendId: node.backendId, identityId: administrator.id }
    const helper = at.identity(ref)
      ? inAtom(graph, { is: 'identity', ...ref })
      : graph.atom(`person ${identityKey(ref)}`, () => ({ is: 'so' }))
    graph.rule(head, 2, [...body, helper], { into: account, step: stepOf(administrator) })
  }
  if (isRoot || at.isSaid('everyWayKnown', accountKey(account))) return
  const step = { step: 'administrator-deactivates', account } as const
  if (at.isSaid('otherWay', accountKey(account))) return graph.rule(head, 2, [], { into: account, step })
  if (isAdministratorListComplete) return
  // An empty list says only that none is known: somebody gave the user name and password.
  if (node.administrators.length === 0) return graph.rule(head, 2, [], { into: account, step })
  const question = { ask: 'who-administers', identity: nodeRef(node) } as const
  const perhaps = graph.atom(`another administrator ${head}`, () => ({ is: 'maybe', question }))
  graph.rule(head, 2, [perhaps], { into: account, step })
}

function bySupport({ graph }: Making, { node, account, head }: Entering): void {
  if (node.policy.hasSupport) graph.rule(head, 3, [], { into: account, step: { step: 'support', account } })
}

const contactsOf = (making: Making, node: IdentityNode): ContactNode[] => [
  contactOf(making, node, 'email'),
  contactOf(making, node, 'phone'),
]

function contactOf(making: Making, node: IdentityNode, contact: ContactKind): ContactNode {
  const { graph, at, mends } = making
  const identity = nodeRef(node)
  const { value, isTold } = at.contactOf(node, contact)
  const atom = graph.atom(`${contact} of ${identityKey(identity)}`, () => ({ is: 'derived' }))
  const set = mendAtom(graph)
  graph.rule(atom, 0, [set], { isMend: true })
  mends.push(() => [
    { mend: { mend: 'set-contact', identity, contact }, atom: set },
    ...(value ? [{ mend: { mend: 'confirm-contact', identity, contact } } as const] : []),
  ])
  if (value) {
    const isPresumed = contact === 'email' ? mailbox(making, value.value) : number(making, value.value)
    const name = contact === 'email' ? mailboxName(value.value) : numberName(value.value)
    graph.rule(atom, 0, [graph.find(name)!])
    return { contact, value, isTold, atom, isPresumed }
  }
  const none = graph.atom(`no ${contact} of ${identityKey(identity)}`, () =>
    isTold
      ? { is: 'missing', what: { is: 'contact', contact, value: '' } }
      : { is: 'maybe', question: { ask: 'what-contact', identity, contact } },
  )
  const step =
    contact === 'email'
      ? ({ step: 'read-mail', address: '', isPresumed: true } as const)
      : ({ step: 'answer-phone', number: '', isPresumed: true } as const)
  graph.rule(atom, 0, [none], { step })
  return { contact, isTold, atom, isPresumed: true }
}

const numberName = (value: string) => `number ${contactKey('phone', value)}`

/** Made once an address. Answers whether it is only presumed to be in reach; what it hangs on comes when all accounts are there. */
function mailbox({ graph, at }: Making, address: string): boolean {
  const isPresumed = at.mailboxesOf(address).length === 0
  if (graph.find(mailboxName(address)) !== undefined) return isPresumed
  const atom = graph.atom(mailboxName(address), () => ({ is: 'derived', followed: { is: 'mailbox', address } }))
  const own = lostable(graph, { is: 'contact', contact: 'email', value: address })
  if (isPresumed) graph.rule(atom, 0, [own], { step: { step: 'read-mail', address, isPresumed } })
  return isPresumed
}

function number({ graph, at }: Making, value: string): boolean {
  const things = at.thingsOfNumber(value)
  const isPresumed = things.length === 0
  if (graph.find(numberName(value)) !== undefined) return isPresumed
  const atom = graph.atom(numberName(value), () => ({ is: 'derived', followed: { is: 'number', number: value } }))
  const own = lostable(graph, { is: 'contact', contact: 'phone', value })
  if (isPresumed) graph.rule(atom, 0, [own], { step: { step: 'answer-phone', number: value, isPresumed } })
  for (const thing of things) {
    graph.rule(atom, 0, [own, thingAtom(graph, thing)], {
      step: { step: 'answer-phone', number: value, isPresumed, thing },
    })
  }
  return isPresumed
}
