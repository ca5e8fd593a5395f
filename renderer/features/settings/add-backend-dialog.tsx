/** Adding a backend, step by step: which kind, how to sign in, who that is and what it may do, and under which name it is kept. */
import { useState } from 'react'
import type { BackendSetup, State } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { adding as words, testing } from '../../i18n/backends.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Notice, RadioCards, Sheet, TextField, useToast } from '../../ui/index.ts'
import { awsSetup, EMPTY_AWS, isAwsReady } from './aws-form.ts'
import { AwsFields } from './aws-fields.tsx'
import { EMPTY_SERVER, isServerReady, serverSetup, suggestServer } from './privacyidea-form.ts'
import { PrivacyIdeaFields } from './privacyidea-fields.tsx'
import { TestReport } from './test-report.tsx'

type Kind = BackendSetup['kind']

interface AddBackendDialogProps {
  readonly kinds: State<'backends'>['kinds']
  readonly onClose: () => void
}

export function AddBackendDialog({ kinds, onClose }: AddBackendDialogProps) {
  const addable = kinds.filter((kind): kind is Kind => kind !== 'demo')
  const [kind, setKind] = useState<Kind | undefined>(addable.length === 1 ? addable[0] : undefined)
  const [step, setStep] = useState<'kind' | 'sign-in' | 'who'>('kind')
  const [aws, setAws] = useState(EMPTY_AWS)
  const [server, setServer] = useState(EMPTY_SERVER)
  const [typedName, setTypedName] = useState<string | undefined>(undefined)
  const trying = useCall('backends.test', { cancelOnUnmount: true })
  const add = useCall('backends.add')
  const toast = useToast()

  const suggested =
    kind === 'privacyidea'
      ? words.suggestion.privacyidea(suggestServer(server))
      : words.suggestion['aws-iam'](aws.by === 'profile' ? aws.profile : '')
  const name = typedName ?? suggested
  const isReady = step === 'kind' ? kind !== undefined : kind === 'aws-iam' ? isAwsReady(aws) : isServerReady(server)
  const setup = (): BackendSetup => (kind === 'aws-iam' ? awsSetup(aws) : serverSetup(server))
  const result = step === 'who' ? trying.data : undefined

  const look = async () => {
    try {
      await trying.run({ name, setup: setup() })
      setStep('who')
    } catch {
      // `error` has it.
    }
  }
  const keep = async () => {
    try {
      await add.run({ name, setup: setup() })
      toast(words.added(name))
      onClose()
    } catch {
      // `error` has it.
    }
  }
  const next = () => {
    if (!isReady) return
    if (step === 'kind') setStep('sign-in')
    else if (step === 'sign-in') void look()
    else if (name.trim() !== '') void keep()
  }
  const error = step === 'who' ? add.error : step === 'sign-in' ? trying.error : undefined
  return (
    <Sheet
      title={words.title}
      size="lg"
      onClose={onClose}
      isBusy={add.pending}
      onSubmit={next}
      footer={
        <>
          {step === 'kind' ? (
            <Button onClick={onClose}>{words.cancel}</Button>
          ) : (
            <Button onClick={() => (trying.pending ? trying.cancel() : setStep(step === 'who' ? 'sign-in' : 'kind'))}>
              {trying.pending ? words.cancel : words.back}
            </Button>
          )}
          <Button type="submit" variant="primary" isBusy={trying.pending || add.pending} disabled={!isReady}>
            {step === 'kind'
              ? words.next
              : step === 'sign-in'
                ? words.look
                : result?.trouble
                  ? words.addAnyway
                  : words.go}
          </Button>
        </>
      }
    >
      {error && error.code !== 'cancelled' && (
        <Notice tone="danger" isNews>
          {errorWords(error)}
        </Notice>
      )}
      {step === 'kind' && (
        <RadioCards
          label={words.which}
          value={kind}
          onChange={setKind}
          options={addable.map((value) => ({ value, label: words.kinds[value].name, meta: words.kinds[value].more }))}
        />
      )}
      {step === 'sign-in' && kind === 'aws-iam' && <AwsFields form={aws} onChange={setAws} />}
      {step === 'sign-in' && kind === 'privacyidea' && <PrivacyIdeaFields form={server} onChange={setServer} />}
      {step === 'who' && result && (
        <>
          <TestReport result={result} />
          <TextField label={words.name} value={name} onChange={setTypedName} maxLength={128} />
          {result.trouble && <p className="muted">{testing.addAnywayMore}</p>}
        </>
      )}
    </Sheet>
  )
}
