/** Settings that live on the key (authenticatorConfig). What only a reset takes back is asked by name by the service. */
import { useState } from 'react'
import type { Can, KeyInfo, KeyRow } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { advanced, config as words } from '../../i18n/keys-advanced.ts'
import { Button, Card, CardHead, Notice, Setting, Switch, useToast } from '../../ui/index.ts'
import type { Configure } from './actions.ts'
import { MinPinDialog } from './min-pin-dialog.tsx'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

export function SettingsCard({ row, info }: { row: KeyRow; info: KeyInfo }) {
  const configure = useKeyCall('keys.configure')
  const [isMinPin, setMinPin] = useState(false)
  const toast = useToast()
  const { can } = info
  const set = async (setting: Configure) => {
    const done = (await configure.run({ key: row.id, set: setting })) !== undefined
    if (done) toast(words.done)
    return done
  }
  return (
    <Card>
      <CardHead title={advanced.settings} />
      {configure.pending && <Waiting row={row} progress={configure.progress} onCancel={configure.cancel} />}
      {configure.fault !== undefined && !isMinPin && (
        <Notice tone="danger" isNews>
          {configure.fault}
        </Notice>
      )}
      <Setting title={words.alwaysUv} meta={why(can.toggleAlwaysUv) ?? words.alwaysUvMore} metaId="lk-always-uv">
        <Switch
          label={words.alwaysUv}
          describedBy="lk-always-uv"
          isOn={info.alwaysUv}
          isDisabled={!can.toggleAlwaysUv.can || configure.pending}
          onChange={(on) => void set({ setting: 'always-uv', on })}
        />
      </Setting>
      <Setting title={words.minPin} meta={why(can.setMinPinLength) ?? words.minPinMore(info.pin.minLength)}>
        {can.setMinPinLength.can && <Button onClick={() => setMinPin(true)}>{words.change}</Button>}
      </Setting>
      <OnceOn
        title={words.enterprise}
        more={words.enterpriseMore}
        able={can.enableEnterpriseAttestation}
        isOn={info.enterpriseAttestation}
        onTurnOn={() => void set({ setting: 'enterprise-attestation' })}
      />
      <OnceOn
        title={words.longTouch}
        more={words.longTouchMore}
        able={can.longTouchForReset}
        isOn={info.longTouchForReset === true}
        onTurnOn={() => void set({ setting: 'long-touch-for-reset' })}
      />
      {isMinPin && (
        <MinPinDialog
          minLength={info.pin.minLength}
          isBusy={configure.pending}
          fault={configure.fault}
          onSet={set}
          onClose={() => {
            configure.cancel()
            configure.reset()
            setMinPin(false)
          }}
        />
      )}
    </Card>
  )
}

const why = (able: Can): string | undefined => (able.can ? undefined : keyCannotWords(able.reason))

interface OnceOnProps {
  readonly title: string
  readonly more: string
  readonly able: Can
  readonly isOn: boolean
  readonly onTurnOn: () => void
}

/** Turned on for good: there is no way back but a reset. */
function OnceOn({ title, more, able, isOn, onTurnOn }: OnceOnProps) {
  return (
    <Setting title={title} meta={why(able) ?? more}>
      {isOn ? (
        <span className="muted">{words.isOn}</span>
      ) : (
        able.can && <Button onClick={onTurnOn}>{words.turnOn}</Button>
      )}
    </Setting>
  )
}
