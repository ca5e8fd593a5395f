import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pageWithNonce, readPageFiles } from './page-files.ts'
import { ASSET, fixturePage } from './browser/testing/fixture-page.ts'

describe('the files of the page', () => {
  let page: Awaited<ReturnType<typeof fixturePage>>
  beforeAll(async () => {
    page = await fixturePage()
  })
  afterAll(() => page.remove())

  it('are those of known kinds in the folder: no link, no source map, no hidden file; the page is at / alone', async () => {
    const files = await readPageFiles(page.folder)
    expect([...files.keys()].toSorted()).toEqual(
      ['/', ASSET, '/assets/inter%20latin.woff2', '/assets/style.css'].toSorted(),
    )
  })

  it('each have the content type that a browser with nosniff needs', async () => {
    const files = await readPageFiles(page.folder)
    expect(files.get('/')?.type).toBe('text/html; charset=utf-8')
    expect(files.get(ASSET)?.type).toBe('text/javascript; charset=utf-8')
    expect(files.get('/assets/style.css')?.type).toBe('text/css; charset=utf-8')
    expect(files.get('/assets/inter%20latin.woff2')?.type).toBe('font/woff2')
  })

  it('carry a new nonce in each answer that is the page, in every place, and none elsewhere', async () => {
    const files = await readPageFiles(page.folder)
    const answers = [1, 2].map(() => pageWithNonce(files.get('/')!, randomBytes))
    expect(new Set(answers.map(({ nonce }) => nonce)).size).toBe(2)
    for (const { body, nonce } of answers) {
      expect(nonce).toMatch(/^[A-Za-z0-9_-]{22}$/)
      expect(body.toString().split(`nonce="${nonce}"`)).toHaveLength(3)
      expect(body.toString()).not.toContain('__NONCE__')
    }
    expect(pageWithNonce(files.get(ASSET)!, randomBytes)).toEqual({ body: files.get(ASSET)!.body })
  })

  it('are refused as a whole where the page itself is missing', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'latchkey-page-'))
    await writeFile(join(empty, 'app.js'), '')
    await expect(readPageFiles(empty)).rejects.toThrow('index.html is missing')
    await rm(empty, { recursive: true })
    await expect(readPageFiles(empty)).rejects.toThrow()
  })
})
