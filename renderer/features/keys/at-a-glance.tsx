/** PIN and fingerprints in a line each, under the passkeys: the two things people come for besides. */
import type { KeyInfo } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { fingers, pin as words } from '../../i18n/keys.ts'
import { Button, Card, Setting } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'

export function AtAGlance({ info, actions }: { info: KeyInfo; actions: KeyActions }) {
  const { pin, can } = info
  if (info.speaks === 'u2f') return null
  return (
    <Card>
      {pin.isSupported && (
        <Setting icon="pin" title={words.title} meta={pinLine(pin)}>
          <Button onClick={() => actions.onTab('pin')}>{pin.isSet ? words.card.change : words.card.set}</Button>
        </Setting>
      )}
      <Setting
        icon="finger"
        title={fingers.title}
        meta={can.fingerprints.can ? fingers.glance : keyCannotWords(can.fingerprints.reason)}
      >
        {can.fingerprints.can && <Button onClick={() => actions.onTab('fingerprints')}>{fingers.open}</Button>}
      </Setting>
    </Card>
  )
}

export function pinLine({ isSet, retries }: KeyInfo['pin']): string {
  if (!isSet) return words.notSetMore
  if (retries === 0) return words.blocked
  return retries === undefined ? words.triesUnknown : words.tries(retries)
}
