/** What a case is started for, where it is started from Recovery: an identity, or one of its devices. */
import { useEffect, useMemo, useState } from 'react'
import type { Request } from '../../../shared/contract/index.ts'
import { useCall, useTopic } from '../../client/index.ts'
import { healthWords, reasonWords } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import { start as words, type StartKind } from '../../i18n/recovery.ts'
import { Bones, Button, Dialog, Help, RadioCards, SearchField, useAnnounce, useTicker } from '../../ui/index.ts'
import { findStartables, startables, typeIcons, usedPlaces, type Startable } from './look.ts'

interface StartDialogProps {
  readonly kind: StartKind
  readonly onClose: () => void
  readonly onCase: (caseId: string) => void
  readonly onDevices: () => void
}

/** A list that is longer is searched rather than read. */
const SEARCHED_FROM = 8

export function StartDialog({ kind, onClose, onCase, onDevices }: StartDialogProps) {
  const identities = useTopic('devices').state?.identities
  const open = useCall('recovery.open', { cancelOnUnmount: true })
  const [query, setQuery] = useState('')
  const [key, setKey] = useState<string | undefined>(undefined)
  const all = useMemo(() => startables(kind, identities ?? []), [kind, identities])
  const found = useMemo(() => findStartables(all, query), [all, query])
  const announce = useAnnounce()
  useEffect(() => {
    if (query !== '') announce(words.found(found.length))
  }, [announce, query, found.length])
  const chosen = found.find((item) => item.key === key)
  const begin = async () => {
    if (!chosen || open.pending) return
    try {
      onCase((await open.run(requestFor(kind, chosen))).caseId)
    } catch {
      // `open.error` has it.
    }
  }
  const isEmpty = identities !== undefined && all.length === 0
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.titles[kind]}
      onSubmit={() => void begin()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          {isEmpty ? (
            <Button variant="primary" onClick={onDevices}>
              {words.toDevices}
            </Button>
          ) : (
            <Button type="submit" variant="primary" isBusy={open.pending || undefined} disabled={!chosen}>
              {words.go[kind]}
            </Button>
          )}
        </>
      }
    >
      {identities === undefined && <Bones label={words.loading} />}
      {isEmpty && <p className="muted">{words.empty[kind]}</p>}
      {all.length > SEARCHED_FROM && (
        <SearchField label={words.search} placeholder={words.search} value={query} onChange={setQuery} isWide />
      )}
      {all.length > 0 && found.length === 0 && <p className="muted">{words.none(query.trim())}</p>}
      {found.length > 0 && (
        <div className="lk-start-list">
          <Options found={found} label={words.titles[kind]} value={key} onChange={setKey} />
        </div>
      )}
      <Help tone="danger">{open.error ? errorWords(open.error) : undefined}</Help>
    </Dialog>
  )
}

interface OptionsProps {
  readonly found: readonly Startable[]
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (key: string) => void
}

function Options({ found, label, value, onChange }: OptionsProps) {
  const now = useTicker().now()
  return (
    <RadioCards
      label={label}
      isLabelHidden
      value={value}
      onChange={onChange}
      options={found.map(({ key, row, device, refused }) => {
        const { used, most } = usedPlaces(row)
        const { name, account, kind } = row.identity
        return {
          value: key,
          label: device ? device.name : name,
          meta: device
            ? `${name}, ${account}. ${healthWords(device.health, now)}.`
            : `${account}. ${words.used(used, most)}.`,
          icon: device ? typeIcons[device.type] : kind === 'root' ? 'root' : 'user',
          why: refused === undefined ? undefined : `${name}, ${account}. ${reasonWords(refused)}`,
        }
      })}
    />
  )
}

function requestFor(kind: StartKind, { row, device }: Startable): Request<'recovery.open'> {
  if (kind === 'register' || !device) return { kind: 'register', identity: row.ref }
  return { kind, device: { ...row.ref, deviceId: device.id } }
}
