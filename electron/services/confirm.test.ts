import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { codeOf } from '../../test/support/recovery-drill.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { CONFIRMED_FOR_MS, createConfirm, type Asking, type Effects } from './confirm.ts'

type Ask = Parameters<Asking['ask']>[1]
type Answer = Awaited<ReturnType<Asking['ask']>>

const EFFECTS: Effects = [{ effect: 'opens-with', facts: { name: 'Blue key', type: 'fido' } }]
const QUESTION = { operation: 'devices.remove', object: 'Pixel 8', effects: EFFECTS }

function setUp(answer: (ask: Ask) => Partial<Answer>, dialog?: boolean) {
  const clock = new FakeClock()
  const asked: Ask[] = []
  const confirm = createConfirm({
    clock,
    random: seededRandom('confirm'),
    shell: dialog === undefined ? {} : { confirm: async () => dialog },
  })
  const asking: Asking = {
    ask: async (_, ask) => {
      asked.push(ask)
      return { confirmed: true, nonce: ask.nonce, ...answer(ask) }
    },
  }
  return { clock, asked, ask: (over = {}) => confirm(asking, { ...QUESTION, ...over }) }
}

describe('a confirmation', () => {
  it('is good once, for the effects that were shown', async () => {
    const { ask, asked } = setUp(() => ({}))
    const approval = await ask()
    expect(asked[0]).toMatchObject({ operation: 'devices.remove', object: 'Pixel 8', effects: EFFECTS })
    expect(asked[0]?.nonce).toMatch(/^[\w-]{22}$/)
    approval.use([{ effect: 'opens-with', facts: { type: 'fido', name: 'Blue key' } }])
    expect(() => approval.use(EFFECTS)).toThrow('confirmation-stale')
  })
  it('has a nonce of its own each time', async () => {
    const { ask, asked } = setUp(() => ({}))
    await ask()
    await ask()
    expect(asked[0]?.nonce).not.toBe(asked[1]?.nonce)
  })
  it('is stale where more would be lost by now', async () => {
    const approval = await setUp(() => ({})).ask()
    expect(() => approval.use([{ effect: 'password-alone', facts: { identity: 'alice' } }])).toThrow(
      'confirmation-stale',
    )
  })
  it('is stale after a while, or when the clock was set back', async () => {
    const late = setUp(() => ({}))
    const approval = await late.ask()
    await late.clock.advance(CONFIRMED_FOR_MS + 1)
    expect(() => approval.use(EFFECTS)).toThrow('confirmation-stale')
    const back = setUp(() => ({}))
    const other = await back.ask()
    back.clock.jump(back.clock.now() - 1)
    expect(() => other.use(EFFECTS)).toThrow('confirmation-stale')
  })
  it.each<[string, Partial<Answer>, object, string]>([
    ['answered with no', { confirmed: false }, {}, 'not-confirmed'],
    ['quoting another question', { nonce: 'guessed' }, {}, 'confirmation-stale'],
    ['without the name that must be typed', {}, { typeName: 'Pixel 8' }, 'not-confirmed'],
    ['with another name typed', { typedName: 'pixel 8' }, { typeName: 'Pixel 8' }, 'not-confirmed'],
    ['with the name typed', { typedName: ' Pixel 8 ' }, { typeName: 'Pixel 8' }, 'none'],
    ['with the name’s accents composed otherwise', { typedName: 'Ze\u0301' }, { typeName: 'Z\u00e9' }, 'none'],
  ])('%s is %s', async (_, answer, question, code) => {
    expect(await codeOf(setUp(() => answer).ask(question))).toBe(code)
  })
  it('needs the shell’s own dialog as well, where there is one', async () => {
    expect(await codeOf(setUp(() => ({}), true).ask())).toBe('none')
    expect(await codeOf(setUp(() => ({}), false).ask())).toBe('not-confirmed')
  })
})
