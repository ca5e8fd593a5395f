/** The doctor: why a key is not seen, the line that mends it, and another check after the mend. */
import { useCallback, useEffect } from 'react'
import type { Finding, Response } from '../../../shared/contract/index.ts'
import { doctor as words, findingWords } from '../../i18n/doctor.ts'
import { Bones, Button, CodeBlock, Dialog, Icon, Notice, useToast } from '../../ui/index.ts'
import { useKeyData } from './use-key-data.ts'

export function DoctorDialog({ now, onClose }: { now: number; onClose: () => void }) {
  const check = useKeyData('keys.doctor')
  const { data: diagnosis, run } = check
  const again = useCallback(() => void run({}), [run])
  useEffect(again, [again])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      size="lg"
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button variant="primary" icon="sync" isBusy={check.pending} onClick={again} data-autofocus>
            {words.again}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="lk-findings">
        {check.fault !== undefined && <Notice tone="danger">{check.fault}</Notice>}
        {diagnosis ? (
          <Diagnosis diagnosis={diagnosis} now={now} />
        ) : (
          check.fault === undefined && <Bones label={words.looking} count={3} />
        )}
      </div>
    </Dialog>
  )
}

/** Also shown where no key is plugged in. */
export function Diagnosis({ diagnosis, now }: { diagnosis: Response<'keys.doctor'>; now: number }) {
  const { findings, system, checkedAt } = diagnosis
  return (
    <>
      {findings.map((finding, at) => (
        <FindingView key={`${finding.finding}-${at}`} finding={finding} />
      ))}
      <p className="faint lk-small">
        {words.checked(checkedAt, Math.max(now, checkedAt))}{' '}
        {(system === 'windows' || system === 'macos') && words.notRun[system]}
      </p>
    </>
  )
}

function FindingView({ finding }: { finding: Finding }) {
  const { title, more, isWell } = findingWords(finding)
  const { mend } = finding
  const toast = useToast()
  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(
      () => toast(words.copied),
      () => toast({ tone: 'danger', text: words.copyFailed }),
    )
  }
  const commands = mend?.commands.join('\n') ?? ''
  const isFile = mend?.path !== undefined
  return (
    <section className="lk-finding">
      <h3>
        <Icon name={isWell ? 'ok' : 'warn'} className={isWell ? 't-ok' : 't-warn'} />
        <span>{title}</span>
      </h3>
      <p className="muted">{more}</p>
      {mend && isFile && (
        <>
          <p>{words.ruleAt(mend.path!)}</p>
          <CodeBlock label={words.ruleFile} text={mend.text} copyLabel={words.copy} onCopy={copy} />
        </>
      )}
      {commands !== '' && (
        <>
          <p>{isFile ? words.commands : words.commandsOnly}</p>
          <CodeBlock label={words.commandText} text={commands} copyLabel={words.copy} onCopy={copy} />
        </>
      )}
      {mend && <p className="muted">{words.replug}</p>}
    </section>
  )
}
