/** The locked page: the mark, one field, the ways in this vault has, nothing else. */
import { useEffect, useRef } from 'react'
import type { KeyThrough, SlotKind, State } from '../../../shared/contract/index.ts'
import { locked, lockedKey } from '../../i18n/vault.ts'
import { Button, Help, Icon, KeyDrawing, Mark, TextField, type IconName } from '../../ui/index.ts'
import { useUnlock } from './use-unlock.ts'
import { useUnlockKey } from './use-unlock-key.ts'

export interface LockedScreenProps {
  readonly ways: readonly SlotKind[]
  readonly keyThrough: readonly KeyThrough[]
}

export function LockedScreen({ ways, keyThrough }: LockedScreenProps) {
  const unlock = useUnlock()
  const key = useUnlockKey()
  const through = ways.includes('security-key') ? keyThrough : []
  const isCode = unlock.way === 'recovery-code'
  const other = isCode ? 'passphrase' : 'recovery-code'
  const choose = () => {
    key.reset()
    unlock.choose(other)
  }
  return (
    <main className="lk-locked">
      <div className="in">
        <Mark className="big" />
        <h1>{locked.title}</h1>
        {key.isBusy ? (
          <WaitingForKey line={key.line ?? ''} isHand={key.isHand} onCancel={key.cancel} />
        ) : (
          <>
            <form
              onSubmit={(event) => {
                event.preventDefault()
                key.reset()
                void unlock.open()
              }}
            >
              <div className="lk-unlock">
                <TextField
                  key={unlock.way}
                  label={isCode ? locked.recoveryCode : locked.passphrase}
                  isLabelHidden
                  placeholder={isCode ? locked.recoveryCode : locked.passphrase}
                  type={isCode ? 'text' : 'password'}
                  isMono={isCode}
                  autoComplete={isCode ? 'off' : 'current-password'}
                  value={unlock.typed}
                  onChange={unlock.type}
                  takesFocus
                  error={unlock.trouble}
                  help={isCode ? locked.recoveryHelp : undefined}
                />
                <Button type="submit" variant="primary" isBusy={unlock.isBusy}>
                  {locked.unlock}
                </Button>
              </div>
            </form>
            <Help tone="danger">{key.trouble}</Help>
            {(through.length > 0 || ways.includes(other)) && (
              <div className="lk-others">
                {through.includes('key') && (
                  <OtherWay
                    icon="key"
                    title={lockedKey.open}
                    meta={lockedKey.openMeta}
                    onClick={() => key.begin('key')}
                  />
                )}
                {through.includes('page') && (
                  <OtherWay
                    icon="key"
                    title={lockedKey.page}
                    meta={lockedKey.pageMeta}
                    onClick={() => key.begin('page')}
                  />
                )}
                {ways.includes(other) && (
                  <OtherWay
                    icon={isCode ? 'lock' : 'type'}
                    title={isCode ? locked.byPassphrase : locked.byRecoveryCode}
                    meta={isCode ? undefined : locked.byRecoveryMeta}
                    onClick={choose}
                  />
                )}
              </div>
            )}
          </>
        )}
      </div>
    </main>
  )
}

function OtherWay({
  icon,
  title,
  meta,
  onClick,
}: {
  icon: IconName
  title: string
  meta: string | undefined
  onClick: () => void
}) {
  return (
    <button type="button" onClick={onClick}>
      <Icon name={icon} />
      <span className="grow">
        {title}
        {meta !== undefined && <span className="meta">{meta}</span>}
      </span>
      <Icon name="chev" size="sm" />
    </button>
  )
}

function WaitingForKey({ line, isHand, onCancel }: { line: string; isHand: boolean; onCancel: () => void }) {
  const cancel = useRef<HTMLButtonElement>(null)
  // The button that was pressed is gone from the page.
  useEffect(() => cancel.current?.focus(), [])
  return (
    <div className="lk-locked-key">
      <KeyDrawing shape="a" isWaiting={isHand} width={128} />
      <p role="status">{line}</p>
      <Button ref={cancel} onClick={onCancel}>
        {lockedKey.cancel}
      </Button>
    </div>
  )
}

type Broken = Extract<State<'vault'>, { state: 'damaged' | 'missing' | 'newer' }>

/** A vault that should be there and can't be opened: said as what it is, never shown as an empty one. */
export function BrokenVaultScreen({
  vault,
  dataDir,
  onAgain,
}: {
  vault: Broken
  dataDir: string | undefined
  onAgain: () => void
}) {
  const [title, more] =
    vault.state === 'damaged'
      ? [locked.damaged, locked.damagedMore(vault.file)]
      : vault.state === 'missing'
        ? [locked.missing, locked.missingMore(vault.file)]
        : [locked.newer, locked.newerMore(vault.format)]
  return (
    <main className="lk-locked">
      <div className="in">
        <Mark className="big" />
        <h1>{title}</h1>
        <p className="muted">{more}</p>
        {dataDir !== undefined && <Help icon="file">{locked.folder(dataDir)}</Help>}
        <Button isWide onClick={onAgain}>
          {locked.again}
        </Button>
      </div>
    </main>
  )
}
