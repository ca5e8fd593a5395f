/** Everything a key says of itself: in words, and as it gives it. */
import type { ReactNode } from 'react'
import type { KeyInfo, KeyRow } from '../../../shared/contract/index.ts'
import { advanced as words, optionWords } from '../../i18n/keys-advanced.ts'
import { Card, CardHead, Icon } from '../../ui/index.ts'

export function InfoCard({ row, info }: { row: KeyRow; info: KeyInfo }) {
  const options = Object.entries(info.options)
  return (
    <Card>
      <CardHead title={words.says} />
      <dl className="lk-info">
        <Options options={options} />
        <Line label={words.versions}>{info.versions.join(', ')}</Line>
        <Line label={words.transports}>{info.transports.join(', ')}</Line>
        <Line label={words.algorithms}>
          {info.algorithms.map(({ alg, name }) => words.numbered(alg, name)).join(', ')}
        </Line>
        <Line label={words.extensions}>{info.extensions.join(', ')}</Line>
        <Line label={words.pinProtocols}>{info.pinProtocols.join(', ')}</Line>
        <Line label={words.certifications}>
          {Object.entries(info.certifications)
            .map(([name, level]) => words.level(name, level))
            .join(', ')}
        </Line>
        <Line label={words.attestation}>{info.attestationFormats.join(', ')}</Line>
        <Line label={words.resetBy}>{info.transportsForReset.join(', ')}</Line>
        <Line label={words.messages}>{bytes(info.maxMessageBytes)}</Line>
        <Line label={words.inList}>{info.maxCredentialsInList}</Line>
        <Line label={words.credBlob}>{bytes(info.maxCredBlobBytes)}</Line>
        <Line label={words.largeBlobs}>{bytes(info.largeBlobBytes)}</Line>
        <Line label={words.aaguid} isMono>
          {row.aaguid}
        </Line>
        <Line label={words.vendor} isMono>
          {usbIds(row)}
        </Line>
        {info.misordered > 0 && <Line label={words.misordered}>{words.misorderedMore(info.misordered)}</Line>}
      </dl>
      {(options.length > 0 || info.unknown.length > 0) && <Raw options={options} unknown={info.unknown} />}
    </Card>
  )
}

function Line({ label, isMono, children }: { label: string; isMono?: boolean; children: ReactNode }) {
  if (children === undefined || children === '') return null
  return (
    <div>
      <dt>{label}</dt>
      <dd className={isMono ? 'mono' : undefined}>{children}</dd>
    </div>
  )
}

function Options({ options }: { options: readonly (readonly [string, boolean])[] }) {
  const told = options.flatMap(([name, isOn]) => {
    const text = optionWords(name, isOn)
    return text === undefined ? [] : [{ name, isOn, text }]
  })
  if (told.length === 0) return null
  return (
    <div>
      <dt>{words.options}</dt>
      <dd>
        <ul className="lk-options">
          {told.map(({ name, isOn, text }) => (
            <li key={name} className={isOn ? undefined : 'faint'}>
              <Icon name={isOn ? 'check' : 'minus'} size="sm" />
              {text}
            </li>
          ))}
        </ul>
      </dd>
    </div>
  )
}

/** For who reads the standard. */
function Raw({ options, unknown }: { options: readonly (readonly [string, boolean])[]; unknown: KeyInfo['unknown'] }) {
  return (
    <details className="lk-raw">
      <summary>{words.raw}</summary>
      <dl className="lk-info">
        {options.map(([name, isOn]) => (
          <Line key={name} label={name} isMono>
            {String(isOn)}
          </Line>
        ))}
        {unknown.map(({ member, value }) => (
          <Line key={member} label={`${words.unknown}: ${member}`} isMono>
            {value}
          </Line>
        ))}
      </dl>
    </details>
  )
}

const bytes = (count: number | undefined): string | undefined => (count === undefined ? undefined : words.bytes(count))

function usbIds({ vendorId, productId }: KeyRow): string | undefined {
  if (vendorId === undefined || productId === undefined) return undefined
  return [vendorId, productId].map((number) => number.toString(16).padStart(4, '0')).join(':')
}
