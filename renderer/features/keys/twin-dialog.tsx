/** Twin: the spare is chosen, both lists are compared, what is missing is registered or done by hand, a drill ends it. */
import { useState } from 'react'
import type { KeyRow, Twin } from '../../../shared/contract/index.ts'
import { twin as words } from '../../i18n/keys-twin.ts'
import { Button, Sheet, Notice, Select, useToast } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { DrillDialog } from './drill-dialog.tsx'
import {
  allKeys,
  findKey,
  labelOf,
  lastingId,
  possibleSpare,
  twinOfFirst,
  twinOfSpare,
  type KeysState,
} from './look.ts'
import { TwinTable } from './twin-table.tsx'
import { useKeyCall } from './use-key-call.ts'

export interface TwinDialogProps {
  /** The key whose twin is made, or that is a spare already. */
  readonly row: KeyRow
  readonly state: KeysState
  readonly now: number
  readonly actions: Pick<KeyActions, 'onRegister'>
  readonly onClose: () => void
}

export function TwinDialog({ row, state, now, actions, onClose }: TwinDialogProps) {
  const [isDrill, setDrill] = useState(false)
  const present = findKey(state, row.rememberedId ?? row.id) ?? row
  const twin = twinOfFirst(state.twins, present) ?? twinOfSpare(state.twins, present)
  if (!twin) return <ChooseSpare row={present} state={state} onClose={onClose} />
  if (isDrill) return <DrillDialog twin={twin} state={state} onClose={() => setDrill(false)} />
  return (
    <TwinSheet twin={twin} state={state} now={now} actions={actions} onDrill={() => setDrill(true)} onClose={onClose} />
  )
}

function ChooseSpare({ row, state, onClose }: Pick<TwinDialogProps, 'row' | 'state' | 'onClose'>) {
  const begin = useKeyCall('keys.beginTwin')
  const others = allKeys(state).filter((other) => lastingId(other) !== lastingId(row) && other.info?.speaks !== 'u2f')
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const spare = chosen ?? possibleSpare(state, row)?.id
  const isReady = spare !== undefined && others.some(({ id }) => id === spare)
  const go = () => {
    if (isReady && !begin.pending) void begin.run({ first: row.id, spare })
  }
  return (
    <Sheet
      onClose={onClose}
      title={words.chooseTitle(labelOf(row))}
      onSubmit={go}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={begin.pending} disabled={!isReady} data-autofocus>
            {words.begin}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why}</p>
      {others.length === 0 ? (
        <Notice icon="key">{words.noOther}</Notice>
      ) : (
        <Select
          label={words.spare}
          value={spare ?? ''}
          onChange={setChosen}
          options={others.map((other) => ({ value: other.id, label: labelOf(other) }))}
          error={begin.fault}
        />
      )}
    </Sheet>
  )
}

interface TwinSheetProps extends Pick<TwinDialogProps, 'state' | 'now' | 'actions' | 'onClose'> {
  readonly twin: Twin
  readonly onDrill: () => void
}

function TwinSheet({ twin, state, now, actions, onDrill, onClose }: TwinSheetProps) {
  const end = useKeyCall('keys.endTwin')
  const toast = useToast()
  const { firstId, spareId, firstName, spareName, drill } = twin
  const giveUp = async () => {
    if (!(await end.run({ first: firstId, spare: spareId }))) return
    toast(words.ended)
    onClose()
  }
  return (
    <Sheet
      onClose={onClose}
      title={words.tableTitle(firstName, spareName)}
      size="lg"
      footer={
        <>
          <Button variant="ghost" isBusy={end.pending} onClick={() => void giveUp()}>
            {words.end}
          </Button>
          <span className="grow" />
          <Button onClick={onClose}>{words.close}</Button>
          <Button
            variant="primary"
            icon="drill"
            why={twin.rows.some(({ onSpare }) => onSpare === 'yes') ? undefined : words.drillWhy}
            onClick={onDrill}
            data-autofocus
          >
            {drill ? words.drillAgain : words.drill}
          </Button>
        </>
      }
    >
      <TwinTable twin={twin} state={state} now={now} onRegister={actions.onRegister} />
      {end.fault !== undefined && <Notice tone="danger">{end.fault}</Notice>}
      <p className="muted lk-small">
        {twin.rows.some(({ how, onSpare }) => how === 'site' && onSpare !== 'yes') && words.byHand} {words.unseen}
      </p>
      {drill ? (
        <Notice tone={drill.proved === drill.of ? 'ok' : 'warn'} icon="drill">
          {words.drilled(drill.proved, drill.of, drill.at, now)}
        </Notice>
      ) : (
        <p className="muted lk-small">{words.drillMore}</p>
      )}
    </Sheet>
  )
}
