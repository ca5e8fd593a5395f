/** How far this computer's clock is off, by what that is known, and a way to measure it without a network. */
import { useState } from 'react'
import type { EntryRow, State } from '../../../shared/contract/index.ts'
import { useCall, useServerTime, useTopic } from '../../client/index.ts'
import { clockWords as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { when } from '../../i18n/format.ts'
import { Button, Dialog, Help, Link, Select, SixDigits } from '../../ui/index.ts'
import { fullName } from './actions.ts'

type Source = State<'clock'>['sources'][number]

interface ClockDialogProps {
  /** Entries by time. */
  readonly entries: readonly EntryRow[]
  /** The one to compare with first. */
  readonly entryId: string | undefined
  readonly onClose: () => void
}

/** Below this nobody's codes are refused for the clock; it is not called off. */
export const WORTH_SAYING_MS = 2_000

export function ClockDialog({ entries, entryId, onClose }: ClockDialogProps) {
  const clock = useTopic('clock').state
  const compare = useCall('clock.compareWithCode')
  const forget = useCall('clock.forget')
  const now = useServerTime().now()
  const [chosen, setChosen] = useState(entryId ?? entries[0]?.id ?? '')
  const [code, setCode] = useState('')
  const digits = entries.find(({ id }) => id === chosen)?.digits ?? 6
  const send = () => {
    if (code.length === digits) compare.start({ id: chosen, code })
  }
  const off = -(clock?.correctionMs ?? 0)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      onSubmit={send}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button type="submit" variant="primary" isBusy={compare.pending} disabled={code.length !== digits}>
            {words.compare}
          </Button>
        </>
      }
    >
      {clock && (
        <p>
          {clock.sources.length === 0 ? words.unknown : Math.abs(off) < WORTH_SAYING_MS ? words.right : words.off(off)}
        </p>
      )}
      {clock && clock.sources.length > 0 && (
        <ul className="lk-effects">
          {clock.sources.map((source) => (
            <SourceLine key={source.from.kind === 'backend' ? source.from.name : 'phone'} source={source} now={now} />
          ))}
        </ul>
      )}
      {clock?.agree !== undefined && (
        <Help tone={clock.agree ? 'ok' : 'warn'}>{clock.agree ? words.agree : words.disagree}</Help>
      )}
      {clock?.sources.some(({ from }) => from.kind === 'phone-code') && (
        <Link onClick={() => forget.start({})}>{words.forget}</Link>
      )}
      <p className="muted">{words.compareWhy}</p>
      {entries.length === 0 ? (
        <Help icon="info">{words.noEntry}</Help>
      ) : (
        <>
          <Select
            label={words.entry}
            value={chosen}
            onChange={(id) => {
              setChosen(id)
              setCode('')
              compare.reset()
            }}
            options={entries.map((entry) => ({ value: entry.id, label: fullName(entry) }))}
          />
          <SixDigits
            label={words.code}
            length={digits}
            value={code}
            onChange={(text) => {
              setCode(text)
              compare.reset()
            }}
            error={compare.error ? errorWords(compare.error) : undefined}
          />
        </>
      )}
    </Dialog>
  )
}

function SourceLine({ source, now }: { source: Source; now: number }) {
  return (
    <li>
      <span className="grow clip">
        {source.from.kind === 'backend' ? words.fromBackend(source.from.name) : words.fromPhone}
      </span>
      <span className="muted num">
        {words.measured(source.offsetMs, source.uncertaintyMs, when(source.measuredAt, now))}
      </span>
    </li>
  )
}
