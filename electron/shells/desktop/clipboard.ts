/** The system clipboard, with hints for those who keep a history of it (security.md §1.5). */
import { clipboard, ClipboardItem } from 'electron'
import type { Log, Shell } from '../../services/ports.ts'

export type HostClipboard = Extract<Shell['clipboard'], { where: 'host' }>

export function systemClipboard(platform: NodeJS.Platform, log: Log): HostClipboard {
  return {
    where: 'host',
    async write(text) {
      try {
        await clipboard.write([new ClipboardItem({ 'text/plain': text, ...doNotRecord(platform) })])
      } catch {
        // A clipboard without the hints is worth more to the person than none.
        log.error('clipboard.hints-refused', { platform })
        await clipboard.writeText(text)
      }
    },
    async clearIf(text) {
      if ((await clipboard.readText()) === text) clipboard.clear()
    },
  }
}

/** A serialized DWORD of zero. */
const NO = () => new Blob([new Uint8Array(4)])

function doNotRecord(platform: NodeJS.Platform): Record<string, string | Blob> {
  const raw = (format: string) => `electron application/osclipboard;format="${format}"`
  switch (platform) {
    case 'darwin':
      return { [raw('org.nspasteboard.ConcealedType')]: '' } // nspasteboard.org
    case 'win32':
      return {
        [raw('ExcludeClipboardContentFromMonitorProcessing')]: '1',
        [raw('CanIncludeInClipboardHistory')]: NO(),
        [raw('CanUploadToCloudClipboard')]: NO(),
      }
    default:
      return { [raw('x-kde-passwordManagerHint')]: 'secret' } // read by Klipper, GPaste and others
  }
}
