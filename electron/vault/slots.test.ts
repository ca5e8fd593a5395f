import { copyFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { nodeVaultFs } from './fs.ts'
import type { VaultSession } from './index.ts'
import { flip, slotFiles } from './testing/files.ts'
import { steppedFs, systemError } from './testing/stepped-fs.ts'
import {
  must,
  newVault,
  PASSPHRASE,
  reopen,
  stillClock,
  storeIn,
  temporaryFolder,
  type Notes,
} from './testing/vaults.ts'

let dir: string
let session: VaultSession<Notes>
beforeEach(async () => {
  const folder = await temporaryFolder()
  onTestFinished(folder.remove)
  dir = folder.path
  session = await newVault(dir, ['kept'])
})

const NEXT = 'a better one'
const reopenWithCode = async (recoveryCode: string) => {
  const unlocked = await storeIn(dir).unlock({ recoveryCode })
  if (unlocked.ok) await unlocked.value.session.lock()
  return unlocked
}
const slotOf = (kind: string) => session.slots().find((slot) => slot.kind === kind)!.id
const addRecoveryCode = async () => {
  const code = must(session.prepareRecoveryCode())
  must(await session.confirmRecoveryCode(code))
  return code
}

describe('changing the passphrase', () => {
  test('makes the new one open the vault, and the old one wrong', async () => {
    const changed = must(await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT))
    expect(changed.warnings).toEqual([])
    await session.lock()
    expect(await reopen(dir)).toEqual({ error: { code: 'wrong-passphrase', retryAt: undefined } })
    expect(await reopen(dir, {}, NEXT)).toMatchObject({ notes: ['kept'], fellBack: undefined, rolledBack: undefined })
    expect(await slotFiles(dir)).toHaveLength(1)
  })

  test('leaves no file that the old slot opens but snapshots from before, which it names and deletes when told', async () => {
    const clock = new FakeClock()
    await session.lock()
    session = must(await storeIn(dir, { clock }).unlock({ passphrase: PASSPHRASE })).session
    const [oldSlot] = await slotFiles(dir)
    await copyFile(oldSlot!, join(dir, 'old-slot'))
    await clock.advance(3_600_000)
    const { stillOpened } = must(await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT))
    expect(stillOpened).toHaveLength(1)
    expect(await session.snapshots()).toHaveLength(2)
    must(await session.deleteSnapshots(stillOpened.map(({ id }) => id)))
    expect(await session.snapshots()).toHaveLength(1)
    await session.lock()
    // Even with the old slot's file put back, neither vault.age nor the generation before it opens to it.
    await copyFile(join(dir, 'old-slot'), oldSlot!)
    expect(await reopen(dir)).toEqual({ error: { code: 'wrong-passphrase', retryAt: undefined } })
    await flip(join(dir, 'vault.age'), -1)
    expect(await reopen(dir)).toMatchObject({ error: { code: 'damaged' } })
    expect(await reopen(dir, {}, NEXT)).toMatchObject({ notes: ['kept'], fellBack: { from: 'vault.age.bak' } })
  })

  test('asks for the present one, or the recovery code for who has forgotten it', async () => {
    expect(await session.changePassphrase({ passphrase: 'wrong' }, NEXT)).toMatchObject({
      error: { code: 'wrong-passphrase' },
    })
    expect(await session.changePassphrase({ recoveryCode: 'x' }, NEXT)).toMatchObject({
      error: { code: 'malformed-recovery-code' },
    })
    const code = await addRecoveryCode()
    await session.lock()
    session = must(await storeIn(dir).unlock({ recoveryCode: code })).session
    must(await session.changePassphrase({ recoveryCode: code }, NEXT))
    expect(await session.verifyPassphrase(NEXT)).toEqual({ ok: true, value: undefined })
    await session.lock()
    expect(await reopen(dir, {}, NEXT)).toMatchObject({ notes: ['kept'] })
  })

  test.each(['', 'a\nb'])('to %j is refused, and the old one stays', async (next) => {
    expect(await session.changePassphrase({ passphrase: PASSPHRASE }, next)).toMatchObject({
      error: { code: 'passphrase-unusable' },
    })
    expect(await session.verifyPassphrase(PASSPHRASE)).toMatchObject({ ok: true })
    await session.lock()
  })

  test('does not lose what was saved a moment before or after', async () => {
    const answers = await Promise.all([
      session.save({ notes: ['before'] }),
      session.changePassphrase({ passphrase: PASSPHRASE }, NEXT),
      session.save({ notes: ['after'] }),
    ])
    for (const answer of answers) must(answer)
    await session.lock()
    expect(await reopen(dir, {}, NEXT)).toMatchObject({ notes: ['after'] })
  })

  test('the same word typed with other code points opens it', async () => {
    must(await session.changePassphrase({ passphrase: PASSPHRASE }, 'Zu\u0308rich is the word'))
    await session.lock()
    expect(await reopen(dir, {}, 'Z\u00fcrich is the word')).toMatchObject({ notes: ['kept'] })
  })
})

