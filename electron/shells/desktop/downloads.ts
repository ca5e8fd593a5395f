/** Files that the page made and the person saves, such as a backup: the system's own dialog says where. Nothing else is downloaded. */
import { join } from 'node:path'
import { dialog, type DownloadItem, type Session } from 'electron'
import { isPageUrl, PAGE_ORIGIN } from './sender.ts'
import { notSaved } from './words.ts'

/** `folder` is where the dialog begins. */
export function saveByDialog(session: Session, folder: string): void {
  session.on('will-download', (event, item, contents) => {
    if (!isMadeByPage(item) || !isPageUrl(contents.getURL())) {
      event.preventDefault()
      return
    }
    const name = item.getFilename()
    item.setSaveDialogOptions({ defaultPath: join(folder, name) })
    item.once('done', (_event, state) => {
      // The page is told nothing of its downloads, and would go on believing in a file.
      if (state !== 'completed') void dialog.showMessageBox({ type: 'warning', ...notSaved(name) })
    })
  })
}

const isMadeByPage = (item: DownloadItem) => {
  const [first, ...redirects] = item.getURLChain()
  return first !== undefined && first.startsWith(`blob:${PAGE_ORIGIN}/`) && redirects.length === 0
}
