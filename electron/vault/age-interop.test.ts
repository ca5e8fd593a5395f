/**
 * Debian's own `age` and our files, in both directions. The commands are those of docs/vault.md.
 * `script` (util-linux) gives age the terminal that it insists on asking at.
 */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { slotFiles } from './testing/files.ts'
import { must, newVault, PASSPHRASE, reopen, storeIn, temporaryFolder } from './testing/vaults.ts'

const isHere = (command: string) => spawnSync(command, ['--version']).status === 0
const missing = ['age', 'script'].filter((command) => !isHere(command))
const install = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')}; apt-get install age bsdutils)`

/** Runs a line of shell in `cwd` at a terminal of its own, and types each answer when it is asked for a passphrase. */
function atTerminal(
  line: string,
  cwd: string,
  answers: readonly string[],
): Promise<{ code: number | null; screen: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', line, '/dev/null'], { cwd, env: { ...process.env, TERM: 'dumb' } })
    let screen = ''
    let asked = 0
    child.stdout.on('data', (piece: Buffer) => {
      screen += piece.toString()
      const prompts = screen.match(/passphrase[^\n]*: /gi)?.length ?? 0
      while (asked < prompts && asked < answers.length) child.stdin.write(`${answers[asked++]}\n`)
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, screen }))
  })
}

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/vault.md'), 'utf8')

/** A command of the guide, letter for letter: one that is not in it can't be run from here. */
function documented(line: string): string {
  if (!GUIDE.split('\n').includes(line)) throw new Error(`docs/vault.md does not say: ${line}`)
  return line
}

const OPEN_BY_PASSPHRASE = documented('age -d -i slots/passphrase-*.age -o opened.json vault.age')
const OPEN_BY_RECOVERY_CODE = documented('age -d -i slots/recovery-code-*.age -o opened.json vault.age')
const OPEN_SNAPSHOT = documented('cd snapshots/*/ && age -d -i slots/passphrase-*.age -o ../../opened.json vault.age')
const OPEN_BACKUP = documented('age -d -o backup.json latchkey-backup.age')

const folder = async () => {
  const { path, remove } = await temporaryFolder()
  onTestFinished(remove)
  return path
}

