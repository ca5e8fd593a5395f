/** How identities and devices are shown: pure functions of what the backends told. */
import type { CaseView, DeviceRow, IdentityRow, State, Warning } from '../../../shared/contract/index.ts'
import type { DeviceType } from '../../../shared/domain/device.ts'
import { isInUse } from '../../../shared/domain/loss/index.ts'
import type { EightCounts, IconName, Tone } from '../../ui/index.ts'

export type Devices = State<'devices'>
export type WarningOf<I extends Warning['is']> = Extract<Warning, { is: I }>

export const typeIcons: Readonly<Record<DeviceType, IconName>> = {
  'virtual-totp': 'phone',
  'hardware-totp': 'token',
  fido: 'key',
}

/** A virtual device of this vault is on this computer, not on a phone. */
export const deviceIcon = ({ type, entryId }: Pick<DeviceRow, 'type' | 'entryId'>): IconName =>
  type === 'virtual-totp' && entryId !== undefined ? 'laptop' : typeIcons[type]

export const healthTone = ({ health }: Pick<DeviceRow, 'health'>): Tone => {
  switch (health.state) {
    case 'in-sync':
    case 'in-order':
      return 'ok'
    case 'drifted':
      return 'warn'
    case 'out-of-use':
      return 'danger'
    case 'not-told':
      return 'plain'
  }
}

export const warningOf = <I extends Warning['is']>(
  { warnings }: Pick<IdentityRow, 'warnings'>,
  is: I,
): WarningOf<I> | undefined => warnings.find((warning): warning is WarningOf<I> => warning.is === is)

export const warningsOf = <I extends Warning['is']>({ warnings }: Pick<IdentityRow, 'warnings'>, is: I) =>
  warnings.filter((warning): warning is WarningOf<I> => warning.is === is)

/** The bar of eight: what is out of use, what is to be seen to (drifted, or standing alone), and the rest. */
export function eightCounts(row: Pick<IdentityRow, 'devices' | 'warnings'>): EightCounts {
  const single = warningOf(row, 'single-device')?.deviceId
  const lost = row.devices.filter((device) => !isInUse(device))
  const warn = row.devices.filter(
    (device) => isInUse(device) && (device.health.state === 'drifted' || device.id === single),
  )
  return { ok: row.devices.length - lost.length - warn.length, warn: warn.length, lost: lost.length }
}

/** Those who may act for a user: administrators of the same account at the same backend, and its root user. */
export const administratorsFor = (row: IdentityRow, all: readonly IdentityRow[]): readonly IdentityRow[] =>
  row.identity.kind === 'root'
    ? []
    : actingAt(row, all, ({ isAdministrator, kind }) => isAdministrator || kind === 'root')

/** Administrators other than the root user itself, who may change its phone number (rule 6). */
export const phoneChangersFor = (row: IdentityRow, all: readonly IdentityRow[]): readonly IdentityRow[] =>
  row.identity.kind === 'root' ? actingAt(row, all, ({ isAdministrator }) => isAdministrator) : []

const actingAt = (
  { ref, identity }: IdentityRow,
  all: readonly IdentityRow[],
  may: (identity: IdentityRow['identity']) => boolean,
): readonly IdentityRow[] =>
  all.filter(
    (other) =>
      other.ref.backendId === ref.backendId &&
      other.identity.account === identity.account &&
      other.identity.id !== identity.id &&
      may(other.identity),
  )

export interface Shown {
  readonly row: IdentityRow
  /** Those of its devices that were sought; all where the identity itself was. */
  readonly devices: readonly DeviceRow[]
}

/** The identities and devices that have every word of `query` in what is shown of them. */
export function findShown(identities: readonly IdentityRow[], query: string): readonly Shown[] {
  const words = fold(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return identities.map((row) => ({ row, devices: row.devices }))
  return identities.flatMap((row): Shown[] => {
    const { name, account, accountId = '', kind } = row.identity
    const own = fold([name, account, accountId, kind].join(' '))
    if (words.every((word) => own.includes(word))) return [{ row, devices: row.devices }]
    const devices = row.devices.filter((device) => {
      const text = `${own} ${fold([device.name, device.serial ?? '', device.type].join(' '))}`
      return words.every((word) => text.includes(word))
    })
    return devices.length === 0 ? [] : [{ row, devices }]
  })
}

/** Without case, accents, and the spaces in which serials are shown. */
const fold = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()

export const countDevices = (identities: readonly { readonly devices: readonly unknown[] }[]): number =>
  identities.reduce((sum, { devices }) => sum + devices.length, 0)

/** The identity that a device is registered for, by both ids: a device's id is unique within its backend only. */
export const keyOf = ({ ref }: Pick<IdentityRow, 'ref'>, deviceId = ''): string =>
  JSON.stringify([ref.backendId, ref.identityId, deviceId])

/** Cases about an identity that are not closed, the oldest first. */
export const openCasesOf = (
  { ref }: IdentityRow,
  cases: Readonly<Record<string, CaseView>> | undefined,
): readonly CaseView[] =>
  Object.values(cases ?? {})
    .filter(
      ({ closedAt, identity }) =>
        closedAt === undefined &&
        identity.ref.backendId === ref.backendId &&
        identity.ref.identityId === ref.identityId,
    )
    .toSorted((a, b) => a.openedAt - b.openedAt)
