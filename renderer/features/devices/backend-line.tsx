/** A backend that is one of several, or in trouble: its name, how old what is shown is, and the way to read it again. */
import type { State } from '../../../shared/contract/index.ts'
import { backends as words } from '../../i18n/devices.ts'
import { useServerTime } from '../../client/index.ts'
import { Button, Card, Notice, useSecond } from '../../ui/index.ts'

interface BackendLineProps {
  readonly backend: State<'devices'>['backends'][number]
  /** There are several, so each says which it is. */
  readonly isNamed: boolean
  readonly now: number
  readonly refresh: { readonly isBusy: boolean; run(): void }
  /** Where one signs in again. */
  readonly onBackends: () => void
}

export function BackendLine({ backend, isNamed, now, refresh, onBackends }: BackendLineProps) {
  const { state, name, asOf, retryAt } = backend
  const age = asOf === undefined ? words.never : words.asOf(asOf, now)
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
            {age}
          </Notice>
        </Card>
      )}
      {state === 'signed-out' && (
        <Card>
          <Notice
            tone="warn"
            isNews
            title={words.signedOut(name)}
            action={<Button onClick={onBackends}>{words.signIn}</Button>}
          >
            {age}
          </Notice>
        </Card>
      )}
      {state === 'throttled' && (
        <Card>
          <Notice tone="warn" title={words.throttled(name)}>
            {retryAt !== undefined && <Countdown until={retryAt} />} {age}
          </Notice>
        </Card>
      )}
    </>
  )
}

function Countdown({ until }: { until: number }) {
  const time = useServerTime()
  useSecond()
  return <>{words.throttledMore(until, time.now())}</>
}
