/** The end: what the program did on the way, and the jobs that follow from it. */
import { deviceType } from '../../../../shared/domain/device.ts'
import type { Request } from '../../../../shared/contract/index.ts'
import { useCall } from '../../../client/index.ts'
import { errorWords } from '../../../i18n/errors.ts'
import { deedWords, otherWords } from '../../../i18n/playbooks.ts'
import { step as words } from '../../../i18n/recovery.ts'
import { Actions, Button, DoneBy, Help } from '../../../ui/index.ts'
import { deedsOf } from '../look.ts'
import type { FormProps } from '../form-props.ts'

export function EndForm({ ask, step, view, ways }: FormProps<'end'>) {
  const open = useCall('recovery.open')
  const deeds = deedsOf(view)
  const follow = async (request: Request<'recovery.open'>) => {
    try {
      ways.onCase((await open.run(request)).caseId)
    } catch {
      // `open.error` has it.
    }
  }
  const jobs = ask.others.flatMap((other) => {
    const request = requestFor(other, step.facts['offer'], view)
    return request ? [{ other, request }] : []
  })
  return (
    <>
      {deeds.length > 0 && (
        <DoneBy items={deeds.map((deed, at) => ({ key: String(at), text: deedWords(deed), state: 'done' as const }))} />
      )}
      <Actions>
        {jobs.map(({ other, request }, at) => (
          <Button
            key={other}
            variant={at === 0 ? 'primary' : 'default'}
            isBusy={open.pending || undefined}
            onClick={() => void follow(request)}
          >
            {otherWords(step.step, other, step.facts)}
          </Button>
        ))}
        <Button variant={jobs.length === 0 ? 'primary' : 'ghost'} onClick={ways.onList}>
          {words.toList}
        </Button>
        <Button variant="ghost" onClick={ways.onDevices}>
          {words.showDevices}
        </Button>
      </Actions>
      <Help tone="danger">{open.error ? errorWords(open.error) : undefined}</Help>
    </>
  )
}

/** What opens a job that follows; `undefined` where its subject is not known. */
function requestFor(
  other: string,
  offer: unknown,
  { identity, device }: FormProps<'end'>['view'],
): Request<'recovery.open'> | undefined {
  if (other === 'register') {
    const type = deviceType.safeParse(offer).data
    return { kind: 'register', identity: identity.ref, ...(type ? { type } : {}) }
  }
  return other === 'replace' && device?.ref ? { kind: 'replace', device: device.ref } : undefined
}
