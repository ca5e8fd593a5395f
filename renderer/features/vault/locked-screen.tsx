/** The locked page: the mark, one field, the ways in this vault has, nothing else. */
import type { State } from '../../../shared/contract/index.ts'
import { locked } from '../../i18n/vault.ts'
import { Button, Help, Icon, Mark, TextField } from '../../ui/index.ts'
import { useUnlock } from './use-unlock.ts'

export function LockedScreen({ ways }: { ways: readonly ('passphrase' | 'recovery-code')[] }) {
  const unlock = useUnlock()
  const isCode = unlock.way === 'recovery-code'
  const other = isCode ? 'passphrase' : 'recovery-code'
  return (
    <main className="lk-locked">
      <div className="in">
        <Mark className="big" />
        <h1>{locked.title}</h1>
        <form
          onSubmit={(event) => {
            event.preventDefault()
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
        {ways.includes(other) && (
          <div className="lk-others">
            <button type="button" onClick={() => unlock.choose(other)}>
              <Icon name={isCode ? 'lock' : 'type'} />
              <span className="grow">
                {isCode ? locked.byPassphrase : locked.byRecoveryCode}
                {!isCode && <span className="meta">{locked.byRecoveryMeta}</span>}
              </span>
              <Icon name="chev" size="sm" />
            </button>
          </div>
        )}
      </div>
    </main>
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
