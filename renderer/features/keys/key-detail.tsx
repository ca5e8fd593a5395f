/** The chosen key: its head, and its parts as tabs where it can be read. */
import type { KeyRow } from '../../../shared/contract/index.ts'
import { head, keys as keysWords, keyTrouble } from '../../i18n/keys.ts'
import { Bones, Button, Card, Notice, Tabs } from '../../ui/index.ts'
import { TABS, type KeyActions, type KeyTab } from './actions.ts'
import { AdvancedTab } from './advanced-tab.tsx'
import { FingerprintsTab } from './fingerprints-tab.tsx'
import { KeyHead } from './key-head.tsx'
import { allKeys, isPlugged, type KeysState } from './look.ts'
import { PasskeysTab } from './passkeys-tab.tsx'
import { PinTab } from './pin-tab.tsx'

export interface KeyDetailProps {
  readonly row: KeyRow
  readonly state: KeysState
  readonly tab: KeyTab
  readonly now: number
  readonly actions: KeyActions
}

export function KeyDetail({ row, state, tab, now, actions }: KeyDetailProps) {
  const trouble = keyTrouble[row.state]
  return (
    <>
      <KeyHead key={row.id} row={row} all={allKeys(state)} now={now} actions={actions} />
      {trouble ? (
        <div className="lk-tabpanel">
          <Card>
            <Notice
              tone="danger"
              title={trouble.title}
              isNews
              action={
                row.state === 'denied' ? (
                  <Button variant="primary" onClick={actions.onDoctor}>
                    {keysWords.check}
                  </Button>
                ) : undefined
              }
            >
              {trouble.more}
            </Notice>
          </Card>
        </div>
      ) : row.info === undefined && row.passkeys === undefined && !isPlugged(row) ? null : row.state === 'reading' ? (
        <div className="lk-tabpanel">
          <Bones kind="cards" count={2} label={keysWords.loading} />
        </div>
      ) : (
        <Parts row={row} state={state} tab={tab} now={now} actions={actions} />
      )}
    </>
  )
}

function Parts({ row, state, tab, now, actions }: KeyDetailProps) {
  // Of an unplugged key only what was read before is known.
  const isRead = row.info !== undefined
  const shown = isRead ? tab : 'passkeys'
  return (
    <Tabs<KeyTab>
      label={head.tabs}
      value={shown}
      onChange={actions.onTab}
      tabs={TABS.filter((each) => isRead || each === 'passkeys').map((each) => ({
        value: each,
        label: head[each],
        count: each === 'passkeys' ? row.passkeys?.list.length : undefined,
      }))}
    >
      {shown === 'passkeys' && <PasskeysTab key={row.id} row={row} state={state} now={now} actions={actions} />}
      {shown === 'pin' && row.info && <PinTab key={row.id} row={row} info={row.info} actions={actions} />}
      {shown === 'fingerprints' && row.info && <FingerprintsTab key={row.id} row={row} info={row.info} />}
      {shown === 'advanced' && row.info && <AdvancedTab key={row.id} row={row} info={row.info} actions={actions} />}
    </Tabs>
  )
}
