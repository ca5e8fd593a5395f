/** One large blob, opened: as text where it is text, else as bytes; saved as a file. */
import { fromBase64url, toHex } from '../../../shared/kit/index.ts'
import { blobs as words } from '../../i18n/keys-advanced.ts'
import { Button, CodeBlock, Dialog, useToast } from '../../ui/index.ts'

/** More is not shown, only saved. */
const MAX_SHOWN = 16 * 1024

export function BlobDialog({ owner, data, onClose }: { owner: string; data: string; onClose: () => void }) {
  const toast = useToast()
  const bytes = fromBase64url(data) ?? new Uint8Array()
  const text = textOf(bytes)
  const copy = (shown: string) => {
    void navigator.clipboard.writeText(shown).then(
      () => toast(words.copied),
      () => undefined,
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.openTitle(owner)}
      size="lg"
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button variant="primary" icon="save" onClick={() => saveFile(words.fileName(owner), bytes)}>
            {words.save}
          </Button>
        </>
      }
    >
      <p className="muted">{words.bytes(bytes.length)}</p>
      <CodeBlock
        label={text === undefined ? words.asHex : words.asText}
        text={(text ?? pairs(toHex(bytes.subarray(0, MAX_SHOWN / 2)))).slice(0, MAX_SHOWN)}
        copyLabel={words.copy}
        onCopy={copy}
      />
    </Dialog>
  )
}

/** UTF-8 without control letters but line ends; `undefined` for anything else. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /[^\P{Cc}\n\r\t]/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

const pairs = (hex: string) => hex.replaceAll(/(..)(?=.)/g, '$1 ')

function saveFile(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
