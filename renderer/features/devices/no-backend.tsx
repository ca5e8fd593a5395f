/** No backend is configured: the way to add one, and the demo that needs none. */
import { backends as words } from '../../i18n/devices.ts'
import { Button, Empty, useToast } from '../../ui/index.ts'

export function NoBackend({ onAddBackend }: { onAddBackend: () => void }) {
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
        <>
          <Button variant="primary" icon="plus" onClick={onAddBackend}>
            {words.add}
          </Button>
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
        </>
      }
    >
      {words.noneMore}
    </Empty>
  )
}
