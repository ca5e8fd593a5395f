/** Settings › Ways in: passphrase, recovery code, and security keys, each named and dated. */
import type { State } from '../../../shared/contract/index.ts'
import { useServerTime } from '../../client/index.ts'
import { when } from '../../i18n/format.ts'
import { settings as words } from '../../i18n/settings.ts'
import { waysInKeys } from '../../i18n/settings-keys.ts'
import { Button, Card, CardHead, Setting } from '../../ui/index.ts'

type Unlocked = Extract<State<'vault'>, { state: 'unlocked' }>
export type VaultAction =
  | 'passphrase'
  | 'recovery-code'
  | 'key'
  | { readonly removeSlot: string; readonly kind: string; readonly label: string }

export function VaultCard({ vault, onOpen }: { vault: Unlocked; onOpen: (open: VaultAction) => void }) {
  const now = useServerTime().now()
  const barred = vault.heldBy === undefined ? undefined : words.heldBy
  const of = (wanted: string) => vault.slots.filter(({ kind }) => kind === wanted)
  const [passphrase] = of('passphrase')
  const [code] = of('recovery-code')
  const keys = of('security-key')
  const remove = ({ id, kind, label }: Unlocked['slots'][number]) => onOpen({ removeSlot: id, kind, label })
  return (
    <Card label={words.vault}>
      <CardHead title={words.waysIn} />
      {passphrase && (
        <Setting icon="lock" title={words.passphrase} meta={words.passphraseMeta(when(passphrase.createdAt, now))}>
          <Button why={barred} onClick={() => onOpen('passphrase')}>
            {words.change}
          </Button>
        </Setting>
      )}
      <Setting
        icon="type"
        title={words.recoveryCode}
        meta={code ? words.recoveryMeta(when(code.createdAt, now)) : words.recoveryNone}
      >
        {code ? (
          <Button variant="danger-quiet" why={barred} onClick={() => remove(code)}>
            {words.remove}
          </Button>
        ) : (
          <Button why={barred} onClick={() => onOpen('recovery-code')}>
            {words.makeRecovery}
          </Button>
        )}
      </Setting>
      {keys.map((key) => (
        <Setting key={key.id} icon="key" title={key.label} meta={waysInKeys.meta(when(key.createdAt, now))}>
          <Button
            variant="danger-quiet"
            why={barred}
            aria-label={waysInKeys.removeName(key.label)}
            onClick={() => remove(key)}
          >
            {words.remove}
          </Button>
        </Setting>
      ))}
      <Setting icon="key" title={waysInKeys.title} meta={waysInKeys.count(keys.length)}>
        <Button
          why={barred ?? (vault.keyThrough.length === 0 ? waysInKeys.notHere : undefined)}
          onClick={() => onOpen('key')}
        >
          {keys.length === 0 ? waysInKeys.add : waysInKeys.addAnother}
        </Button>
      </Setting>
    </Card>
  )
}
