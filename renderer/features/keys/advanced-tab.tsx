/** What few people need: the rarer settings, large blobs, everything the key says of itself, and at the very end its reset. */
import type { KeyInfo, KeyRow } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { reset as words } from '../../i18n/keys.ts'
import { advanced } from '../../i18n/keys-advanced.ts'
import { Button, Card, Notice, Setting } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { BlobsCard } from './blobs-card.tsx'
import { InfoCard } from './info-card.tsx'
import { SettingsCard } from './settings-card.tsx'

export interface AdvancedTabProps {
  readonly row: KeyRow
  readonly info: KeyInfo
  readonly actions: KeyActions
}

export function AdvancedTab({ row, info, actions }: AdvancedTabProps) {
  const { reset } = info.can
  return (
    <>
      {info.speaks === 'u2f' ? (
        <Card>
          <Notice>{advanced.u2f}</Notice>
        </Card>
      ) : (
        <>
          <SettingsCard row={row} info={info} />
          <BlobsCard row={row} info={info} />
        </>
      )}
      <InfoCard row={row} info={info} />
      <Card>
        <Setting icon="undo" title={words.cardTitle} meta={words.cardMore}>
          <Button
            variant="danger-quiet"
            why={reset.can ? undefined : keyCannotWords(reset.reason)}
            onClick={() => actions.onReset(row)}
          >
            {words.go}
          </Button>
        </Setting>
      </Card>
    </>
  )
}
