import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { pageOf, STYLE, STYLE_HASH } from './save-page.ts'

it('the saved page may have its own style and nothing else', () => {
  expect(STYLE_HASH).toBe(`sha256-${createHash('sha256').update(STYLE).digest('base64')}`)
  const page = pageOf('<p>Alice</p>', 'What if?')
  expect(page).toContain(`<style>${STYLE}</style>`)
  expect(page).toContain(`content="default-src 'none'; style-src '${STYLE_HASH}'"`)
})
