/** Settings: the vault and its ways in, backup, backends, locking, appearance, about. */
import { useState, type ReactNode } from 'react'
import type { Settings, State } from '../../../shared/contract/index.ts'
import { contractErrorOf, useCall, useServerTime, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { when } from '../../i18n/format.ts'
import { settings as words } from '../../i18n/settings.ts'
import { Button, Card, CardHead, Page, Select, Setting, Switch, TopBar, useToast } from '../../ui/index.ts'
import { BackendsCard } from './backends-card.tsx'
import { PassphraseDialog } from './passphrase-dialog.tsx'
import { RecoveryCodeDialog } from './recovery-code-dialog.tsx'
import { RemoveSlotDialog } from './remove-slot-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { AddKeyDialog } from './add-key-dialog.tsx'
import { VaultCard, type VaultAction } from './vault-card.tsx'
import './settings.css'

type Unlocked = Extract<State<'vault'>, { state: 'unlocked' }>
type Open = VaultAction | 'restore' | undefined

export function SettingsScreen({
  banners,
  vault,
  onBackup,
  isAddBackendOpen,
  onAddBackend,
}: {
  banners: ReactNode
  vault: Unlocked
  onBackup: () => void
  isAddBackendOpen: boolean
  onAddBackend: (isOpen: boolean) => void
}) {
  const [open, setOpen] = useState<Open>(undefined)
  const close = () => setOpen(undefined)
  return (
    <>
      <TopBar title={words.title} />
      {banners}
      <Page>
        <div className="lk-settings">
          <VaultCard vault={vault} onOpen={setOpen} />
          <BackupCard vault={vault} onBackup={onBackup} onRestore={() => setOpen('restore')} />
          <BackendsCard heldBy={vault.heldBy} isAddOpen={isAddBackendOpen} onAdd={onAddBackend} />
          <LockingCard />
          <AppearanceCard />
          <AboutCard />
        </div>
      </Page>
      <PassphraseDialog isOpen={open === 'passphrase'} onClose={close} />
      <RecoveryCodeDialog isOpen={open === 'recovery-code'} onClose={close} />
      <RestoreDialog isOpen={open === 'restore'} onClose={close} />
      {open === 'key' && (
        <AddKeyDialog
          through={vault.keyThrough}
          present={vault.slots.filter(({ kind }) => kind === 'security-key').length}
          onClose={close}
        />
      )}
      {typeof open === 'object' && (
        <RemoveSlotDialog id={open.removeSlot} kind={open.kind} label={open.label} onClose={close} />
      )}
    </>
  )
}

function BackupCard({ vault, onBackup, onRestore }: { vault: Unlocked; onBackup: () => void; onRestore: () => void }) {
  const now = useServerTime().now()
  const last = vault.lastBackupAt === undefined ? words.backupNever : words.backupLast(when(vault.lastBackupAt, now))
  const since =
    vault.lastBackupAt !== undefined && vault.unsavedToBackup > 0 ? ` ${words.backupSince(vault.unsavedToBackup)}` : ''
  return (
    <Card label={words.backup}>
      <CardHead title={words.backup} />
      <Setting icon="save" title={words.backup} meta={`${last}${since}`}>
        <Button onClick={onBackup}>{words.backUp}</Button>
      </Setting>
      <Setting icon="undo" title={words.restore} meta={words.restoreMeta}>
        <Button why={vault.heldBy === undefined ? undefined : words.heldBy} onClick={onRestore}>
          {words.restore}
        </Button>
      </Setting>
    </Card>
  )
}

/** The setting as it stands and how to change it; trouble is said in passing, for the control shows what is so. */
function useSettings(): [Settings | undefined, (change: Partial<Settings>) => void] {
  const state = useTopic('settings').state
  const { run } = useCall('settings.set')
  const toast = useToast()
  return [
    state,
    (change) => {
      run(change).catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
    },
  ]
}

const LOCK_MINUTES = [1, 2, 5, 10, 15, 30, 60, 0] as const
const CLEAR_SECONDS = [10, 20, 30, 60] as const

/** `value` may be one set elsewhere; it is offered too. */
const choices = (values: readonly number[], value: number, label: (value: number) => string) =>
  [...new Set([...values, value])].map((each) => ({ value: String(each), label: label(each) }))

function LockingCard() {
  const [settings, set] = useSettings()
  const clipboard = useTopic('app').state?.clipboard
  if (!settings) return null
  return (
    <Card label={words.locking}>
      <CardHead title={words.locking} />
      <Setting icon="clock" title={words.lockAfter} meta={words.lockAfterMeta}>
        <Select
          label={words.lockAfter}
          isLabelHidden
          value={String(settings.lockAfterMinutes)}
          options={choices(LOCK_MINUTES, settings.lockAfterMinutes, words.minutes)}
          onChange={(value) => set({ lockAfterMinutes: Number(value) })}
        />
      </Setting>
      <Setting
        icon="copy"
        title={words.clipboard}
        meta={clipboard === 'host' ? words.clipboardHost : words.clipboardPage}
      >
        <Select
          label={words.clipboard}
          isLabelHidden
          isDisabled={clipboard !== 'host'}
          value={String(settings.clipboardClearSeconds)}
          options={choices(CLEAR_SECONDS, settings.clipboardClearSeconds, words.seconds)}
          onChange={(value) => set({ clipboardClearSeconds: Number(value) })}
        />
      </Setting>
    </Card>
  )
}

function AppearanceCard() {
  const [settings, set] = useSettings()
  if (!settings) return null
  const options = <Value extends string>(labels: Readonly<Record<Value, string>>) =>
    (Object.entries(labels) as [Value, string][]).map(([value, label]) => ({ value, label }))
  return (
    <Card label={words.appearance}>
      <CardHead title={words.appearance} />
      <Setting icon="sun" title={words.theme}>
        <Select
          label={words.theme}
          isLabelHidden
          value={settings.theme}
          options={options(words.themes)}
          onChange={(theme) => set({ theme })}
        />
      </Setting>
      <Setting icon="codes" title={words.density}>
        <Select
          label={words.density}
          isLabelHidden
          value={settings.density}
          options={options(words.densities)}
          onChange={(density) => set({ density })}
        />
      </Setting>
      <Setting icon="next" title={words.showNext} meta={words.showNextMeta}>
        <Switch
          label={words.showNext}
          isOn={settings.showNextCode}
          onChange={(showNextCode) => set({ showNextCode })}
        />
      </Setting>
      <Setting icon="eyeoff" title={words.hideCodes} meta={words.hideCodesMeta}>
        <Switch label={words.hideCodes} isOn={settings.hideCodes} onChange={(hideCodes) => set({ hideCodes })} />
      </Setting>
    </Card>
  )
}

function AboutCard() {
  const app = useTopic('app').state
  const quit = useCall('app.quit')
  if (!app) return null
  return (
    <Card label={words.about}>
      <CardHead title={words.about} />
      <Setting
        icon="info"
        title={words.version(app.version, words.shells[app.shell])}
        meta={`${words.licence}. ${words.keyboard}`}
      >
        <Button isBusy={quit.pending} onClick={() => quit.start({})}>
          {words.quit}
        </Button>
      </Setting>
      <Setting icon="file" title={words.folder} meta={<span className="mono lk-path">{app.dataDir}</span>} />
    </Card>
  )
}
