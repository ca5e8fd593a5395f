/** No key was ever seen here: a drawing, the sentence, and under Linux whether one would be seen. */
import { useEffect } from 'react'
import { findingWords } from '../../i18n/doctor.ts'
import { keys as words } from '../../i18n/keys.ts'
import { Button, CoachDrawing, Empty, Icon, Spinner } from '../../ui/index.ts'
import { useKeyData } from './use-key-data.ts'

export function NoKey({ onDoctor }: { onDoctor: () => void }) {
  const { data: diagnosis, run, pending } = useKeyData('keys.doctor')
  useEffect(() => void run({}), [run])
  const first = diagnosis?.system === 'linux' ? diagnosis.findings[0] : undefined
  const isWell = first?.finding === 'no-key-plugged' || first?.finding === 'all-well'
  return (
    <div className="lk-nokey">
      <CoachDrawing scene="plug" shape="a" />
      <Empty isBare title={words.none} action={<Button onClick={onDoctor}>{words.check}</Button>}>
        {words.noneMore}
      </Empty>
      <p className="lk-check-line" role="status">
        {pending && !diagnosis && (
          <>
            <Spinner />
            {words.checking}
          </>
        )}
        {first && (
          <>
            <Icon name={isWell ? 'ok' : 'warn'} size="sm" className={isWell ? 't-ok' : 't-warn'} />
            {isWell ? words.wouldBeSeen : findingWords(first).title}
          </>
        )}
      </p>
    </div>
  )
}
