/** A small built page in a folder of its own, with things around it that must never be served. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** In every file that the guard must protect, so that any leak of one shows. */
export const CANARY = 'canary-7f3c'
export const ASSET = '/assets/app-1a2b3c.js'

export async function fixturePage(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), 'latchkey-page-'))
  const folder = join(parent, 'renderer')
  await mkdir(join(folder, 'assets'), { recursive: true })
  const page = `<!doctype html><meta property="csp-nonce" nonce="__NONCE__"><style nonce="__NONCE__"></style>${CANARY}`
  await writeFile(join(folder, 'index.html'), page)
  await writeFile(join(folder, ASSET), `// ${CANARY}`)
  await writeFile(join(folder, 'assets/style.css'), `/* ${CANARY} */`)
  await writeFile(join(folder, 'assets/inter latin.woff2'), CANARY)
  await writeFile(join(folder, 'assets/app.js.map'), CANARY)
  await writeFile(join(folder, '.env'), CANARY)
  await writeFile(join(parent, 'secret.txt'), CANARY)
  await writeFile(join(parent, 'secret.js'), CANARY)
  await symlink(join(parent, 'secret.js'), join(folder, 'link.js'))
  return { folder, remove: () => rm(parent, { recursive: true }) }
}
