/** No vault yet: one question, a passphrase typed twice. */
import { useState } from 'react'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { firstRun } from '../../i18n/vault.ts'
import { Button, Mark, TextField } from '../../ui/index.ts'

/** The service refuses shorter ones too (`weak-passphrase`). */
const MINIMUM_LENGTH = 8

export function FirstRunScreen() {
  const { run, pending, error } = useCall('vault.create')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const length = [...passphrase.normalize('NFC')].length
  const isLong = length >= MINIMUM_LENGTH
  const isSame = passphrase === again
  const couldMatch = passphrase.startsWith(again)
  const make = async () => {
    if (!isLong || !isSame || pending) return
    try {
      await run({ passphrase })
    } catch {
      // `error` has it.
    }
  }
  return (
    <main className="lk-locked">
      <div className="in">
        <Mark className="big" />
        <h1>{firstRun.title}</h1>
        <p className="muted">{firstRun.why}</p>
        <form
          className="lk-form"
          onSubmit={(event) => {
            event.preventDefault()
            void make()
          }}
        >
          <TextField
            label={firstRun.passphrase}
            type="password"
            size="lg"
            autoComplete="new-password"
            value={passphrase}
            onChange={setPassphrase}
            takesFocus
            help={length === 0 ? firstRun.help : isLong ? undefined : firstRun.short(MINIMUM_LENGTH - length)}
            ok={isLong ? firstRun.strong : undefined}
            error={error ? errorWords(error) : undefined}
          />
          <TextField
            label={firstRun.again}
            type="password"
            size="lg"
            autoComplete="new-password"
            value={again}
            onChange={setAgain}
            error={again !== '' && !couldMatch ? firstRun.differs : undefined}
            ok={isLong && isSame ? firstRun.same : undefined}
          />
          <Button type="submit" variant="primary" size="lg" isWide isBusy={pending} disabled={!isLong || !isSame}>
            {pending ? firstRun.making : firstRun.go}
          </Button>
        </form>
      </div>
    </main>
  )
}
