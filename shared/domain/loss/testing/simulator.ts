/**
 * Signing in, played step by step by somebody who has only what is left. It knows nothing of the engine: it looks at the world
 * and at what is lost, and believes no step that it can't do itself. Undefined: the way led in; else why it did not.
 */
import type { AccessWorld, AccountRef, Losable, LossItem, Step } from '../index.ts'

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)

/** `isHopeful`: what nobody knows is taken for the better. */
export function follow(
  world: AccessWorld,
  losses: readonly LossItem[],
  target: AccountRef,
  steps: readonly Step[],
  isHopeful: boolean,
): string | undefined {
  const isGone = (what: Losable) => losses.some((loss) => matches(loss.what, what))
  const hasThing = (id: string) =>
    (id === 'this-computer' || world.said.things.some((thing) => thing.id === id)) &&
    !isGone({ is: 'thing', thing: id })
  const hasKey = (id: string) => world.keys.some((key) => key.id === id) && !isGone({ is: 'key', key: id })
  const lostKinds = new Set(
    losses.flatMap(({ what }) => {
      if (what.is === 'key') return ['key']
      if (what.is !== 'thing') return []
      return [world.said.things.find(({ id }) => id === what.thing)?.kind ?? 'computer']
    }),
  )
  const isIn: AccountRef[] = []
  const read: AccountRef[] = []
  const mail: string[] = []
  const phones: string[] = []
  let isVaultOpen = false
  const backups: string[] = []

  const identityOf = (ref: AccountRef) =>
    ref.is === 'identity'
      ? world.identities.find((node) => node.backendId === ref.backendId && node.identity.id === ref.identityId)
      : undefined
  const hasPassword = (ref: AccountRef) => {
    const told = world.said.passwords.find(({ of }) => same(of, ref))
    if (!told || read.some((one) => same(one, ref))) return true
    return told.isRemembered && !isGone({ is: 'password', of: ref })
  }
  const deviceWorks = (ref: AccountRef, deviceId: string | undefined) => {
    if (deviceId === undefined) return ref.is !== 'identity'
    const node = identityOf(ref)
    const device = node?.devices.find(({ id }) => id === deviceId)
    if (!node || !device || device.health.state === 'out-of-use') return false
    return !isGone({ is: 'device', backendId: node.backendId, identityId: node.identity.id, deviceId })
  }
  const copyIsOn = (ref: AccountRef, deviceId: string | undefined, thing: string) =>
    world.said.copies.some(({ of, on }) => {
      if (on !== thing) return false
      if (of.is === 'device')
        return ref.is === 'identity' && of.identityId === ref.identityId && of.deviceId === deviceId
      if (ref.is === 'entry') return of.entryId === ref.entryId
      const link = world.entries.find(({ id }) => id === of.entryId)?.link
      return ref.is === 'identity' && link?.identityId === ref.identityId && link.deviceId === deviceId
    })
  const makesCodesFor = (entryId: string, ref: AccountRef, deviceId: string | undefined) => {
    if (ref.is === 'entry') return ref.entryId === entryId
    const link = world.entries.find(({ id }) => id === entryId)?.link
    return ref.is === 'identity' && link?.identityId === ref.identityId && link.deviceId === deviceId
  }
  const contactOf = (ref: AccountRef, contact: 'email' | 'phone') => {
    const node = identityOf(ref)
    return node?.contacts === undefined ? undefined : (node.contacts[contact]?.value ?? 'none')
  }

  const canDo = (step: Step): boolean => {
    switch (step.step) {
      case 'open-vault': {
        const slot = world.slots.find(({ id }) => id === step.slot)
        if (!slot || isGone({ is: 'slot', slot: slot.id }) || !hasThing('this-computer')) return false
        isVaultOpen = true
        if (slot.kind === 'passphrase') return !isGone({ is: 'passphrase' })
        if (slot.kind !== 'security-key') return true
        const isKnown = slot.key !== undefined && world.keys.some(({ id }) => id === slot.key)
        return isKnown ? hasKey(slot.key!) : isHopeful || !lostKinds.has('key')
      }
      case 'open-backup': {
        const backup = world.backups.find(({ id }) => id === step.backup)
        if (!backup || isGone({ is: 'backup', backup: backup.id })) return false
        if (backup.passphrase === 'of-vault' && isGone({ is: 'passphrase' })) return false
        const places = world.said.backupsAt.filter((told) => told.backup === backup.id)
        backups.push(backup.id)
        if (places.length > 0) return places.some(({ on }) => hasThing(on))
        return isHopeful || !['computer', 'phone', 'other'].some((kind) => lostKinds.has(kind))
      }
      case 'read-password':
        read.push(step.of)
        return hasThing(step.on) && world.said.passwords.some(({ of, on }) => same(of, step.of) && on.includes(step.on))
      case 'password-alone':
        isIn.push(step.account)
        return hasPassword(step.account) && identityOf(step.account)?.devices.length === 0
      case 'code-from-vault':
        isIn.push(step.account)
        return (
          isVaultOpen &&
          hasPassword(step.account) &&
          !isGone({ is: 'entry', entryId: step.entryId }) &&
          makesCodesFor(step.entryId, step.account, step.device) &&
          deviceWorks(step.account, step.device)
        )
      case 'code-from-backup':
        isIn.push(step.account)
        return (
          backups.includes(step.backup) &&
          hasPassword(step.account) &&
          makesCodesFor(step.entryId, step.account, step.device) &&
          deviceWorks(step.account, step.device)
        )
      case 'code-from-thing':
        isIn.push(step.account)
        return (
          hasThing(step.thing) &&
          hasPassword(step.account) &&
          copyIsOn(step.account, step.device, step.thing) &&
          deviceWorks(step.account, step.device)
        )
      case 'touch-key': {
        isIn.push(step.account)
        const { account, device } = step
        const isThis = (ref: { identityId: string; deviceId: string }) =>
          account.is === 'identity' && ref.identityId === account.identityId && ref.deviceId === device
        const isTold =
          world.said.deviceKeys.some((told) => told.key === step.key && isThis(told.device)) ||
          world.keys.some(({ id, devices }) => id === step.key && devices.some(isThis))
        return isTold && hasKey(step.key) && hasPassword(account) && deviceWorks(account, device)
      }
      case 'use-device': {
        isIn.push(step.account)
        const node = identityOf(step.account)
        const type = node?.devices.find(({ id }) => id === step.device)?.type
        if (!hasPassword(step.account) || !deviceWorks(step.account, step.device)) return false
        if (isHopeful || !node?.isOwn || type === 'hardware-totp') return true
        return !lostKinds.has(type === 'fido' ? 'key' : 'phone')
      }
      case 'passkey':
        isIn.push(step.account)
        return (
          hasKey(step.key) &&
          !isGone({ is: 'passkey', key: step.key, rpId: step.rpId, userId: step.userId }) &&
          world.keys.some(({ id, passkeys }) => id === step.key && passkeys.some(({ rpId }) => rpId === step.rpId))
        )
      case 'recovery-code':
        isIn.push(step.account)
        return (
          hasThing(step.thing) &&
          hasPassword(step.account) &&
          world.said.recoveryCodes.some(({ of, on }) => same(of, step.account) && on === step.thing)
        )
      case 'read-mail': {
        mail.push(step.address)
        if (step.address === '') return isHopeful
        if (isGone({ is: 'contact', contact: 'email', value: step.address })) return false
        return step.account === undefined ? true : isIn.some((one) => same(one, step.account))
      }
      case 'answer-phone':
        phones.push(step.number)
        if (step.number === '') return isHopeful
        if (isGone({ is: 'contact', contact: 'phone', value: step.number })) return false
        return step.thing === undefined || hasThing(step.thing)
      case 'alternative-factors': {
        isIn.push(step.account)
        const node = identityOf(step.account)
        return (
          node?.identity.kind === 'root' &&
          hasPassword(step.account) &&
          mail.includes(contactOf(step.account, 'email') ?? '') &&
          phones.includes(contactOf(step.account, 'phone') ?? '')
        )
      }
      case 'phone-by-administrator':
      case 'administrator-deactivates': {
        isIn.push(step.account)
        const node = identityOf(step.account)
        if (!node) return false
        const { administrator } = step
        const isRoot = node.identity.kind === 'root'
        if (isRoot && (step.step !== 'phone-by-administrator' || !hasPassword(step.account))) return false
        if (isRoot && !mail.includes(contactOf(step.account, 'email') ?? '')) return false
        const ref: AccountRef | undefined = administrator && {
          is: 'identity',
          backendId: node.backendId,
          identityId: administrator.id,
        }
        if (!ref) {
          const isSaid = world.said.otherWay.some((one) => same(one, step.account))
          const isNobodyKnown = node.administrators.length === 0 && !node.policy.isAdministratorListComplete
          return !isRoot && (isSaid || isNobodyKnown || (isHopeful && !node.policy.isAdministratorListComplete))
        }
        if (!node.administrators.some(({ id }) => id === administrator?.id)) return false
        return identityOf(ref) ? isIn.some((one) => same(one, ref)) : true
      }
      case 'support':
        isIn.push(step.account)
        return (
          identityOf(step.account)?.policy.hasSupport ??
          world.said.supportHelps.some((account) => same(account, step.account))
        )
      case 'other-way':
        isIn.push(step.account)
        return isHopeful || world.said.otherWay.some((account) => same(account, step.account))
    }
  }
  for (const [at, step] of steps.entries()) if (!canDo(step)) return `step ${at}: ${JSON.stringify(step)}`
  return isIn.some((account) => same(account, target)) ? undefined : 'never let in'
}

function matches(a: Losable, b: Losable): boolean {
  return same(
    Object.entries(a).toSorted(([x], [y]) => (x < y ? -1 : 1)),
    Object.entries(b).toSorted(([x], [y]) => (x < y ? -1 : 1)),
  )
}
