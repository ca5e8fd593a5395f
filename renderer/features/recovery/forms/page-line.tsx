/** The address of a page where the person goes on by hand. It is copied, for not every shell may open one. */
import { handPage as words } from '../../../i18n/recovery.ts'
import { Button, useToast } from '../../../ui/index.ts'

export function PageLine({ page }: { page: string }) {
  const toast = useToast()
  const copy = () => {
    navigator.clipboard.writeText(page).then(
      () => toast(words.copied),
      () => toast({ tone: 'danger', text: words.notCopied }),
    )
  }
  return (
    <div className="lk-page-line">
      <code className="mono">{page}</code>
      <Button icon="copy" onClick={copy}>
        {words.copy}
      </Button>
    </div>
  )
}
