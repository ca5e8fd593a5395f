/** Pictures of Security keys in every state, on the stage: what each key would have to be in for it is said by the test. */
import type { Page } from '@playwright/test'
import type { KeyRow, State } from '../../shared/contract/index.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'
import {
  BIO,
  BLUE,
  BLUE_UNREAD,
  info,
  keysState,
  LONG,
  many,
  NITRO,
  SOLO,
  TWIN,
  U2F,
  withoutPin,
  withPin,
} from './support/keys-sample.ts'
import { NOW, Stage } from './support/stage.ts'

let stage: Stage
let page: Page
let eye: Eye

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  stage = await Stage.open(browser, '#/keys')
  page = stage.page
  eye = new Eye(page)
})
test.afterAll(() => stage.close())

const show = (plugged: KeyRow[], more: Partial<State<'keys'>> = {}) => stage.set('keys', keysState(plugged, more))
const tab = (name: string) => page.getByRole('tab', { name }).click()
const dialog = () => page.getByRole('dialog')
const closed = () => expect(dialog()).toHaveCount(0)
const choose = (name: string) => page.getByRole('option', { name }).click()

test('none, in trouble, and a list of keys in all their states', async () => {
  await page.getByText('Looking for security keys').waitFor({ state: 'attached' })
  await eye.look('keys-loading')
  await show([])
  await page.getByRole('heading', { name: 'Plug in a security key' }).waitFor()
  await stage.answer('keys.doctor', {
    system: 'linux',
    findings: [{ finding: 'udev-rule-missing', facts: { nodes: '/dev/hidraw3' } }],
    checkedAt: NOW,
  })
  await page.getByText('no rule lets you use it').waitFor()
  await eye.look('keys-none')
  await show([BLUE, { ...NITRO, waitsFor: 'touch' }], {
    seen: [SOLO, LONG],
    twins: [TWIN],
  })
  await page.getByRole('heading', { name: 'Blue YubiKey' }).waitFor()
  await eye.look('keys-all')
  await show([BLUE], { seen: [SOLO, LONG], developerKey: true, trouble: 'host-failing' })
  await eye.look('keys-trouble')
  const { info: _, passkeys: __, ...bare } = BLUE
  await show([
    { ...bare, state: 'denied' },
    { ...bare, id: 'p2', rememberedId: 'p2', name: 'Busy key', state: 'busy' },
    { ...bare, id: 'p3', rememberedId: 'p3', name: 'Silent key', state: 'silent' },
    { ...bare, id: 'p4', rememberedId: 'p4', name: 'Faulty key', state: 'faulty' },
    { ...bare, id: 'p5', rememberedId: 'p5', name: 'New key', state: 'reading' },
  ])
  await page.getByText('The system keeps this key from you.').waitFor()
  await eye.look('keys-denied')
  await choose('Busy key')
  await eye.look('keys-busy')
  await choose('New key')
  await eye.look('keys-reading')
  await show([U2F], { seen: [SOLO, LONG] })
  await choose('FIDO U2F')
  await eye.look('keys-u2f')
  await choose('Office drawer')
  await eye.look('keys-unplugged')
  await choose('Maximilian')
  await eye.look('keys-unplugged-unread')
  await page.setViewportSize({ width: 520, height: 360 })
  await page.screenshot({ path: 'pictures/keys-zoom-200.png' })
  await page.setViewportSize({ width: 1040, height: 720 })
})