describe.skipIf(missing.length > 0)(`the age command${install}`, () => {
  test('opens a vault with its passphrase, and the payload is JSON with the data in it', async () => {
    const dir = await folder()
    await (await newVault(dir, ['kept by Latchkey'])).lock()
    const { code, screen } = await atTerminal(OPEN_BY_PASSPHRASE, dir, [PASSPHRASE])
    expect([code, screen]).toEqual([0, expect.stringMatching(/passphrase/i)])
    expect(JSON.parse(await readFile(join(dir, 'opened.json'), 'utf8'))).toMatchObject({
      format: 1,
      generation: 1,
      slots: [{ kind: 'passphrase' }],
      data: { notes: ['kept by Latchkey'] },
    })
  })

  test('opens a vault with its recovery code, typed exactly as printed', async () => {
    const dir = await folder()
    const session = await newVault(dir, ['kept'])
    const code = must(session.prepareRecoveryCode())
    must(await session.confirmRecoveryCode(code))
    await session.lock()
    const run = await atTerminal(OPEN_BY_RECOVERY_CODE, dir, [code])
    expect([run.code, run.screen]).toEqual([0, expect.anything()])
    expect(JSON.parse(await readFile(join(dir, 'opened.json'), 'utf8'))).toMatchObject({ data: { notes: ['kept'] } })
  })

  test('opens a vault whose slot was made with the work factor that is used in earnest, and letters beyond ASCII', async () => {
    const dir = await folder()
    const store = storeIn(dir, { scryptLogN: 18 })
    const { session } = must(await store.create({ passphrase: 'Zu\u0308rich 🔑', data: { notes: ['kept'] } }))
    await session.lock()
    expect(await readFile((await slotFiles(dir))[0]!, 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/)
    const run = await atTerminal(OPEN_BY_PASSPHRASE, dir, ['Z\u00fcrich 🔑'])
    expect([run.code, run.screen]).toEqual([0, expect.anything()])
  })

  test('opens a snapshot with the slots that lie beside it', async () => {
    const dir = await folder()
    await (await newVault(dir, ['kept'])).lock()
    const run = await atTerminal(OPEN_SNAPSHOT, dir, [PASSPHRASE])
    expect([run.code, run.screen]).toEqual([0, expect.anything()])
    expect(JSON.parse(await readFile(join(dir, 'opened.json'), 'utf8'))).toMatchObject({ data: { notes: ['kept'] } })
  })

  test('opens a backup with its passphrase', async () => {
    const dir = await folder()
    await writeFile(
      join(dir, 'latchkey-backup.age'),
      await storeIn(dir).seal(Buffer.from('{"entries":[]}'), 'of the backup'),
    )
    const run = await atTerminal(OPEN_BACKUP, dir, ['of the backup'])
    expect([run.code, run.screen]).toEqual([0, expect.anything()])
    expect(await readFile(join(dir, 'backup.json'), 'utf8')).toBe('{"entries":[]}')
  })

  test('refuses a wrong passphrase, and a vault for a slot that was removed', async () => {
    const dir = await folder()
    const session = await newVault(dir, ['kept'])
    const [oldSlot] = await slotFiles(dir)
    const old = await readFile(oldSlot!)
    must(await session.changePassphrase({ passphrase: PASSPHRASE }, 'the next one'))
    await session.lock()
    expect((await atTerminal('age -d -i slots/passphrase-*.age -o a.json vault.age', dir, [PASSPHRASE])).code).not.toBe(
      0,
    )
    await writeFile(join(dir, 'old-slot.age'), old)
    expect((await atTerminal('age -d -i old-slot.age -o a.json vault.age', dir, [PASSPHRASE])).code).not.toBe(0)
    expect((await atTerminal('age -d -i old-slot.age -o a.json vault.age.bak', dir, [PASSPHRASE])).code).not.toBe(0)
    expect((await atTerminal('age -d -i slots/passphrase-*.age -o a.json vault.age', dir, ['the next one'])).code).toBe(
      0,
    )
  })

  test.each([
    ['binary', 'age -p -o theirs.age plain.txt'],
    ['armored', 'age -p -a -o theirs.age plain.txt'],
  ])('makes a passphrase file, %s, that opens here', async (_, line) => {
    const dir = await folder()
    await writeFile(join(dir, 'plain.txt'), 'made by age')
    const run = await atTerminal(line, dir, ['of age itself', 'of age itself'])
    expect([run.code, run.screen]).toEqual([0, expect.anything()])
    const opened = await storeIn(dir).open(await readFile(join(dir, 'theirs.age')), 'of age itself')
    expect(opened).toEqual({ ok: true, value: Buffer.from('made by age') })
  })

  test('can repair a vault by hand: what it encrypts to the recipient of a slot opens here', async () => {
    const dir = await folder()
    await (await newVault(dir, ['kept'])).lock()
    await atTerminal(OPEN_BY_PASSPHRASE, dir, [PASSPHRASE])
    const payload = await readFile(join(dir, 'opened.json'), 'utf8')
    const { slots } = JSON.parse(payload) as { slots: { recipient: string }[] }
    await writeFile(
      join(dir, 'edited.json'),
      payload.replace('"kept"', '"by hand"').replace('"generation":1', '"generation":2'),
    )
    expect(spawnSync('age', ['-r', slots[0]!.recipient, '-o', 'vault.age', 'edited.json'], { cwd: dir }).status).toBe(0)
    expect(await reopen(dir)).toMatchObject({ notes: ['by hand'], fellBack: undefined, rolledBack: undefined })
  })
})
