import { afterEach, describe, expect, test } from 'vitest'
import type { IdentityRow, State } from '../../shared/contract/index.ts'
import { PEOPLE, type PersonName } from '../../test/support/demo-world.ts'
import { PASSPHRASE, TestApp, type AppOptions } from '../../test/support/app.ts'

const BACKEND = 'demo'

let app: TestApp
async function open(options: AppOptions = { demo: true }) {
  app = await TestApp.start(options)
  await app.call('vault.create', { passphrase: PASSPHRASE })
}
afterEach(() => app.dispose())

const isRead = (state: State<'devices'>) => state.backends.every((backend) => backend.state === 'ready')
async function devices(accepts: (state: State<'devices'>) => boolean = () => true) {
  const watched = app.watch('devices', {})
  const state = await watched.until((state) => isRead(state) && accepts(state))
  watched.stop()
  return state
}
const rowOf = (state: State<'devices'>, who: PersonName): IdentityRow =>
  state.identities.find(({ ref }) => ref.identityId === PEOPLE[who])!
const person = async (who: PersonName) => rowOf(await devices(), who)

const ref = (who: PersonName, deviceId: string) => ({ backendId: BACKEND, identityId: PEOPLE[who], deviceId })
/** A device by its name. */
async function deviceOf(who: PersonName, name: string) {
  const device = (await person(who)).devices.find((device) => device.name === name)
  if (!device) throw new Error(`no ${name}`)
  return { ...device, ref: ref(who, device.id) }
}
async function phoneCode(name: string) {
  const { phone } = await app.state('bench', {})
  return phone.accounts.find(({ identityName }) => identityName === name)?.code ?? ''
}
const error = (code: string) => ({ error: { code } })

describe('Devices', () => {
  test('without the demo begins with no backend', async () => {
    await open({})
    expect(await app.state('devices', {})).toEqual({
      backends: [],
      identities: [],
    })
  })

  test('shows every identity with its devices, when they were read, and what should be mended', async () => {
    await open()
    const state = await devices()
    expect(state.backends).toMatchObject([{ id: BACKEND, kind: 'demo', state: 'ready', asOf: app.clock.now() }])
    expect(state.identities).toHaveLength(8)
    expect(rowOf(state, 'eunJi').warnings).toEqual([{ is: 'password-alone' }])
    const alice = rowOf(state, 'alice')
    expect(alice.warnings).toEqual([
      { is: 'single-device', deviceId: alice.devices[0]?.id, offer: 'fido', helpFrom: 'administrator' },
    ])
    expect(rowOf(state, 'root').warnings).toMatchObject([
      { is: 'single-device', helpFrom: 'alternative-factors' },
      { is: 'contact-old', contact: 'phone' },
    ])
    expect(rowOf(state, 'dmitri').warnings).toMatchObject([{ is: 'drifted' }])
  })

  test('says what can be done with each, and why not', async () => {
    await open()
    expect((await deviceOf('carol', 'Spare key')).can.resync).toEqual({ can: false, reason: 'fido-never-drifts' })
    expect((await deviceOf('dmitri', 'Desk token')).can.resync).toEqual({ can: true })
    const { can } = await person('oncall')
    expect(can.register.fido).toEqual({ can: false, reason: 'eight-devices' })
    expect((await person('alice')).can.confirmContact).toEqual({ can: false, reason: 'root-only' })
  })

  test('follows the backend by itself', async () => {
    await open()
    const device = await deviceOf('alice', 'Pixel 8, alice')
    await app.call('devices.rename', { device: device.ref, name: 'Another name' })
    const watched = app.watch('devices', {})
    const nameOf = (state: State<'devices'>) => rowOf(state, 'alice').devices[0]?.name
    await watched.until((state) => isRead(state) && nameOf(state) === 'Another name')
    app.person.confirms()
    await app.call('bench.restore', {})
    await watched.until((state) => nameOf(state) === 'Pixel 8, alice')
  })

  test('ends with the vault, and what it read is forgotten', async () => {
    await open()
    const watched = app.watch('devices', {})
    await watched.until(isRead)
    await app.call('vault.lock', {})
    expect(await watched.untilEnd()).toBe('locked')
    await expect(app.call('devices.refresh', {})).rejects.toMatchObject(error('locked'))
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    expect((await app.state('devices', {})).identities.length === 0 || isRead(await app.state('devices', {}))).toBe(
      true,
    )
  })
})

