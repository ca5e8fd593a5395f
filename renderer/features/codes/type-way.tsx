/** Letters typed from a site: each wrong one is named where it stands, as it is typed. */
import { useState } from 'react'
import type { ContractError, Request } from '../../../shared/contract/index.ts'
import { fromBase32 } from '../../../shared/kit/index.ts'
import { add as words } from '../../i18n/codes.ts'
import { errorWords, fieldWords } from '../../i18n/errors.ts'
import { Actions, Button, Help, Link, Select, TextField } from '../../ui/index.ts'

type Fields = Extract<Request<'codes.preview'>['source'], { fields: unknown }>['fields']

interface TypeWayProps {
  readonly isBusy: boolean
  readonly error: ContractError | undefined
  readonly onFields: (fields: Fields) => void
}

export function TypeWay({ isBusy, error, onFields }: TypeWayProps) {
  const [issuer, setIssuer] = useState('')
  const [account, setAccount] = useState('')
  const [secret, setSecret] = useState('')
  const [hasOptions, setOptions] = useState(false)
  const [kind, setKind] = useState<Fields['kind']>('totp')
  const [algorithm, setAlgorithm] = useState<NonNullable<Fields['algorithm']>>('SHA1')
  const [digits, setDigits] = useState('6')
  const [period, setPeriod] = useState('30')
  const [counter, setCounter] = useState('0')

  const read = secret.trim() === '' ? undefined : fromBase32(secret)
  const bad = read && !(read instanceof Uint8Array) && read.fault === 'letter' ? read : undefined
  const faults = error?.code === 'entry-refused' ? error.detail.fields : []
  const faultOf = (field: string) => faults.filter((fault) => fault.field === field).map(fieldWords)[0]
  const number = (text: string) => (text.trim() === '' ? undefined : Number(text))

  const submit = () => {
    if (bad || isBusy) return
    onFields({
      kind,
      issuer,
      account,
      secret,
      ...(kind === 'steam' ? {} : { algorithm, ...optional('digits', number(digits)) }),
      ...(kind === 'totp' ? optional('periodSeconds', number(period)) : {}),
      ...(kind === 'hotp' ? optional('counter', number(counter)) : {}),
    })
  }
  return (
    <form
      className="lk-add"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <div className="lk-add-pair">
        <TextField
          label={words.issuer}
          help={words.issuerHelp}
          value={issuer}
          onChange={setIssuer}
          error={faultOf('issuer')}
          data-autofocus
        />
        <TextField label={words.account} value={account} onChange={setAccount} error={faultOf('account')} />
      </div>
      <TextField
        label={words.secret}
        help={words.secretHelp}
        isMono
        autoCapitalize="characters"
        value={secret}
        onChange={setSecret}
        badAt={bad ? bad.position - 1 : undefined}
        error={bad ? words.secretBad(bad.letter, bad.position) : faultOf('secret')}
        ok={read instanceof Uint8Array ? words.secretOk(read.length) : undefined}
      />
      {hasOptions ? (
        <>
          <div className="lk-add-pair">
            <Select
              label={words.kind}
              value={kind}
              onChange={setKind}
              options={(['totp', 'hotp', 'steam'] as const).map((value) => ({ value, label: words.kinds[value] }))}
            />
            {kind !== 'steam' && (
              <Select
                label={words.algorithm}
                value={algorithm}
                onChange={setAlgorithm}
                options={[
                  { value: 'SHA1', label: 'SHA-1' },
                  { value: 'SHA256', label: 'SHA-256' },
                  { value: 'SHA512', label: 'SHA-512' },
                ]}
              />
            )}
          </div>
          {kind !== 'steam' && (
            <div className="lk-add-pair">
              <TextField
                label={words.digits}
                inputMode="numeric"
                value={digits}
                onChange={setDigits}
                error={faultOf('digits')}
              />
              {kind === 'totp' ? (
                <TextField
                  label={words.period}
                  inputMode="numeric"
                  value={period}
                  onChange={setPeriod}
                  error={faultOf('periodSeconds')}
                />
              ) : (
                <TextField
                  label={words.counter}
                  inputMode="numeric"
                  value={counter}
                  onChange={setCounter}
                  error={faultOf('counter')}
                />
              )}
            </div>
          )}
        </>
      ) : (
        <Link onClick={() => setOptions(true)}>{words.options}</Link>
      )}
      <Help tone="danger">{error && error.code !== 'entry-refused' ? errorWords(error) : undefined}</Help>
      <Actions>
        <Button type="submit" variant="primary" isBusy={isBusy} disabled={secret.trim() === '' || bad !== undefined}>
          {words.read}
        </Button>
      </Actions>
    </form>
  )
}

const optional = <K extends string>(key: K, value: number | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Record<K, number>)
