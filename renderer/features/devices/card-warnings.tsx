/** What is wrong with an identity, a line each, with the button that mends it. */
import type { CaseView, IdentityRow } from '../../../shared/contract/index.ts'
import { reasonWords, typeWords, warnings as words } from '../../i18n/devices.ts'
import { caseTitle, stepWords } from '../../i18n/playbooks.ts'
import { Button, Notice } from '../../ui/index.ts'
import type { DeviceActions } from './device-actions.ts'
import { warningOf, warningsOf, type WarningOf } from './look.ts'

export interface CardWarningsProps {
  readonly row: IdentityRow
  /** Open cases about this identity. */
  readonly cases: readonly CaseView[]
  readonly actions: DeviceActions
}

export function CardWarnings({ row, cases, actions }: CardWarningsProps) {
  const single = warningOf(row, 'single-device')
  const halfMade = new Set(warningsOf(row, 'half-made').map(({ caseId }) => caseId))
  return (
    <>
      {cases
        .filter(({ id }) => !halfMade.has(id))
        .map((view) => (
          <OpenCaseLine key={view.id} view={view} actions={actions} />
        ))}
      {warningsOf(row, 'half-made').map(({ caseId }) => (
        <Notice
          key={caseId}
          tone="warn"
          title={words.halfMade}
          action={
            <Button variant="primary" onClick={() => actions.onCase(caseId)}>
              {words.resume}
            </Button>
          }
        >
          {words.halfMadeMore}
        </Notice>
      ))}
      {warningOf(row, 'password-alone') && (
        <Notice
          tone="warn"
          title={words.passwordAlone}
          action={
            <Button variant="primary" onClick={() => actions.open({ kind: 'register', identity: row.ref })}>
              {words.addDevice}
            </Button>
          }
        >
          {words.passwordAloneMore}
        </Notice>
      )}
      {single && <SingleDevice row={row} warning={single} actions={actions} />}
      {warningsOf(row, 'drifted').map(({ deviceId }) => (
        <Drifted key={deviceId} row={row} deviceId={deviceId} actions={actions} />
      ))}
    </>
  )
}

/** A case that waits: where it stands, and the way back to it. */
function OpenCaseLine({ view, actions }: { view: CaseView; actions: DeviceActions }) {
  const open = view.steps.find(({ state }) => state === 'now')
  return (
    <Notice icon="recovery" action={<Button onClick={() => actions.onCase(view.id)}>{words.resume}</Button>}>
      {open ? words.caseOpen(caseTitle(view), stepWords(open).title) : words.caseOpenBare(caseTitle(view))}
    </Notice>
  )
}

/** Rule 2: the one device between an identity and being locked out; another kind is offered first. */
function SingleDevice({
  row,
  warning,
  actions,
}: {
  row: IdentityRow
  warning: WarningOf<'single-device'>
  actions: DeviceActions
}) {
  const device = row.devices.find(({ id }) => id === warning.deviceId)
  const able = row.can.register[warning.offer]
  const thing =
    device?.type === 'virtual-totp' && device.entryId !== undefined
      ? words.thisComputer
      : typeWords[device?.type ?? 'virtual-totp'].this
  return (
    <Notice
      tone="warn"
      title={words.single}
      action={
        <Button
          variant="primary"
          why={able && !able.can ? reasonWords(able.reason) : undefined}
          onClick={() => actions.open({ kind: 'register', identity: row.ref, type: warning.offer })}
        >
          {typeWords[warning.offer].add}
        </Button>
      }
    >
      {words.singleMore(thing, warning.helpFrom)}
    </Notice>
  )
}

function Drifted({ row, deviceId, actions }: { row: IdentityRow; deviceId: string; actions: DeviceActions }) {
  const device = row.devices.find(({ id }) => id === deviceId)
  if (!device) return null
  const { resync } = device.can
  return (
    <Notice
      icon="sync"
      action={
        <Button
          why={resync.can ? undefined : reasonWords(resync.reason)}
          onClick={() => actions.open({ kind: 'resync', device: { ...row.ref, deviceId } })}
        >
          {words.resync[device.type]}
        </Button>
      }
    >
      {words.drifted(device.name, device.health.state === 'drifted' ? device.health.drift : undefined)}
    </Notice>
  )
}
