/** Ctrl/Cmd+K: finds codes, devices, places and actions by name. */
import { Spotlight, createSpotlight } from '@mantine/spotlight'
import { useMemo, useState } from 'react'
import { losableKey, type Losable } from '../../shared/domain/loss/index.ts'
import { indexEntries, searchEntries } from '../../shared/domain/search.ts'
import { useTopic } from '../client/index.ts'
import { palette } from '../i18n/frame.ts'
import { paletteLine } from '../i18n/whatif.ts'
import { Icon, Tile, useAnnounce, type IconName } from '../ui/index.ts'

const [store, spotlight] = createSpotlight()
export const openPalette = () => spotlight.open()

export interface PaletteAction {
  readonly key: string
  readonly group: string
  readonly label: string
  readonly meta?: string | undefined
  readonly icon?: IconName | undefined
  readonly tileName?: string | undefined
  readonly run: () => void
}

const MOST_SHOWN = 24

interface PaletteProps {
  readonly actions: readonly PaletteAction[]
  readonly onEntry: (id: string) => void
  readonly onDevice: () => void
  readonly onKey: (id: string) => void
  readonly onLoss: (what: Losable) => void
}

/** `actions`: places and what can be done now. `onEntry`: chosen by its code's name. */
export function Palette({ actions, onEntry, onDevice, onKey, onLoss }: PaletteProps) {
  const [query, setQuery] = useState('')
  const announce = useAnnounce()
  const found = useFound(query, actions, { onEntry, onDevice, onKey, onLoss })
  const groups = [...new Set(found.map(({ group }) => group))]
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={(text) => {
        setQuery(text)
        announce(palette.results(found.length))
      }}
      onSpotlightClose={() => setQuery('')}
      shortcut={null}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0 }}
      classNames={{
        overlay: 'lk-scrim',
        content: 'lk-palette',
        search: 'lk-palette-search',
        actionsList: 'lk-palette-list',
        actionsGroup: 'lk-palette-group',
        action: 'lk-palette-action',
        empty: 'lk-palette-none',
      }}
      lockScroll={false}
    >
      <Spotlight.Search
        placeholder={palette.placeholder}
        aria-label={palette.open}
        leftSection={<Icon name="search" size="sm" />}
      />
      <Spotlight.ActionsList>
        {found.length === 0 && <Spotlight.Empty>{palette.nothing}</Spotlight.Empty>}
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {found
              .filter((action) => action.group === group)
              .map((action) => (
                <Spotlight.Action key={action.key} onClick={action.run}>
                  <span className="lk-palette-row">
                    {action.tileName === undefined ? (
                      <Icon name={action.icon ?? 'chev'} />
                    ) : (
                      <Tile name={action.tileName} size="sm" />
                    )}
                    <span className="grow clip">{action.label}</span>
                    {action.meta !== undefined && <span className="faint clip">{action.meta}</span>}
                  </span>
                </Spotlight.Action>
              ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function useFound(
  query: string,
  actions: readonly PaletteAction[],
  { onEntry, onDevice, onKey, onLoss }: Omit<PaletteProps, 'actions'>,
): readonly PaletteAction[] {
  const entries = useTopic('entries').state
  const devices = useTopic('devices').state
  const keys = useTopic('keys').state
  const losables = useTopic('whatif').state?.losables
  const index = useMemo(
    () => indexEntries(Object.values(entries ?? {}).filter(({ deletedAt }) => deletedAt === undefined)),
    [entries],
  )
  return useMemo(() => {
    const words = query.trim().toLocaleLowerCase()
    const matches = (...texts: readonly string[]) =>
      words.split(/\s+/).every((word) => texts.join(' ').toLocaleLowerCase().includes(word))
    const codes = (words === '' ? [] : searchEntries(index, { text: query, order: 'use' }))
      .slice(0, MOST_SHOWN)
      .map((entry): PaletteAction => ({
        key: `entry:${entry.id}`,
        group: palette.codes,
        label: entry.issuer || entry.account,
        meta: entry.issuer ? entry.account : undefined,
        tileName: entry.issuer || entry.account,
        run: () => onEntry(entry.id),
      }))
    const found = (devices?.identities ?? [])
      .flatMap(({ identity, devices: list }) => list.map((device) => ({ identity, device })))
      .filter(
        ({ identity, device }) =>
          words !== '' && matches(device.name, identity.name, identity.account, device.serial ?? ''),
      )
      .slice(0, 8)
      .map(({ identity, device }): PaletteAction => ({
        key: `device:${identity.id}:${device.id}`,
        group: palette.devices,
        label: device.name,
        meta: `${identity.name}, ${identity.account}`,
        icon: 'devices',
        run: onDevice,
      }))
    const named = [...(keys?.plugged ?? []), ...(keys?.seen ?? [])]
      .filter(({ name = '', model = '', serial = '' }) => words !== '' && matches(name, model, serial))
      .slice(0, 8)
      .map(({ id, rememberedId, name, model, state }): PaletteAction => ({
        key: `key:${id}`,
        group: palette.keys,
        label: name ?? model ?? palette.namelessKey,
        meta: state === 'unplugged' ? palette.seenKey : palette.pluggedKey,
        icon: 'keys',
        run: () => onKey(rememberedId ?? id),
      }))
    const losses = (losables ?? [])
      .map((losable) => ({ losable, line: paletteLine(losable) }))
      .filter(({ line }) => words !== '' && matches(line))
      .slice(0, 6)
      .map(({ losable, line }): PaletteAction => ({
        key: `loss:${losableKey(losable.what)}`,
        group: palette.whatif,
        label: line,
        icon: 'whatif',
        run: () => onLoss(losable.what),
      }))
    return [...codes, ...found, ...named, ...losses, ...actions.filter(({ label }) => matches(label))].slice(
      0,
      MOST_SHOWN,
    )
  }, [query, index, devices, keys, losables, actions, onEntry, onDevice, onKey, onLoss])
}
