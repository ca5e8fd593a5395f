/** The window of an unlocked vault: the rail, banners about the whole program, the open room, the bench beside it. */
import { useCallback, useMemo, useState } from 'react'
import type { State } from '../../shared/contract/index.ts'
import type { LossItem } from '../../shared/domain/loss/index.ts'
import { useCall, useTopic } from '../client/index.ts'
import { BenchDrawer } from '../features/bench/bench-drawer.tsx'
import { CodesScreen } from '../features/codes/codes-screen.tsx'
import { DevicesScreen } from '../features/devices/devices-screen.tsx'
import { KeysScreen } from '../features/keys/keys-screen.tsx'
import { RecoveryScreen } from '../features/recovery/recovery-screen.tsx'
import { BackupDialog } from '../features/settings/backup-dialog.tsx'
import { SettingsScreen } from '../features/settings/settings-screen.tsx'
import { WhatIfScreen } from '../features/whatif/whatif-screen.tsx'
import { frame, palette } from '../i18n/frame.ts'
import { App, Main, Rail, RailItem, type IconName } from '../ui/index.ts'
import { Banners } from './banners.tsx'
import { openPalette, Palette, type PaletteAction } from './palette.tsx'
import { choose, go, hrefOf, useRoute, type Room, type Route } from './routes.ts'
import { ShortcutList, useGlobalKeys } from './shortcuts.tsx'
import { useActivity } from './use-activity.ts'

type Unlocked = Extract<State<'vault'>, { state: 'unlocked' }>

const ROOMS: readonly {
  readonly room: Room
  readonly icon: IconName
  readonly label: string
  readonly shortLabel?: string
}[] = [
  { room: 'codes', icon: 'codes', label: frame.codes },
  { room: 'devices', icon: 'devices', label: frame.devices },
  { room: 'keys', icon: 'keys', label: frame.keys, shortLabel: frame.keysShort },
  { room: 'whatif', icon: 'whatif', label: frame.whatif },
  { room: 'recovery', icon: 'recovery', label: frame.recovery },
  { room: 'settings', icon: 'settings', label: frame.settings },
]