test('passkeys: before they are read, the PIN, the list, chosen, renamed, deleted, many', async () => {
  await show([BLUE_UNREAD])
  await choose('Blue YubiKey')
  await page.getByRole('button', { name: 'Show passkeys' }).waitFor()
  await eye.look('keys-passkeys-unread')
  await show([{ ...BLUE, passkeys: { ...BLUE.passkeys!, asOf: NOW - 3 * 86_400_000 } }])
  await page.getByText('As read Sunday').waitFor()
  await eye.look('keys-passkeys-old')
  await page.getByRole('button', { name: 'Show passkeys' }).click()
  await stage.ask('keys.readPasskeys', 'pin', { keyName: 'Blue YubiKey', retries: 8, wasWrong: false, minLength: 4 })
  await dialog().getByLabel('PIN', { exact: true }).waitFor()
  await eye.look('keys-pin-ask')
  await dialog().getByLabel('PIN', { exact: true }).fill('1234')
  await dialog().getByRole('button', { name: 'Use this PIN' }).click()
  await closed()
  expect(await stage.answered()).toEqual({ pin: '1234' })
  await stage.ask('keys.readPasskeys', 'pin', { keyName: 'Blue YubiKey', retries: 1, wasWrong: true, minLength: 4 })
  await dialog().getByText('That was not the PIN. 1 try left.').waitFor()
  await eye.look('keys-pin-ask-last')
  await dialog().getByLabel('PIN', { exact: true }).fill('12345')
  await dialog().getByRole('button', { name: 'Use this PIN' }).click()
  await stage.progress('keys.readPasskeys', { doing: 'reading', done: 4, total: 12 })
  await page.getByText('Reading 4 of 12').first().waitFor()
  await eye.look('keys-passkeys-reading')
  await stage.progress('keys.readPasskeys', { doing: 'touch', keyName: 'Blue YubiKey' })
  await show([{ ...BLUE_UNREAD, waitsFor: 'touch' }])
  await page.getByText('Touch Blue YubiKey. It blinks.').waitFor()
  await eye.look('keys-waits-for-touch')
  await stage.refuse('keys.readPasskeys', { code: 'touch-timed-out', detail: {} })
  await page.getByText('was not touched in time').waitFor()
  await eye.look('keys-passkeys-failed')
  await show([BLUE, NITRO])
  await page.getByText('6 more').waitFor()
  await page.getByRole('button', { name: 'Show all 12' }).click()
  await page.getByRole('button', { name: 'Choose several' }).click()
  await page.getByText('github.com').click()
  await page.getByText('identity.verwaltung').click()
  await page.getByText('2 chosen').waitFor()
  await eye.look('keys-passkeys-chosen')
  await page.getByRole('button', { name: 'Delete 2 passkeys' }).click()
  await stage.ask('keys.deletePasskeys', 'confirm', {
    operation: 'keys.deletePasskeys',
    object: 'Blue YubiKey: github.com (alice-okonkwo), identity.verwaltung.stadt-beispielhausen.example (alice)',
    typeName: 'Blue YubiKey',
    effects: [
      { effect: 'on-key', facts: { key: 'x', name: 'Blue YubiKey' } },
      { effect: 'passkey-lost', facts: { rpId: 'github.com', user: 'alice-okonkwo' } },
      {
        effect: 'passkey-lost',
        facts: { rpId: 'identity.verwaltung.stadt-beispielhausen.example', user: 'alice.okonkwo-brandt.extern' },
      },
      {
        effect: 'device-lost',
        facts: { identity: 'Root user', account: 'Northwind production', name: 'Blue YubiKey' },
      },
      {
        effect: 'only-way-in',
        facts: { identity: 'Root user', account: 'Northwind production', name: 'Blue YubiKey' },
      },
    ],
    nonce: 'n',
  })
  await dialog().getByText('It is the only way in').waitFor()
  await eye.look('keys-passkeys-delete')
  await dialog().getByRole('button', { name: 'Keep it' }).click()
  await closed()
  await stage.refuse('keys.deletePasskeys', { code: 'not-confirmed', detail: {} })
  await page.getByRole('button', { name: 'Done choosing' }).click()
  await page.getByRole('button', { name: 'Actions for google.com' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
  await eye.look('keys-passkeys-menu')
  await page.getByRole('menuitem', { name: 'Rename' }).click({ force: true })
  await dialog().getByLabel('Account').fill('é'.repeat(40))
  await dialog().getByText('Too long').waitFor()
  await eye.look('keys-passkeys-rename')
  await page.keyboard.press('Escape')
  await closed()
  await page.getByLabel('Search passkeys').fill('nothing of the kind')
  await page.getByRole('heading', { name: 'Nothing by that name' }).waitFor()
  await eye.look('keys-passkeys-nothing-found')
  await page.getByRole('button', { name: 'Clear the search' }).click()
  await show([{ ...BLUE, passkeys: { list: many(180), asOf: NOW, left: 0 } }])
  await page.getByText('site-004.example').waitFor()
  expect(await page.getByRole('row').count()).toBeLessThan(60)
  await eye.look('keys-passkeys-many')
  await show([{ ...BLUE, passkeys: { list: [], asOf: NOW, left: 25 }, devices: [] }])
  await page.getByRole('heading', { name: 'No passkeys on this key' }).waitFor()
  await eye.look('keys-passkeys-empty')
  const cannot = { can: false, reason: 'not-offered' } as const
  await show([{ ...BLUE_UNREAD, info: info({ can: { ...info().can, passkeys: cannot } }) }])
  await eye.look('keys-passkeys-not-offered')
})

test('the head: another name, its menu', async () => {
  await show([BLUE, NITRO])
  await page.getByRole('button', { name: 'Actions for Blue YubiKey' }).click()
  await page.getByRole('menuitem', { name: 'Reset' }).waitFor()
  await eye.look('keys-menu')
  await page.getByRole('menuitem', { name: 'Name' }).click({ force: true })
  await page.getByLabel('Name of this key').fill('Nitrokey spare')
  await page.getByText('Another key is called that.').waitFor()
  await eye.look('keys-rename')
  await page.keyboard.press('Escape')
  await show([{ ...BLUE, recognisedBy: 'looks' }, NITRO])
  await eye.look('keys-looks-like')
})

test('the PIN: changed, set, few tries, blocked, wants a new one', async () => {
  await show([BLUE])
  await tab('PIN')
  await page.getByLabel('New PIN', { exact: true }).fill('12')
  await eye.look('keys-pin-change')
  await page.getByLabel('New PIN', { exact: true }).fill('482915')
  await page.getByLabel('New PIN again').fill('483')
  await page.getByText('The two differ.').waitFor()
  await eye.look('keys-pin-differs')
  await page.getByLabel('New PIN again').fill('482915')
  await page.getByLabel('Present PIN').fill('1111')
  await page.getByRole('button', { name: 'Change the PIN' }).click()
  await expect(page.getByLabel('Present PIN')).toHaveValue('')
  await stage.refuse('keys.changePin', { code: 'pin-wrong', detail: { retries: 2 } })
  await show([withPin(BLUE, { retries: 2 })])
  await page.getByText('That is not the PIN. 2 tries left.').waitFor()
  await eye.look('keys-pin-wrong')
  await page.getByLabel('New PIN', { exact: true }).fill('482915')
  await page.getByLabel('New PIN again').fill('482915')
  await page.getByLabel('Present PIN').fill('1111')
  await page.getByRole('button', { name: 'Change the PIN' }).click()
  await stage.ask('keys.changePin', 'confirm', {
    operation: 'keys.changePin',
    object: 'Blue YubiKey',
    typeName: 'Blue YubiKey',
    effects: [
      { effect: 'on-key', facts: { key: 'x', name: 'Blue YubiKey' } },
      { effect: 'pin-changed', facts: {} },
      { effect: 'pin-tries-left', facts: { retries: 2 } },
    ],
    nonce: 'n',
  })
  await dialog().getByLabel('Type Blue YubiKey to confirm').waitFor()
  await eye.look('keys-pin-confirm')
  await page.keyboard.press('Escape')
  await closed()
  await stage.refuse('keys.changePin', { code: 'not-confirmed', detail: {} })
  await show([withoutPin(BLUE)])
  await page.getByRole('button', { name: 'Set the PIN' }).waitFor()
  await eye.look('keys-pin-set')
  await show([withPin(BLUE, { retries: 0 }, { changePin: { can: false, reason: 'pin-blocked' } })])
  await page.getByText('The PIN is blocked.').waitFor()
  await eye.look('keys-pin-blocked')
  await show([
    withPin(BLUE, { retries: 5, needsPowerCycle: true }, { changePin: { can: false, reason: 'needs-power-cycle' } }),
  ])
  await page.getByText('Three wrong PINs in a row.').waitFor()
  await eye.look('keys-pin-power-cycle')
  await show([withPin(BLUE, { mustChange: true, minLength: 8 })])
  await page.getByText('This key wants its PIN changed.').waitFor()
  await eye.look('keys-pin-must-change')
})

test('fingerprints: none can be, unread, learnt sample by sample, named', async () => {
  await show([BLUE, BIO])
  await tab('Fingerprints')
  await eye.look('keys-fingers-no-reader')
  await choose('Desk, with a reader')
  await page.getByRole('button', { name: 'Show fingerprints' }).waitFor()
  await eye.look('keys-fingers-unread')
  await page.getByRole('button', { name: 'Show fingerprints' }).click()
  await stage.answer('keys.readFingerprints', { fingerprints: [], kind: 'touch', samples: 5, maxNameBytes: 15 })
  await page.getByRole('heading', { name: 'No fingerprints yet' }).waitFor()
  await eye.look('keys-fingers-none')
  await page.getByRole('button', { name: 'Add a fingerprint' }).click()
  await dialog().getByLabel('Name').fill('the thumb of my right hand')
  await dialog().getByText('Too long: this key takes 15 bytes.').waitFor()
  await eye.look('keys-fingers-name')
  await dialog().getByLabel('Name').fill('right thumb')
  await dialog().getByRole('button', { name: 'Begin' }).click()
  await stage.progress('keys.enrolFingerprint', { doing: 'sample', taken: 0, left: 5 })
  await dialog().getByText('Put your finger on the reader.').waitFor()
  await stage.progress('keys.enrolFingerprint', { doing: 'sample', status: 'too-left', taken: 3, left: 2 })
  await dialog().getByText('Too far left.').waitFor()
  await eye.look('keys-fingers-sample')
  await stage.answer('keys.enrolFingerprint', { fingerprint: { id: 'a', name: 'right thumb' } })
  await dialog().getByText('right thumb is added.').waitFor()
  await eye.look('keys-fingers-added')
  await dialog().getByRole('button', { name: 'Done' }).click()
  await closed()
  await eye.look('keys-fingers-list')
})

test('advanced: settings, large blobs, what the key says of itself', async () => {
  await show([BLUE])
  await tab('Advanced')
  await page.getByText('Settings on the key').waitFor()
  await eye.look('keys-advanced')
  await page.getByText('As the key gives it').click()
  await eye.look('keys-advanced-raw', {
    arrange: () => page.getByRole('button', { name: 'Reset this key' }).scrollIntoViewIfNeeded(),
  })
  await page.getByRole('button', { name: 'Change' }).click()
  await dialog().getByLabel('Sites that may learn it').fill('example.com\nhttps://bank.example')
  await dialog().getByText('is no site').waitFor()
  await eye.look('keys-min-pin')
  await page.keyboard.press('Escape')
  await closed()
  await page.getByRole('switch', { name: 'Always ask for the PIN or a finger' }).click({ force: true })
  await stage.ask('keys.configure', 'confirm', {
    operation: 'keys.configure',
    object: 'Blue YubiKey',
    effects: [
      { effect: 'on-key', facts: { key: 'x', name: 'Blue YubiKey' } },
      { effect: 'setting', facts: { setting: 'always-uv', on: true } },
      { effect: 'only-reset-undoes', facts: {} },
    ],
    nonce: 'n',
  })
  await dialog().getByText('Turned on').waitFor()
  await eye.look('keys-setting-confirm')
  await dialog().getByRole('button', { name: 'Leave it' }).click()
  await closed()
  await stage.refuse('keys.configure', { code: 'not-confirmed', detail: {} })
  await page.getByRole('button', { name: 'Show them' }).click()
  await stage.answer('keys.readBlobs', {
    entries: [
      {
        index: 0,
        bytes: 312,
        passkey: { credentialId: 'credential-0', rpId: 'github.com', userName: 'alice-okonkwo' },
      },
      { index: 1, bytes: 1024 },
    ],
    usedBytes: 1353,
    maxBytes: 4096,
    isBroken: true,
  })
  await page.getByText('Belongs to no passkey').waitFor()
  await eye.look('keys-blobs', { arrange: () => page.getByText('Belongs to no passkey').scrollIntoViewIfNeeded() })
  await page.getByRole('button', { name: 'Actions for the large blob of github.com' }).click()
  await page.getByRole('menuitem', { name: 'Show' }).click({ force: true })
  await stage.answer('keys.openBlob', { data: Buffer.from([0, 1, 2, 250, ...Array(60).fill(7)]).toString('base64url') })
  await dialog().getByRole('region', { name: 'As bytes' }).waitFor()
  await eye.look('keys-blob-open')
  await dialog().getByRole('button', { name: 'Close' }).click()
  await closed()
  await page.getByRole('button', { name: 'Write one' }).click()
  await dialog().getByText('For the passkey').waitFor()
  await eye.look('keys-blob-write')
  await page.keyboard.press('Escape')
  await closed()
})

test('reset: what would be lost, each step of the hand, the end, too late', async () => {
  await show([BLUE])
  const begin = async () => {
    await page.getByRole('button', { name: 'Actions for Blue YubiKey' }).click()
    await page.getByRole('menuitem', { name: 'Reset' }).click({ force: true })
    await expect.poll(() => stage.request('keys.reset')).toEqual({ key: 'plug-1' })
  }
  await begin()
  await stage.ask('keys.reset', 'confirm', {
    operation: 'keys.reset',
    object: 'Blue YubiKey',
    typeName: 'Blue YubiKey',
    effects: [
      { effect: 'on-key', facts: { key: 'x', name: 'Blue YubiKey' } },
      ...BLUE.passkeys!.list.slice(0, 4).map(({ rpId, userName = '' }) => ({
        effect: 'passkey-lost',
        facts: { rpId, user: userName },
      })),
      {
        effect: 'device-lost',
        facts: { identity: 'Root user', account: 'Northwind production', name: 'Blue YubiKey' },
      },
      { effect: 'pin-lost', facts: {} },
    ],
    nonce: 'n',
  })
  await dialog().getByLabel('Type Blue YubiKey to confirm').fill('Blue')
  await eye.look('keys-reset-confirm')
  await dialog().getByLabel('Type Blue YubiKey to confirm').fill('Blue YubiKey')
  await dialog().getByRole('button', { name: 'Reset Blue YubiKey' }).click()
  await closed()
  await stage.progress('keys.reset', { doing: 'unplug-others', others: ['Nitrokey spare', 'Desk, with a reader'] })
  await dialog().getByText('Unplug Nitrokey spare and Desk, with a reader too.').waitFor()
  await eye.look('keys-reset-others')
  await stage.progress('keys.reset', { doing: 'unplug' })
  await dialog().getByText('Unplug the key.').waitFor()
  await eye.look('keys-reset-unplug')
  await show([], { seen: [SOLO] })
  await stage.progress('keys.reset', { doing: 'plug' })
  await dialog().getByText('Plug it in again.').waitFor()
  await eye.look('keys-reset-plug')
  await stage.progress('keys.reset', { doing: 'touch', keyName: 'Blue YubiKey', until: NOW + 9000, isLong: false })
  await dialog().getByText('Touch Blue YubiKey now.').waitFor()
  await eye.look('keys-reset-touch')
  await stage.refuse('keys.reset', { code: 'reset-too-late', detail: {}, changed: false })
  await dialog().getByText('The key was not reset.').waitFor()
  await eye.look('keys-reset-too-late')
  await dialog().getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => stage.request('keys.reset')).toEqual({ key: 'plug-1' })
  await stage.answer('keys.reset', { sameBy: 'alone' })
  await dialog().getByText('The key is reset.').waitFor()
  await eye.look('keys-reset-done')
  await dialog().getByRole('button', { name: 'Done' }).click()
  await closed()
})

test('which key is this, and the doctor', async () => {
  await show([{ ...BLUE, waitsFor: 'touch' }, { ...NITRO, waitsFor: 'touch' }, U2F])
  await page.getByRole('button', { name: 'Which key is this?' }).first().click()
  await dialog().getByText('Touch the one you mean').waitFor()
  await eye.look('keys-select')
  await stage.answer('keys.select', { key: 'plug-2' })
  await closed()
  await expect(page.getByRole('option', { name: 'Nitrokey spare' })).toHaveAttribute('aria-selected', 'true')

  await page.getByRole('button', { name: 'A key is not seen' }).first().click()
  await dialog().waitFor()
  await eye.look('keys-doctor-looking')
  await stage.answer('keys.doctor', {
    system: 'linux',
    findings: [
      {
        finding: 'udev-rule-missing',
        facts: { nodes: '/dev/hidraw3' },
        mend: {
          path: '/etc/udev/rules.d/70-latchkey-fido.rules',
          text: '# Lets whoever sits at this computer use FIDO security keys, whoever made them.\nENV{ID_SECURITY_TOKEN}!="?*", IMPORT{program}="fido_id"\nENV{ID_SECURITY_TOKEN}=="?*", TAG+="uaccess"\n',
          commands: ['sudo udevadm control --reload', 'sudo udevadm trigger --subsystem-match=hidraw'],
        },
      },
    ],
    checkedAt: NOW,
  })
  await dialog().getByText('no rule lets you use it').waitFor()
  await eye.look('keys-doctor-rule')
  await dialog().getByRole('button', { name: 'Check again' }).click()
  await stage.answer('keys.doctor', {
    system: 'windows',
    findings: [
      { finding: 'windows-not-administrator', facts: { key: 'Blue YubiKey' } },
      { finding: 'key-busy', facts: { key: 'Nitrokey spare' } },
    ],
    checkedAt: NOW,
  })
  await dialog().getByText('Windows keeps Blue YubiKey').waitFor()
  await eye.look('keys-doctor-windows')
  await dialog().getByRole('button', { name: 'Check again' }).click()
  await stage.answer('keys.doctor', {
    system: 'linux',
    findings: [{ finding: 'all-well', facts: { keys: 2 } }],
    checkedAt: NOW,
  })
  await dialog().getByText('Keys are seen').waitFor()
  await eye.look('keys-doctor-well')
  await dialog().getByRole('button', { name: 'Close' }).click()
  await closed()
})

test('twin: the spare is chosen, compared, and drilled', async () => {
  await show([BLUE, NITRO], { seen: [SOLO] })
  await choose('Blue YubiKey')
  await tab('Passkeys')
  await page.getByRole('button', { name: 'Twin the spare' }).click()
  await dialog().getByLabel('Which key is the spare?').waitFor()
  await eye.look('keys-twin-choose')
  await dialog().getByRole('button', { name: 'Compare them' }).click()
  expect(await stage.request('keys.beginTwin')).toEqual({ first: 'plug-1', spare: 'plug-2' })
  await stage.answer('keys.beginTwin', {})
  await show([BLUE, NITRO], { seen: [SOLO], twins: [TWIN] })
  await dialog().getByRole('heading', { name: 'Blue YubiKey and its spare Nitrokey spare' }).waitFor()
  await eye.look('keys-twin')
  await dialog().getByRole('button', { name: 'Begin the drill' }).click()
  await stage.progress('keys.drill', { doing: 'unplug-first' })
  await dialog().getByText('Unplug Blue YubiKey.').waitFor()
  await eye.look('keys-drill-unplug')
  await stage.progress('keys.drill', { doing: 'touch', row: 'row-0', done: 3, of: 5 })
  await dialog().getByText('Touch the spare for github.com, alice-okonkwo.').waitFor()
  await eye.look('keys-drill-touch')
  await stage.answer('keys.drill', { proved: 4, of: 5, failed: ['row-5'] })
  await dialog().getByText('The spare proved 4 of 5.').waitFor()
  await eye.look('keys-drill-done')
  await dialog().getByRole('button', { name: 'Back to the table' }).click()
  await page.keyboard.press('Escape')
  await closed()
})

test('axe finds nothing serious on any of them, each fits a narrow window, and the page had no trouble', () => {
  eye.expectNothingFound()
  expect(stage.troubles).toEqual([])
})
