import { copyFile, cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { flip } from './testing/files.ts'
import { must, newVault, PASSPHRASE, reopen, storeIn, temporaryFolder } from './testing/vaults.ts'

const HOUR = 3_600_000
let dir: string
let clock: FakeClock
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
  clock = new FakeClock()
  const session = await newVault(dir, ['one'], { clock })
  await clock.advance(HOUR)
  must(await session.save({ notes: ['two'] }))
  must(await session.save({ notes: ['three'] }))
  await session.lock()
})
const inside = (name: string) => join(dir, name)
const saveAgain = async (notes: string[]) => {
  const { session } = must(await storeIn(dir, { clock }).unlock({ passphrase: PASSPHRASE }))
  const saved = must(await session.save({ notes }))
  await session.lock()
  return saved
}
const aside = async () => (await readdir(inside('aside'))).map((name) => name.replace(/\.[0-9a-f]{32}$/, '')).toSorted()

describe('a damaged vault.age', () => {
  beforeEach(() => flip(inside('vault.age'), -1))

  test('is answered with the generation before, its time and the reason', async () => {
    expect(await reopen(dir)).toMatchObject({
      notes: ['two'],
      generation: 2,
      fellBack: {
        from: 'vault.age.bak',
        generation: 2,
        savedAt: clock.now(),
        because: { code: 'damaged', file: 'vault.age', reason: 'changed' },
      },
      rolledBack: { kind: 'older', expected: 3, found: 2 },
    })
  })

  test('is left as it is by looking, and moved aside by the next save; the generation goes on from the last that was known', async () => {
    const damaged = await readFile(inside('vault.age'))
    await reopen(dir)
    expect(await readFile(inside('vault.age'))).toEqual(damaged)
    expect((await saveAgain(['four'])).generation).toBe(4)
    expect(await aside()).toEqual(['vault.age'])
    const [name] = await readdir(inside('aside'))
    expect(await readFile(inside(`aside/${name}`))).toEqual(damaged)
    expect(await reopen(dir)).toMatchObject({
      notes: ['four'],
      generation: 4,
      fellBack: undefined,
      rolledBack: undefined,
    })
    // What it was opened from has not been overwritten by what was damaged.
    await rm(inside('vault.age'))
    expect(await reopen(dir)).toMatchObject({ notes: ['two'], fellBack: { because: { code: 'missing' } } })
  })

  test('with a damaged generation before it is answered with the newest snapshot, and both are moved aside', async () => {
    await flip(inside('vault.age.bak'), -1)
    expect(await reopen(dir)).toMatchObject({
      notes: ['two'],
      fellBack: { from: expect.stringMatching(/^snapshots\/20261124T130000Z-g2\/vault\.age$/), generation: 2 },
    })
    await saveAgain(['four'])
    expect(await aside()).toEqual(['vault.age', 'vault.age.bak'])
    expect(await reopen(dir)).toMatchObject({ notes: ['four'], fellBack: undefined })
  })

  test('with nothing else that opens is damaged, and stays where it is', async () => {
    await flip(inside('vault.age.bak'), -1)
    for (const name of await readdir(inside('snapshots'))) await writeFile(inside(`snapshots/${name}/vault.age`), '')
    expect(await reopen(dir)).toEqual({ error: { code: 'damaged', file: 'vault.age', reason: 'changed' } })
    expect(await storeIn(dir).create({ passphrase: PASSPHRASE, data: { notes: [] } })).toMatchObject({
      error: { code: 'exists' },
    })
  })

  test('is not answered by older files to who types a wrong passphrase', async () => {
    expect(await reopen(dir, {}, 'wrong')).toMatchObject({ error: { code: 'wrong-passphrase' } })
  })

  test('of a reader is never touched', async () => {
    const before = await readdir(dir, { recursive: true })
    const { session, fellBack } = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE }, { readOnly: true }))
    expect(fellBack).toBeDefined()
    await session.lock()
    expect(await readdir(dir, { recursive: true })).toEqual(before)
  })
})

test('a vault.age that is missing is answered with the generation before, and nothing has to be moved', async () => {
  await rm(inside('vault.age'))
  expect(await reopen(dir)).toMatchObject({
    notes: ['two'],
    fellBack: { because: { code: 'missing', file: 'vault.age' } },
  })
  await saveAgain(['four'])
  expect(await readdir(dir)).not.toContain('aside')
  expect(await reopen(dir)).toMatchObject({ notes: ['four'], fellBack: undefined })
})

test('a whole snapshot, copied elsewhere, is a vault', async () => {
  const other = await temporaryFolder()
  onTestFinished(other.remove)
  await cp(inside('snapshots/20261124T120000Z-g1'), other.path, { recursive: true })
  expect(await reopen(other.path)).toEqual({
    notes: ['one'],
    generation: 1,
    fellBack: undefined,
    rolledBack: undefined,
  })
})

