import { afterEach, describe, expect, test } from 'vitest'
import type { Request } from '../../../shared/contract/index.ts'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'

let app: TestApp
afterEach(() => app.dispose())

async function open() {
  app = await TestApp.start({ demo: true })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  const watched = app.watch('devices', {})
  const state = await watched.until(({ backends }) => backends.every(({ state }) => state === 'ready'))
  watched.stop()
  return state
}
const say = (saying: Request<'whatif.say'>['say']) => app.call('whatif.say', { say: saying })
async function inBin(name: string) {
  const fields = { kind: 'totp', issuer: name, account: 'me', secret: 'KVKEYQLOMV3GK4THN5XG4YLHNF3GK6LP' } as const
  const { id } = await app.call('codes.add', { source: { fields }, keepBoth: true })
  await app.call('codes.remove', { id })
  return id
}
const stale = { error: { code: 'confirmation-stale' } }

describe('Deleting an entry for good', () => {
  test('says what still opens its account, and no name is typed', async () => {
    await open()
    const id = await inBin('GitHub')
    const sheet = await say({ list: 'things', item: { kind: 'sheet', name: 'Sheet in the safe' } })
    await say({ list: 'recoveryCodes', item: { of: { is: 'entry', entryId: id }, on: sheet.id! } })
    app.person.confirms()
    await app.call('codes.deleteForGood', { ids: [id] })
    const [asked] = app.person.asked
    expect(asked).toMatchObject({
      ask: {
        effects: [
          { effect: 'entry-deleted' },
          { effect: 'still-opens', facts: { at: 'GitHub', with: 'recovery-code', through: 'Sheet in the safe' } },
        ],
      },
    })
    expect(asked!.ask).not.toHaveProperty('typeName')
  })

  test('which is certain to lock its account asks for that name', async () => {
    await open()
    const id = await inBin('GitHub')
    await say({ list: 'everyWayKnown', item: { is: 'entry', entryId: id } })
    app.person.confirms('somebody')
    await expect(app.call('codes.deleteForGood', { ids: [id] })).rejects.toMatchObject({
      error: { code: 'not-confirmed' },
    })
    app.person.confirms('me')
    await app.call('codes.deleteForGood', { ids: [id] })
    expect(app.person.asked.at(-1)).toMatchObject({
      ask: { typeName: 'me', effects: [{}, { effect: 'would-need', facts: { outcome: 'locked' } }] },
    })
  })

  test('is refused where what the accounts would lose changed while the question stood', async () => {
    await open()
    const id = await inBin('GitHub')
    app.person.answers('confirm', async ({ nonce }) => {
      await say({ list: 'everyWayKnown', item: { is: 'entry', entryId: id } })
      return { confirmed: true, nonce }
    })
    await expect(app.call('codes.deleteForGood', { ids: [id] })).rejects.toMatchObject(stale)
    expect(await app.state('entries', {})).toHaveProperty(id)
  })

  test('of very many names the worst and counts the others', async () => {
    await open()
    const ids: string[] = []
    for (let i = 0; i < 53; i++) ids.push(await inBin(`Site ${i}`))
    await say({ list: 'everyWayKnown', item: { is: 'entry', entryId: ids[52]! } })
    app.person.confirms()
    await app.call('codes.deleteForGood', { ids })
    const { effects } = app.person.asked.at(-1)!.ask as {
      effects: { effect: string; facts: Record<string, unknown> }[]
    }
    const needs = effects.filter(({ effect }) => effect === 'would-need')
    expect(needs).toHaveLength(50)
    expect(needs.map(({ facts }) => facts['at'])).toContain('Site 52')
    expect(effects.at(-1)).toMatchObject({ effect: 'and-more', facts: { of: 'would-need', count: 3 } })
  })
})

test('Removing a way into the vault names no account while another way is left', async () => {
  await open()
  await app.call('codes.add', {
    source: { fields: { kind: 'totp', issuer: 'GitHub', account: 'me', secret: 'KVKEYQLOMV3GK4THN5XG4YLHNF3GK6LP' } },
  })
  const { code } = await app.call('vault.recoveryCode', { passphrase: PASSPHRASE })
  await app.call('vault.confirmRecoveryCode', { code })
  const vault = await app.state('vault', {})
  const slot = vault.state === 'unlocked' ? vault.slots.find(({ kind }) => kind === 'recovery-code') : undefined
  app.person.confirms()
  await app.call('vault.removeSlot', { id: slot!.id, passphrase: PASSPHRASE })
  expect(app.person.asked[0]).toMatchObject({
    ask: { effects: [{ effect: 'slot-opens-nothing-new' }, { effect: 'slot-stays', facts: { kind: 'passphrase' } }] },
  })
})
