/** The PIN: tries left before anything is typed, what stands in the way, and setting or changing it. */
import type { KeyInfo, KeyRow } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { pin as words } from '../../i18n/keys.ts'
import { Button, Card, Notice, Setting } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { pinLine } from './at-a-glance.tsx'
import { PinForm } from './pin-form.tsx'

/** At this many tries, or fewer, each further one has to be confirmed. */
const FEW = 2

export function PinTab({ row, info, actions }: { row: KeyRow; info: KeyInfo; actions: KeyActions }) {
  const { pin, can } = info
  const able = pin.isSet ? can.changePin : can.setPin
  const isBlocked = pin.isSet && pin.retries === 0
  return (
    <Card>
      {pin.isSupported && (
        <Setting icon="pin" title={pin.isSet ? words.set : words.notSet} meta={isBlocked ? undefined : pinLine(pin)} />
      )}
      {isBlocked ? (
        <Notice
          tone="danger"
          title={words.blocked}
          action={
            <Button variant="danger-quiet" onClick={() => actions.onReset(row)}>
              {words.toReset}
            </Button>
          }
        >
          {words.blockedMore}
        </Notice>
      ) : pin.needsPowerCycle ? (
        <Notice tone="warn" icon="unplug" title={words.cycle}>
          {words.cycleMore}
        </Notice>
      ) : (
        pin.isSet &&
        pin.retries !== undefined &&
        pin.retries <= FEW && (
          <Notice tone="danger" title={words.few(pin.retries)}>
            {words.fewMore}
          </Notice>
        )
      )}
      {pin.isSet && pin.mustChange && !isBlocked && (
        <Notice tone="warn" title={words.must}>
          {words.mustMore}
        </Notice>
      )}
      {able.can ? (
        <PinForm key={pin.isSet ? 'change' : 'set'} row={row} pin={pin} hasPolicy={info.pinComplexityPolicy === true} />
      ) : (
        !isBlocked && !pin.needsPowerCycle && <Notice>{keyCannotWords(able.reason)}</Notice>
      )}
    </Card>
  )
}
