import { useState, type FormEvent } from 'react'
import { Button, Mark, OtherWay, OtherWays, TextField } from '../index.ts'

export function LockedPage() {
  const [passphrase, setPassphrase] = useState('')
  const [error, setError] = useState<string | undefined>(undefined)
  const unlock = (event: FormEvent) => {
    event.preventDefault()
    setError('That is not the passphrase of this vault. Nothing was changed.')
  }
  return (
    <main className="lk-locked">
      <form className="in" onSubmit={unlock}>
        <Mark className="big" />
        <h1>Latchkey is locked</h1>
        <TextField
          label="Passphrase"
          isLabelHidden
          type="password"
          size="lg"
          autoComplete="current-password"
          placeholder="Passphrase"
          value={passphrase}
          onChange={setPassphrase}
          error={error}
          help="Locked after 10 minutes. Nothing is lost."
          helpIcon="clock"
          beside={
            <Button type="submit" variant="primary">
              Unlock
            </Button>
          }
        />
        <OtherWays>
          <OtherWay icon="key" meta="Blue YubiKey is plugged in. Touch it." onClick={() => undefined}>
            Security key
          </OtherWay>
          <OtherWay icon="lock" onClick={() => undefined}>
            This computer’s keychain
          </OtherWay>
          <OtherWay icon="type" onClick={() => undefined}>
            Recovery code
          </OtherWay>
        </OtherWays>
      </form>
    </main>
  )
}