export function Frame({ vault }: { vault: Unlocked }) {
  const route = useRoute()
  const isDemo = useTopic('app').state?.demo ?? false
  const counts = useCounts()
  const lock = useCall('vault.lock')
  const [isBenchOpen, setBenchOpen] = useState(false)
  const [isBackupOpen, setBackupOpen] = useState(false)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [isAddOpen, setAddOpen] = useState(false)
  const [isAddBackendOpen, setAddBackendOpen] = useState(false)
  const [isDoctorOpen, setDoctorOpen] = useState(false)
  const [selectedEntry, setSelectedEntry] = useState<string | undefined>(undefined)
  const [losses, setLosses] = useState<readonly LossItem[]>([])
  useActivity()

  const addBackend = useCallback(() => {
    go({ room: 'settings' })
    setAddBackendOpen(true)
  }, [])
  const showBackends = useCallback(() => go({ room: 'settings' }), [])
  const showDevices = useCallback(() => go({ room: 'devices' }), [])
  const lockNow = useCallback(() => lock.start({}), [lock])
  const add = useCallback(() => {
    go({ room: 'codes' })
    setAddOpen(true)
  }, [])
  const showEntry = useCallback((id: string) => {
    go({ room: 'codes' })
    setSelectedEntry(id)
  }, [])
  const openCase = useCallback((caseId: string | undefined) => go({ room: 'recovery', caseId }), [])
  const isAtKeys = route.room === 'keys'
  const showKey = useCallback(
    (keyId: string | undefined, tab?: Route['tab']) => (isAtKeys ? choose : go)({ room: 'keys', keyId, tab }),
    [isAtKeys],
  )
  const showLoss = useCallback((what: LossItem['what']) => {
    setLosses([{ what, how: 'lost' }])
    go({ room: 'whatif' })
  }, [])
  const showWeakPoints = useCallback(() => {
    setLosses([])
    go({ room: 'whatif' })
  }, [])
  const doctor = useCallback(() => {
    go({ room: 'keys' })
    setDoctorOpen(true)
  }, [])
  const toggleBench = useCallback(() => setBenchOpen((isOpen) => !isOpen), [])
  const closeBench = useCallback(() => setBenchOpen(false), [])

  useGlobalKeys(
    useMemo(
      () => ({
        onPalette: openPalette,
        onHelp: () => setHelpOpen(true),
        onLock: lockNow,
        onRoom: (at: number) => go({ room: ROOMS[at]!.room }),
        onAdd: add,
      }),
      [lockNow, add],
    ),
  )
  const actions = useMemo(
    (): readonly PaletteAction[] => [
      ...ROOMS.map(({ room, icon, label }) => ({ key: room, group: 'Places', label, icon, run: () => go({ room }) })),
      { key: 'add', group: 'Actions', label: 'Add an entry', icon: 'plus', run: add },
      {
        key: 'set-pin',
        group: 'Actions',
        label: palette.setPin,
        icon: 'pin',
        run: () => showKey(undefined, 'pin'),
      },
      { key: 'doctor', group: 'Actions', label: palette.keyNotSeen, icon: 'bolt', run: doctor },
      { key: 'backup', group: 'Actions', label: 'Back up', icon: 'save', run: () => setBackupOpen(true) },
      ...(isDemo
        ? [{ key: 'bench', group: 'Actions', label: 'Demo bench', icon: 'bench', run: toggleBench } as const]
        : []),
      { key: 'lock', group: 'Actions', label: 'Lock', icon: 'lock', run: lockNow },
    ],
    [add, doctor, isDemo, lockNow, showKey, toggleBench],
  )

  const banners = (
    <Banners
      vault={vault}
      isDemo={isDemo}
      isBenchOpen={isBenchOpen}
      onBench={toggleBench}
      // There they are shown without being asked for.
      onWeakPoints={route.room === 'whatif' && losses.length === 0 ? undefined : showWeakPoints}
    />
  )
  return (
    <App hasBench={isBenchOpen}>
      <Rail
        label={frame.navigation}
        brand={frame.name}
        foot={
          <>
            <Item at={5} route={route.room} />
            <RailItem icon="lock" label={frame.lock} count="Ctrl L" onClick={lockNow} />
          </>
        }
      >
        <Item at={0} route={route.room} count={counts.entries} countLabel={frame.entriesCount} />
        <Item at={1} route={route.room} count={counts.devices} countLabel={frame.devicesCount} />
        <Item at={2} route={route.room} count={counts.keys} countLabel={frame.keysCount} />
        <Item at={3} route={route.room} count={counts.weak} countLabel={frame.weakCount} isWarning />
        <Item at={4} route={route.room} count={counts.cases} countLabel={frame.casesCount} isWarning />
      </Rail>
      <Main>
        {route.room === 'codes' && (
          <CodesScreen
            banners={banners}
            isAddOpen={isAddOpen}
            onAdd={setAddOpen}
            selected={selectedEntry}
            onSelect={setSelectedEntry}
            onBackup={() => setBackupOpen(true)}
            onCase={openCase}
          />
        )}
        {route.room === 'devices' && (
          <DevicesScreen
            banners={banners}
            onCase={openCase}
            onEntry={showEntry}
            onAddBackend={addBackend}
            onBackends={showBackends}
          />
        )}
        {route.room === 'keys' && (
          <KeysScreen
            banners={banners}
            keyId={route.keyId}
            tab={route.tab ?? 'passkeys'}
            onKey={showKey}
            onCase={openCase}
            isDoctorOpen={isDoctorOpen}
            onDoctor={setDoctorOpen}
          />
        )}
        {route.room === 'whatif' && (
          <WhatIfScreen
            banners={banners}
            losses={losses}
            onLosses={setLosses}
            onCase={openCase}
            onBackup={() => setBackupOpen(true)}
            onSettings={() => go({ room: 'settings' })}
            onDevices={showDevices}
            onKeys={showKey}
            onCodes={() => go({ room: 'codes' })}
          />
        )}
        {route.room === 'recovery' && (
          <RecoveryScreen
            banners={banners}
            caseId={route.caseId}
            onCase={openCase}
            onBackup={() => setBackupOpen(true)}
            onDevices={() => go({ room: 'devices' })}
            onBench={isDemo ? () => setBenchOpen(true) : undefined}
          />
        )}
        {route.room === 'settings' && (
          <SettingsScreen
            banners={banners}
            vault={vault}
            onBackup={() => setBackupOpen(true)}
            isAddBackendOpen={isAddBackendOpen}
            onAddBackend={setAddBackendOpen}
          />
        )}
      </Main>
      {isDemo && isBenchOpen && <BenchDrawer onClose={closeBench} />}
      <BackupDialog isOpen={isBackupOpen} onClose={() => setBackupOpen(false)} />
      <ShortcutList isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <Palette actions={actions} onEntry={showEntry} onDevice={showDevices} onKey={showKey} onLoss={showLoss} />
    </App>
  )
}

interface ItemProps {
  readonly at: number
  readonly route: Room
  readonly count?: number | undefined
  readonly countLabel?: string
  readonly isWarning?: boolean
}

function Item({ at, route, count, ...rest }: ItemProps) {
  const { room, icon, label, shortLabel } = ROOMS[at]!
  return (
    <RailItem
      icon={icon}
      label={label}
      shortLabel={shortLabel}
      isCurrent={route === room}
      href={hrefOf({ room })}
      count={count === 0 ? undefined : count}
      {...rest}
    />
  )
}

function useCounts() {
  const entries = useTopic('entries').state
  const devices = useTopic('devices').state
  const cases = useTopic('cases').state
  const keys = useTopic('keys').state
  const weak = useTopic('whatif').state?.weakPoints.newSince ?? 0
  return useMemo(
    () => ({
      weak,
      entries: Object.values(entries ?? {}).filter(({ deletedAt }) => deletedAt === undefined).length,
      devices: (devices?.identities ?? []).reduce((sum, { devices: list }) => sum + list.length, 0),
      keys: keys?.plugged.length ?? 0,
      cases: Object.values(cases ?? {}).filter(({ closedAt }) => closedAt === undefined).length,
    }),
    [entries, devices, cases, keys, weak],
  )
}