describe('a recovery code', () => {
  test('opens nothing until it was typed back as printed', async () => {
    const code = must(session.prepareRecoveryCode())
    expect(await slotFiles(dir)).toHaveLength(1)
    const otherCode = must((await newVaultCode())!)
    expect(await session.confirmRecoveryCode(otherCode)).toEqual({
      ok: false,
      error: { code: 'recovery-code-differs' },
    })
    expect(await session.confirmRecoveryCode(code.slice(0, -1))).toMatchObject({
      error: { code: 'malformed-recovery-code', fault: { fault: 'length' } },
    })
    expect(await slotFiles(dir)).toHaveLength(1)
    must(await session.confirmRecoveryCode(code.toLowerCase().replaceAll('-', ' ')))
    expect(session.slots().map(({ kind }) => kind)).toEqual(['passphrase', 'recovery-code'])
    expect(await session.confirmRecoveryCode(code)).toEqual({ ok: false, error: { code: 'recovery-code-differs' } })
    await session.lock()
    expect(must(await reopenWithCode(code)).fellBack).toBeUndefined()
    expect(must(await reopenWithCode(code.toLowerCase())).rolledBack).toBeUndefined()
    expect(await storeIn(dir).status()).toMatchObject({ ways: ['passphrase', 'recovery-code'] })
  })

  test('misread, of another vault, or of a vault that has none, are told apart', async () => {
    const another = must((await newVaultCode())!)
    await session.lock()
    expect(await reopenWithCode(another)).toMatchObject({ error: { code: 'wrong-recovery-code' } })
    session = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    const code = await addRecoveryCode()
    await session.lock()
    expect(await reopenWithCode(another)).toMatchObject({ error: { code: 'wrong-recovery-code' } })
    const misread = code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`
    expect(await reopenWithCode(misread)).toMatchObject({
      error: { code: 'malformed-recovery-code', fault: { fault: 'checksum' } },
    })
    expect(must(await reopenWithCode(code)).session).toBeDefined()
  })

  test('prepared again makes the one before worthless', async () => {
    const first = must(session.prepareRecoveryCode())
    const second = must(session.prepareRecoveryCode())
    expect(await session.confirmRecoveryCode(first)).toMatchObject({ error: { code: 'recovery-code-differs' } })
    must(await session.confirmRecoveryCode(second))
    await session.lock()
  })

  test('is not the passphrase of the passphrase slot', async () => {
    const code = await addRecoveryCode()
    await session.lock()
    expect(await reopen(dir, {}, code)).toMatchObject({ error: { code: 'wrong-passphrase' } })
  })
})

/** A code made by a vault of its own. */
async function newVaultCode() {
  const other = await temporaryFolder()
  onTestFinished(other.remove)
  const session = await newVault(other.path, [])
  const code = session.prepareRecoveryCode()
  await session.lock()
  return code
}

describe('removing a slot', () => {
  test('makes its secret wrong', async () => {
    const code = await addRecoveryCode()
    const removed = must(await session.removeSlot(slotOf('recovery-code')))
    expect(removed).toMatchObject({ warnings: [], stillOpened: [] })
    await session.lock()
    expect(await reopenWithCode(code)).toMatchObject({ error: { code: 'wrong-recovery-code' } })
    expect(await reopen(dir)).toMatchObject({ notes: ['kept'] })
  })

  test('is refused for one that is not there, and for the last', async () => {
    expect(await session.removeSlot('passphrase-0123456789abcdef')).toEqual({
      ok: false,
      error: { code: 'no-such-slot' },
    })
    expect(await session.removeSlot(slotOf('passphrase'))).toEqual({ ok: false, error: { code: 'last-portable-slot' } })
    await session.lock()
  })

  test('is refused where the only other slot has lost its file', async () => {
    await addRecoveryCode()
    const id = slotOf('recovery-code')
    await session.lock()
    await rm(join(dir, 'slots', `${id}.age`))
    await rm(join(dir, 'snapshots'), { recursive: true })
    session = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    expect(session.slots()).toMatchObject([{ file: 'present' }, { kind: 'recovery-code', file: 'missing' }])
    expect(await session.removeSlot(slotOf('passphrase'))).toEqual({ ok: false, error: { code: 'last-portable-slot' } })
    must(await session.removeSlot(id))
    await session.lock()
    expect(await reopen(dir)).toMatchObject({ notes: ['kept'] })
  })

  test('is refused for the one it was opened with, unless another key is known', async () => {
    const code = await addRecoveryCode()
    await session.lock()
    session = must(await storeIn(dir).unlock({ recoveryCode: code })).session
    expect(await session.removeSlot(slotOf('recovery-code'))).toEqual({ ok: false, error: { code: 'slot-in-use' } })
    const used = slotOf('recovery-code')
    const next = await addRecoveryCode()
    must(await session.removeSlot(used))
    must(await session.save({ notes: ['saved after'] }))
    await session.lock()
    expect(await reopenWithCode(code)).toMatchObject({ error: { code: 'wrong-recovery-code' } })
    expect(must(await reopenWithCode(next)).session).toBeDefined()
    expect(await reopen(dir)).toMatchObject({ notes: ['saved after'] })
  })

  test('that succeeded but left old files behind says so', async () => {
    await addRecoveryCode()
    await session.lock()
    const fs = steppedFs(nodeVaultFs(stillClock(), process.platform), dir, {
      before({ name }) {
        if (name.startsWith('remove ./slots/recovery-code')) throw systemError('EACCES')
      },
    })
    session = must(await storeIn(dir, { fs }).unlock({ passphrase: PASSPHRASE })).session
    expect(must(await session.removeSlot(slotOf('recovery-code'))).warnings).toEqual(['old-files'])
    await session.lock()
    expect(await slotFiles(dir)).toHaveLength(2)
    // The next opening finds a file of no slot and removes it.
    expect(await reopen(dir)).toMatchObject({ notes: ['kept'] })
    expect(await slotFiles(dir)).toHaveLength(1)
  })
})

test('where an older vault was put back, no file of a newer slot is tidied away', async () => {
  const old = { slot: (await slotFiles(dir))[0]!, copy: join(dir, 'old-slot'), vault: join(dir, 'old-vault') }
  await copyFile(old.slot, old.copy)
  await copyFile(join(dir, 'vault.age'), old.vault)
  must(await session.changePassphrase({ passphrase: PASSPHRASE }, NEXT))
  await copyFile(join(dir, 'vault.age'), join(dir, 'new-vault'))
  await session.lock()
  await copyFile(old.copy, old.slot)
  await copyFile(old.vault, join(dir, 'vault.age'))
  expect(await reopen(dir)).toMatchObject({ notes: ['kept'], rolledBack: { kind: 'older' } })
  expect(await slotFiles(dir)).toHaveLength(2)
  // The newer vault can still be put back.
  await copyFile(join(dir, 'new-vault'), join(dir, 'vault.age'))
  await rm(join(dir, 'snapshots'), { recursive: true })
  expect(await reopen(dir, {}, NEXT)).toMatchObject({ notes: ['kept'], rolledBack: undefined })
})

describe('a slot file', () => {
  test('that was damaged is found in a snapshot, opens, and is put back by the next save, the damaged one kept aside', async () => {
    await session.lock()
    const [slot] = await slotFiles(dir)
    await flip(slot!, 120)
    session = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    must(await session.save({ notes: ['saved'] }))
    await session.lock()
    expect(await readdir(join(dir, 'aside'))).toEqual([
      expect.stringMatching(/^passphrase-[0-9a-f]{16}\.age\.[0-9a-f]{32}$/),
    ])
    await rm(join(dir, 'snapshots'), { recursive: true })
    expect(await reopen(dir)).toMatchObject({ notes: ['saved'] })
  })

  test('that is damaged beyond help is told apart from a wrong passphrase', async () => {
    await session.lock()
    await rm(join(dir, 'snapshots'), { recursive: true })
    const [slot] = await slotFiles(dir)
    await flip(slot!, 120)
    expect(await reopen(dir)).toEqual({
      error: { code: 'damaged', file: expect.stringMatching(/^slots\/passphrase-/), reason: 'changed' },
    })
  })

  test('that is damaged does not make a wrong passphrase look right, where a snapshot has the good one', async () => {
    await session.lock()
    const [slot] = await slotFiles(dir)
    await flip(slot!, 120)
    expect(await reopen(dir, {}, 'wrong')).toMatchObject({ error: { code: 'wrong-passphrase' } })
  })

  test('of every slot gone with state.json is taken from the newest snapshot, and put back', async () => {
    await addRecoveryCode()
    await session.lock()
    await rm(join(dir, 'slots'), { recursive: true })
    await rm(join(dir, 'state.json'))
    session = must(await storeIn(dir).unlock({ passphrase: PASSPHRASE })).session
    must(await session.save({ notes: ['saved'] }))
    await session.lock()
    expect(await slotFiles(dir)).toHaveLength(2)
    expect(await reopen(dir)).toMatchObject({ notes: ['saved'] })
  })

  test('damaged without a record to tell it by is tried from the snapshots all the same', async () => {
    await session.lock()
    await rm(join(dir, 'state.json'))
    const [slot] = await slotFiles(dir)
    await flip(slot!, 120)
    expect(await reopen(dir)).toMatchObject({ notes: ['kept'], fellBack: undefined })
  })

  test('of 17 kilobytes, or of no age, is damaged and not parsed', async () => {
    await session.lock()
    await rm(join(dir, 'snapshots'), { recursive: true })
    const [slot] = await slotFiles(dir)
    for (const content of ['x'.repeat(17 * 1024), 'not armored', '']) {
      await writeFile(slot!, content)
      expect(await reopen(dir)).toMatchObject({ error: { code: 'damaged' } })
    }
  })
})
