import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { questionWords } from './words.ts'

const services = fileURLToPath(new URL('../../services', import.meta.url))

/** Every operation that the services ask about, as their source names it. */
const OPERATIONS = new Set(
  readdirSync(services, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .flatMap((path) => [...readFileSync(join(services, path), 'utf8').matchAll(/operation: '([^']+)'/g)])
    .map(([, operation]) => operation!),
)

describe('a question’s words', () => {
  it.each([...OPERATIONS])('are there for %s', (operation) => {
    const { message, detail, go } = questionWords(operation, 'Ada’s phone')
    expect([message, detail, go].join(' ')).not.toContain(operation)
    expect(detail.length).toBeGreaterThan(20)
  })

  it('are looked for in all that is asked', () => {
    expect([...OPERATIONS]).toEqual(
      expect.arrayContaining(['devices.remove', 'codes.deleteForGood', 'recovery.abandon']),
    )
  })

  it.each([
    ['devices.remove', 'Ada’s phone', 'Remove Ada’s phone?'],
    ['codes.deleteForGood', 'GitHub, ada', 'Delete GitHub, ada for good?'],
    ['codes.deleteForGood', '1', 'Delete 1 entry for good?'],
    ['codes.deleteForGood', '12', 'Delete 12 entries for good?'],
    ['vault.removeSlot', 'recovery-code', 'Remove the recovery code?'],
    ['vault.deleteSnapshots', '1', 'Delete 1 older copy?'],
    ['vault.deleteSnapshots', '3', 'Delete 3 older copies?'],
  ])('name the act and the thing: %s of %s', (operation, object, message) => {
    expect(questionWords(operation, object).message).toBe(message)
  })

  it.each(['made.up', 'toString', '__proto__', 'constructor'])('are rough, not missing, for %s', (operation) => {
    expect(questionWords(operation, 'x')).toEqual({
      message: `${operation}: x?`,
      detail: 'This can’t be undone.',
      go: 'Go on',
    })
  })

  it.each([
    ['phone?\n\nNothing will be lost. Press “Remove', 'Remove phone? Nothing will be lost. Press “Remove?'],
    ['a\r\u2028\u2029\u0000b', 'Remove a b?'],
    ['\u202Egnp.enohp', 'Remove gnp.enohp?'],
    ['x'.repeat(100), `Remove ${'x'.repeat(80)}…?`],
    ['🔑'.repeat(81), `Remove ${'🔑'.repeat(80)}…?`],
  ])('have names on one line, the way they are read: %j', (object, message) => {
    expect(questionWords('devices.remove', object).message).toBe(message)
  })
})
