/**
 * The page's files, all read at start. A request is looked up in this map and never becomes a path on the disk, so there
 * is nothing to traverse and nothing that could be swapped while a shell runs. Links are not followed.
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Random } from '../../shared/kit/index.ts'

/** Files of other kinds (source maps, notes of the build) are not served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
/** Stands in the built page wherever this answer's nonce goes. */
const NONCE_MARK = '__NONCE__'
const NONCE_BYTES = 16

export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

/**
 * Files below `folder` by request path; `index.html` is `/` and nothing else.
 * @throws where the folder can't be read or holds no `index.html`.
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile() && extname(entry.name) in TYPES)
      .map(async (entry): Promise<[string, PageFile]> => {
        const file = join(entry.parentPath, entry.name)
        const path = `/${relative(folder, file).split(sep).map(encodeURIComponent).join('/')}`
        return [path === '/index.html' ? '/' : path, { type: TYPES[extname(entry.name)]!, body: await readFile(file) }]
      }),
  )
  const map = new Map(files)
  if (!map.has('/')) throw new Error('the page is not built: index.html is missing')
  return map
}

/** The body of one answer: a page gets a nonce of its own each time, which its policy must name. */
export function pageWithNonce(file: PageFile, random: Random): { readonly body: Buffer; readonly nonce?: string } {
  if (file.type !== TYPES['.html']) return { body: file.body }
  const nonce = Buffer.from(random(NONCE_BYTES)).toString('base64url')
  return { body: Buffer.from(file.body.toString('utf8').replaceAll(NONCE_MARK, nonce)), nonce }
}