describe('a vault that is not the last one saved here', () => {
  test('because an older file was put back, opens and is told', async () => {
    await copyFile(inside('vault.age.bak'), inside('vault.age'))
    expect(await reopen(dir)).toMatchObject({
      notes: ['two'],
      fellBack: undefined,
      rolledBack: { kind: 'older', expected: 3, found: 2 },
    })
    expect((await saveAgain(['four'])).generation).toBe(4)
    expect(await reopen(dir)).toMatchObject({ rolledBack: undefined })
  })

  test('because the same generation was saved in two places, is told', async () => {
    const other = await temporaryFolder()
    onTestFinished(other.remove)
    await cp(dir, other.path, { recursive: true, filter: (path) => !path.includes('writer.') })
    await saveAgain(['here'])
    const { session } = must(await storeIn(other.path).unlock({ passphrase: PASSPHRASE }))
    must(await session.save({ notes: ['there'] }))
    await session.lock()
    await copyFile(join(other.path, 'vault.age'), inside('vault.age'))
    expect(await reopen(dir)).toMatchObject({ notes: ['there'], rolledBack: { kind: 'forked', expected: 4, found: 4 } })
  })

  test('because it is newer, from another computer, is no alarm', async () => {
    const state = await readFile(inside('state.json'))
    await saveAgain(['four'])
    await writeFile(inside('state.json'), state)
    expect(await reopen(dir)).toMatchObject({ notes: ['four'], rolledBack: undefined })
  })

  test('because another vault was put in its place, slots and all, is told', async () => {
    const other = await temporaryFolder()
    onTestFinished(other.remove)
    const theirs = must(await storeIn(other.path).create({ passphrase: 'theirs', data: { notes: ['other'] } })).session
    await theirs.lock()
    await rm(inside('slots'), { recursive: true })
    await cp(join(other.path, 'slots'), inside('slots'), { recursive: true })
    await copyFile(join(other.path, 'vault.age'), inside('vault.age'))
    expect(await reopen(dir, {}, 'theirs')).toMatchObject({ notes: ['other'], rolledBack: { kind: 'other-vault' } })
    // Nothing of the vault that was here is tidied away: its slot is still found, and opens what is left of it.
    expect(await reopen(dir)).toMatchObject({ notes: ['two'], fellBack: { from: 'vault.age.bak' } })
  })

  test.each([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['another shape', '{"format":1}'],
    ['a later format', '{"format":2,"vaultId":"x","generation":99,"sha256":"","slots":{}}'],
    [
      'a path for a slot',
      `{"format":1,"vaultId":"x","generation":9,"sha256":"${'0'.repeat(64)}","slots":{"../x":"${'0'.repeat(64)}"}}`,
    ],
    ['a megabyte', `"${'x'.repeat(1_000_000)}"`],
  ])('opens without that check where state.json is %s', async (_, content) => {
    await rm(inside('state.json'))
    if (content !== undefined) await writeFile(inside('state.json'), content)
    expect(await reopen(dir)).toMatchObject({ notes: ['three'], fellBack: undefined, rolledBack: undefined })
  })
})

describe('snapshots', () => {
  test('are made with the first save of an hour, each with the slots that open it', async () => {
    const session = must(await storeIn(dir, { clock }).unlock({ passphrase: PASSPHRASE })).session
    for (let hour = 0; hour < 30; hour++) {
      await clock.advance(HOUR)
      must(await session.save({ notes: [`${hour}`] }))
      must(await session.save({ notes: [`${hour} again`] }))
    }
    const snapshots = await session.snapshots()
    // Ten hours, and the last of the day before; 32 hours from noon on a Tuesday lie in one week.
    expect(snapshots.map(({ savedAt }) => new Date(savedAt).toISOString().slice(8, 13))).toEqual([
      '25T19',
      '25T18',
      '25T17',
      '25T16',
      '25T15',
      '25T14',
      '25T13',
      '25T12',
      '25T11',
      '25T10',
      '24T23',
    ])
    for (const { id } of snapshots) expect((await readdir(inside(`snapshots/${id}/slots`))).length).toBe(1)
    await session.lock()
  })

  test('are deleted by their ids and by nothing else', async () => {
    const session = must(await storeIn(dir, { clock }).unlock({ passphrase: PASSPHRASE })).session
    must(await session.deleteSnapshots(['../slots', 'no such', '20261124T120000Z-g1']))
    expect((await session.snapshots()).map(({ id }) => id)).toEqual(['20261124T130000Z-g2'])
    expect(await readdir(inside('snapshots'))).toEqual(['20261124T130000Z-g2'])
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['three'] })
  })
})
