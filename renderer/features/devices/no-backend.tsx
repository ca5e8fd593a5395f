/** No backend is configured: which kinds come later, and the demo that has all of it today. */
import type { State } from '../../../shared/contract/index.ts'
import { backends as words } from '../../i18n/devices.ts'
import { Button, Empty, useToast } from '../../ui/index.ts'

export function NoBackend({ laterKinds }: Pick<State<'devices'>, 'laterKinds'>) {
  const toast = useToast()
  const copy = () => {
    navigator.clipboard.writeText(words.command).then(
      () => toast(words.copied),
      () => toast({ tone: 'danger', text: words.copyFailed }),
    )
  }
  return (
    <Empty
      isBare
      title={words.none}
      action={
        <div className="lk-demo-offer">
          <b>{words.demo}</b>
          <p>{words.demoMore}</p>
          <div className="line">
            <code className="mono">{words.command}</code>
            <Button icon="copy" onClick={copy}>
              {words.copy}
            </Button>
          </div>
        </div>
      }
    >
      {words.noneMore} {laterKinds.length > 0 && words.later(laterKinds)}
    </Empty>
  )
}
