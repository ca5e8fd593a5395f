/** One device of an identity: what it is, where, how it stands, when it was last used, and what can be done with it. */
import type { DeviceRow, IdentityRow } from '../../../shared/contract/index.ts'
import { when } from '../../i18n/format.ts'
import {
  devices as words,
  healthWords,
  inFours,
  menu,
  reasonWords,
  removing as removingWords,
} from '../../i18n/devices.ts'
import { Link, Menu, Spinner, State, What, type MenuEntry } from '../../ui/index.ts'
import type { DeviceActions } from './device-actions.ts'
import { administratorsFor, deviceIcon, healthTone, keyOf } from './look.ts'

export interface DeviceLineProps {
  readonly row: IdentityRow
  readonly device: DeviceRow
  readonly all: readonly IdentityRow[]
  readonly now: number
  readonly actions: DeviceActions
}

export function DeviceLine({ row, device, all, now, actions }: DeviceLineProps) {
  const { removing } = actions
  const isGoing = removing.key === keyOf(row, device.id)
  return (
    <tr className={device.health.state === 'out-of-use' ? 'is-lost' : undefined}>
      <td title={device.name}>
        <What icon={deviceIcon(device)}>{device.name}</What>
      </td>
      <Whereabouts device={device} />
      <td className="c-health">
        {isGoing ? (
          <span className="lk-state" role="status">
            <Spinner />
            {removing.stage === undefined ? removingWords.begun : removingWords.stages[removing.stage]}
            <Link label={removingWords.cancelLabel(device.name)} onClick={removing.cancel}>
              {removingWords.cancel}
            </Link>
          </span>
        ) : (
          <State tone={healthTone(device)} icon={device.health.state === 'not-told' ? 'info' : undefined}>
            {healthWords(device.health, now)}
          </State>
        )}
      </td>
      <td className="c-last faint num">
        {device.lastUsedAt === undefined ? words.neverSeen : when(device.lastUsedAt, now)}
      </td>
      <td className="c-act">
        {/* It stays while the device is removed: it may have the focus, and gets it back from a dialog. */}
        <Menu label={words.actions(device.name)} entries={entriesFor(row, device, all, actions)} />
      </td>
    </tr>
  )
}

function Whereabouts({ device }: { device: DeviceRow }) {
  if (device.serial !== undefined) return <td className="c-serial faint mono">{inFours(device.serial)}</td>
  const where =
    device.type === 'virtual-totp' ? (device.entryId === undefined ? words.elsewhere : words.hereOnly) : words.noSerial
  return <td className="c-serial faint">{where}</td>
}

/** What can be done; what can't be done now stays in its place and says why. */
function entriesFor(
  row: IdentityRow,
  device: DeviceRow,
  all: readonly IdentityRow[],
  actions: DeviceActions,
): readonly MenuEntry[] {
  const { can, entryId } = device
  const ref = { ...row.ref, deviceId: device.id }
  const why = (able: DeviceRow['can']['resync']) => (able.can ? undefined : reasonWords(able.reason))
  const administrators = administratorsFor(row, all)
  const { key: going } = actions.removing
  const isGoing = going === keyOf(row, device.id)
  return [
    ...(device.type === 'virtual-totp'
      ? [
          {
            key: 'code',
            label: menu.code,
            icon: 'codes',
            why: entryId === undefined ? menu.codeElsewhere : undefined,
            onSelect: () => entryId !== undefined && actions.onEntry(entryId),
          } as const,
        ]
      : []),
    {
      key: 'resync',
      label: menu.resync,
      icon: 'sync',
      why: why(can.resync),
      onSelect: () => actions.open({ kind: 'resync', device: ref }),
    },
    {
      key: 'rename',
      label: menu.rename,
      icon: 'edit',
      why: why(can.rename),
      onSelect: () => actions.onDialog({ is: 'rename', row, device }),
    },
    { kind: 'line', key: 'line-replace' },
    {
      key: 'gone',
      label: menu.gone,
      icon: 'recovery',
      why: why(can.replace),
      onSelect: () => actions.open({ kind: 'replace', device: ref }),
    },
    ...(device.health.state === 'out-of-use'
      ? []
      : [
          {
            key: 'replace',
            label: menu.replace,
            icon: 'twin',
            why: why(can.replace),
            onSelect: () => actions.open({ kind: 'replace', device: ref, happened: 'works' }),
          } as const,
        ]),
    ...(row.identity.kind === 'user'
      ? [
          {
            key: 'help',
            label: menu.help,
            icon: 'admin',
            why: administrators.length === 0 ? menu.noAdministrator : undefined,
            onSelect: () => actions.onHelp(row, device, administrators),
          } as const,
        ]
      : []),
    { kind: 'line', key: 'line-remove' },
    {
      key: 'remove',
      label: menu.remove,
      icon: 'bin',
      isDanger: true,
      why: why(can.remove) ?? (isGoing ? removingWords.this : going === undefined ? undefined : removingWords.another),
      onSelect: () => actions.removing.remove(row, device),
    },
  ]
}
