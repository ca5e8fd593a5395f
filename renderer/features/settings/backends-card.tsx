/** Backends as they are configured: how each stands, and adding, testing, signing in to, renaming and removing them. */
import { useState } from 'react'
import type { BackendView } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient, useTopic } from '../../client/index.ts'
import { backendsCard as words, kindNames, signInWords, stateWords, whoWords } from '../../i18n/backends.ts'
import { errorWords } from '../../i18n/errors.ts'
import { settings } from '../../i18n/settings.ts'
import { Button, Card, CardHead, Menu, Setting, State, useMinute, useToast, type MenuEntry } from '../../ui/index.ts'
import { AddBackendDialog } from './add-backend-dialog.tsx'
import { RenameBackendDialog } from './rename-backend-dialog.tsx'
import { TestBackendDialog } from './test-backend-dialog.tsx'

interface BackendsCardProps {
  /** Another process writes the vault: nothing can be changed. */
  readonly heldBy: string | undefined
  readonly isAddOpen: boolean
  readonly onAdd: (isOpen: boolean) => void
}

type Open = { readonly is: 'test' | 'rename'; readonly id: string } | undefined

export function BackendsCard({ heldBy, isAddOpen, onAdd }: BackendsCardProps) {
  const { state } = useTopic('backends')
  const [open, setOpen] = useState<Open>(undefined)
  const now = useMinute()
  if (!state) return null
  const { backends, kinds } = state
  const barred = heldBy === undefined ? undefined : settings.heldBy
  const chosen = open && backends.find(({ id }) => id === open.id)
  const close = () => setOpen(undefined)
  return (
    <Card label={words.title}>
      <CardHead title={words.title}>
        {kinds.length > 0 && (
          <Button icon="plus" why={barred} onClick={() => onAdd(true)}>
            {words.add}
          </Button>
        )}
      </CardHead>
      {backends.map((backend) => (
        <BackendRow
          key={backend.id}
          backend={backend}
          now={now}
          barred={barred}
          onTest={() => setOpen({ is: 'test', id: backend.id })}
          onRename={() => setOpen({ is: 'rename', id: backend.id })}
        />
      ))}
      {backends.length === 0 && <Setting icon="devices" title={<span className="muted">{words.none}</span>} />}
      {kinds.length === 0 && <Setting icon="info" title={<span className="muted">{words.demo}</span>} />}
      {isAddOpen && kinds.length > 0 && <AddBackendDialog kinds={kinds} onClose={() => onAdd(false)} />}
      {open?.is === 'test' && chosen && <TestBackendDialog backend={chosen} onClose={close} />}
      {open?.is === 'rename' && chosen && <RenameBackendDialog backend={chosen} onClose={close} />}
    </Card>
  )
}

const TONES = {
  loading: 'plain',
  ready: 'ok',
  offline: 'warn',
  'signed-out': 'warn',
  throttled: 'warn',
  failed: 'danger',
} as const

interface BackendRowProps {
  readonly backend: BackendView
  readonly now: number
  readonly barred: string | undefined
  readonly onTest: () => void
  readonly onRename: () => void
}

function BackendRow({ backend, now, barred, onTest, onRename }: BackendRowProps) {
  const { remove, signIn } = useBackendActions(backend)
  const { name, kind, state, standing, isFixed, openWork } = backend
  const entries: MenuEntry[] = [
    { key: 'test', label: words.test, icon: 'check', onSelect: onTest },
    { key: 'sign-in', label: words.signIn, icon: 'user', onSelect: signIn },
    { key: 'rename', label: words.rename, icon: 'edit', ...(barred ? { why: barred } : {}), onSelect: onRename },
    { kind: 'line', key: 'line' },
    {
      key: 'remove',
      label: words.remove,
      icon: 'bin',
      isDanger: true,
      ...(barred || openWork > 0 ? { why: barred ?? words.openWork } : {}),
      onSelect: remove,
    },
  ]
  return (
    <Setting
      icon={kind === 'privacyidea' ? 'shield' : 'devices'}
      title={
        <span className="lk-backend-title">
          {name} <span className="faint">{kindNames[kind]}</span>
        </span>
      }
      meta={
        <>
          {standing && <span className="lk-backend-who">{whoWords(standing.who)}</span>}
          <span>{signInWords(backend)}</span>
          <State tone={TONES[state]}>{stateWords(backend, now)}</State>
        </>
      }
    >
      {state === 'signed-out' && <Button onClick={signIn}>{words.signIn}</Button>}
      {!isFixed && <Menu label={words.actions(name)} entries={entries} />}
    </Setting>
  )
}

function useBackendActions({ id, name }: BackendView) {
  const client = useClient()
  const toast = useToast()
  const run = async (call: 'backends.remove' | 'backends.signIn', done: string) => {
    try {
      await client.call(call, { id })
      toast(done)
    } catch (error) {
      const told = contractErrorOf(error)
      if (told.code !== 'not-confirmed' && told.code !== 'cancelled') toast({ tone: 'danger', text: errorWords(told) })
    }
  }
  return {
    remove: () => void run('backends.remove', words.removed(name)),
    signIn: () => void run('backends.signIn', words.signedIn(name)),
  }
}
