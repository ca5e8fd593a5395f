/** A backend that is one of several, or in trouble: its name, how old what is shown is, and the way to read it again. */
import type { State } from '../../../shared/contract/index.ts'
import { backends as words } from '../../i18n/devices.ts'
import { Button, Card, Notice } from '../../ui/index.ts'

interface BackendLineProps {
  readonly backend: State<'devices'>['backends'][number]
  /** There are several, so each says which it is. */
  readonly isNamed: boolean
  readonly now: number
  readonly refresh: { readonly isBusy: boolean; run(): void }
}

export function BackendLine({ backend, isNamed, now, refresh }: BackendLineProps) {
  const { state, name, asOf } = backend
  return (
    <>
      {isNamed && <h2 className="lk-backend-name">{name}</h2>}
      {(state === 'offline' || state === 'failed') && (
        <Card>
          <Notice
            tone={state === 'offline' ? 'warn' : 'danger'}
            isNews
            title={state === 'offline' ? words.offline(name) : words.failed(name)}
            action={
              <Button isBusy={refresh.isBusy} onClick={refresh.run}>
                {words.retry}
              </Button>
            }
          >
            {asOf === undefined ? words.never : words.asOf(asOf, now)}
          </Notice>
        </Card>
      )}
    </>
  )
}
