/**
 * Several people's backends behind one, for the suite that all backends share: each call is made with the credentials of whom it
 * is about, or of the administrator who acts. Without an owner it is the first one's.
 */
import type { Actor, Backend, PendingRef } from '../../../electron/backends/index.ts'

export function peoplesBackend(own: ReadonlyMap<string, Backend>): Backend {
  const [first] = own.values()
  if (!first) throw new Error('nobody')
  const of = (identityId: string, actor: Actor = { as: 'self' }): Backend =>
    own.get(actor.as === 'self' ? identityId : actor.identityId) ?? first
  const ofRef = (ref: PendingRef, actor?: Actor) => of(ref.identityId, actor)
  return {
    id: first.id,
    kind: first.kind,
    name: first.name,
    async identities(signal) {
      const lists = await Promise.all([...own.values()].map((backend) => backend.identities(signal)))
      return [...new Map(lists.flat().map((identity) => [identity.id, identity])).values()]
    },
    devices: (id, signal) => of(id).devices(id, signal),
    contacts: (id, signal) => of(id).contacts(id, signal),
    capabilities: (id, signal) => of(id).capabilities(id, signal),
    time: (signal) => first.time(signal),
    signedIn: (id, signal) => of(id).signedIn(id, signal),
    look: (ref, signal) => ofRef(ref).look(ref, signal),
    refFor: (id, request, signal) => of(id).refFor(id, request, signal),
    beginRegister: (id, request, actor) => of(id, actor).beginRegister(id, request, actor),
    confirmRegister: (ref, proof, actor) => ofRef(ref, actor).confirmRegister(ref, proof, actor),
    abandon: (ref, actor) => ofRef(ref, actor).abandon(ref, actor),
    resync: (id, device, codes, actor) => of(id, actor).resync(id, device, codes, actor),
    deactivate: (id, device, actor) => of(id, actor).deactivate(id, device, actor),
    deleteEntity: (id, device, actor) => of(id, actor).deleteEntity(id, device, actor),
    rename: (id, device, name, actor) => of(id, actor).rename(id, device, name, actor),
    markLost: (id, device, how, actor) => of(id, actor).markLost(id, device, how, actor),
    changePassword: (id, current, next, actor) => of(id, actor).changePassword(id, current, next, actor),
    confirmContact: (id, contact) => of(id).confirmContact(id, contact),
    setContact: (id, contact, value, actor) => of(id, actor).setContact(id, contact, value, actor),
    elevate: (id, device, code) => of(id).elevate(id, device, code),
    beginAssertion: (id, rp) => of(id).beginAssertion(id, rp),
    finishAssertion: (id, response) => of(id).finishAssertion(id, response),
    onChange(listener) {
      const leave = [...own.values()].map((backend) => backend.onChange(listener))
      return () => leave.forEach((one) => one())
    },
  }
}