describe('renaming', () => {
  test('is done at the backend and shown', async () => {
    await open()
    const device = await deviceOf('alice', 'Pixel 8, alice')
    await app.call('devices.rename', { device: device.ref, name: '  Old phone ' })
    expect((await person('alice')).devices.map(({ name }) => name)).toEqual(['Old phone'])
  })

  test('of a device that is not there says so', async () => {
    await open()
    const rename = app.call('devices.rename', { device: ref('alice', 'arn:none'), name: 'x' })
    await expect(rename).rejects.toMatchObject(error('not-found'))
    const elsewhere = { ...ref('alice', 'arn:none'), backendId: 'aws' }
    await expect(app.call('devices.rename', { device: elsewhere, name: 'x' })).rejects.toMatchObject({
      error: { code: 'not-found', detail: { what: 'backend' } },
    })
  })
})

describe('removing', () => {
  test('says what it would do, asks for a code where this vault has none, and is then done', async () => {
    await open()
    const device = await deviceOf('carol', 'Spare key')
    const code = await phoneCode('carol.vasquez-ono')
    app.person.confirms().typesCode(code)
    await app.call('devices.remove', { device: device.ref })
    app.person.expectDone()
    expect(app.person.asked[0]).toMatchObject({
      name: 'confirm',
      ask: {
        operation: 'devices.remove',
        object: 'Spare key',
        effects: [{ effect: 'opens-with', facts: { name: 'Pixel 8, carol' } }],
      },
    })
    expect((await person('carol')).devices.map(({ name }) => name)).toEqual(['Pixel 8, carol'])
  })

  test('the only way in goes with its name typed, and not otherwise', async () => {
    await open()
    const device = await deviceOf('alice', 'Pixel 8, alice')
    app.person.confirms('pixel')
    await expect(app.call('devices.remove', { device: device.ref })).rejects.toMatchObject(error('not-confirmed'))
    expect((await person('alice')).devices).toHaveLength(1)

    app.person.confirms('Pixel 8, alice').typesCode(await phoneCode('alice.okonkwo-brandt'))
    await app.call('devices.remove', { device: device.ref })
    expect((await person('alice')).warnings).toEqual([{ is: 'password-alone' }])
  })

  test('is refused where things changed while the question stood', async () => {
    await open()
    const device = await deviceOf('carol', 'Spare key')
    app.person.answers('confirm', async ({ nonce }) => {
      await app.call('devices.rename', { device: (await deviceOf('carol', 'Pixel 8, carol')).ref, name: 'Other' })
      return { confirmed: true, nonce }
    })
    await expect(app.call('devices.remove', { device: device.ref })).rejects.toMatchObject(error('confirmation-stale'))
    expect((await person('carol')).devices).toHaveLength(2)
  })

  test('with a wrong code changes nothing and says so', async () => {
    await open()
    const device = await deviceOf('carol', 'Spare key')
    app.person.confirms().typesCode('000000')
    await expect(app.call('devices.remove', { device: device.ref })).rejects.toMatchObject({
      error: { code: 'mfa-session-refused' },
    })
    expect((await person('carol')).devices).toHaveLength(2)
  })
})

describe('contacts', () => {
  test('are confirmed and changed by the root user, the phone by an administrator too', async () => {
    await open()
    const identity = { backendId: BACKEND, identityId: PEOPLE.root }
    await app.call('devices.confirmContact', { identity, contact: 'phone' })
    expect((await person('root')).contacts?.phone?.confirmedAt).toBe(app.clock.now())

    const asAdministrator = PEOPLE.carol
    const set = { identity, asAdministrator, value: '+31 20 555 9999' } as const
    await expect(app.call('devices.setContact', { ...set, contact: 'email' })).rejects.toMatchObject(
      error('contact-not-changeable'),
    )
    app.person.typesCode(await phoneCode('carol.vasquez-ono'))
    await app.call('devices.setContact', { ...set, contact: 'phone' })
    expect((await person('root')).contacts?.phone?.value).toBe('+31 20 555 9999')
  })
})
