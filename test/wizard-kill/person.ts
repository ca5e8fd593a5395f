/** What people of the demo do at its bench, through the same door as its page. */
import { Watched } from '../support/connect.ts'
import { PEOPLE, type PersonName } from '../support/demo-world.ts'
import type { Run } from './run.ts'

/** Every device has shown codes that nobody has given yet. */
const FRESH_CODES_MS = 61_000
const STEP_MS = 30_000

const personOf = (run: Run, who: PersonName) => {
  const person = run.program.bench.people.find(({ identityId }) => identityId === PEOPLE[who])
  if (!person) throw new Error(`no ${who} at the bench`)
  return person
}

/** As the bench shows it; empty once its owner has chosen another. */
export const passwordOf = (run: Run, who: PersonName): string => personOf(run, who).password

export async function deviceOf(run: Run, who: PersonName, name: string) {
  const { ref, devices } = await run.program.identity(PEOPLE[who])
  const device = devices.find((device) => device.name === name)
  if (!device) throw new Error(`${who} has no ${name}`)
  return { ...ref, deviceId: device.id }
}

/** The code that a device shows now: in this vault, on a token, on the phone. */
export async function codeOf(run: Run, who: PersonName, name: string): Promise<string> {
  const { devices } = await run.program.identity(PEOPLE[who])
  const device = devices.find((device) => device.name === name)
  if (device?.type === 'hardware-totp') return tokenCode(run, device.id)
  if (device?.entryId === undefined) return phoneCode(run, who)
  const shown = new Watched(run.program.client, 'codes', { ids: [device.entryId] })
  const code = (await shown.until((codes) => codes[device.entryId!] !== undefined))[device.entryId]
  shown.stop()
  if (code?.is !== 'code') throw new Error(`${name} shows no code`)
  return code.code
}

export function tokenCode(run: Run, serial: string): string {
  return run.program.bench.tokens.find((token) => token.serial === serial)?.display?.code ?? ''
}

export function phoneCode(run: Run, who: PersonName): string {
  const { name, account } = personOf(run, who)
  const { accounts } = run.program.bench.phone
  return accounts.find((one) => one.identityName === name && one.account === account)?.code ?? ''
}

/** Two codes of a token, one after the other, that were not given before. */
export async function twoCodes(run: Run, serial: string): Promise<string[]> {
  await run.passTime(FRESH_CODES_MS)
  const first = tokenCode(run, serial)
  await run.passTime(STEP_MS)
  return [first, tokenCode(run, serial)]
}

export async function freshPhoneCode(run: Run, who: PersonName): Promise<string> {
  await run.passTime(FRESH_CODES_MS)
  return phoneCode(run, who)
}

/** Signs in at the backend's page with a device. Throws where the page does not let them in. */
export async function signIn(run: Run, who: PersonName, name: string, password = passwordOf(run, who)): Promise<void> {
  const page = () => run.program.bench.signIn
  await run.passTime(FRESH_CODES_MS)
  await enterPassword(run, who, password)
  const open = page()
  if (open.page === 'choose-device') {
    await run.call('bench.signIn', { act: 'choose', deviceId: (await deviceOf(run, who, name)).deviceId })
  }
  if (page().page === 'code') {
    const code = await codeOf(run, who, name)
    run.type(code)
    await run.call('bench.signIn', { act: 'code', code })
  } else if (page().page === 'touch') await touch(run, name)
  const { page: last, ...rest } = page()
  if (last !== 'signed-in') throw new Error(`${who} is not let in with ${name}: ${last} ${JSON.stringify(rest)}`)
}

async function enterPassword(run: Run, who: PersonName, password: string): Promise<void> {
  run.type(password)
  await run.call('bench.signIn', { act: 'start-over' })
  await run.call('bench.signIn', { act: 'who', identityId: PEOPLE[who] })
  await run.call('bench.signIn', { act: 'password', password })
}

/** With the key in the hand where it made a credential, else with the one of the bench that is called so. */
async function touch(run: Run, name: string): Promise<void> {
  if (run.key.credentials.length > 0) {
    await run.call('bench.signInWithPage', {})
    return
  }
  await run.call('bench.signIn', { act: 'touch' })
  const isIt = (key: { name: string; waitsFor?: string | undefined }) => key.name === name && key.waitsFor !== undefined
  const { keys } = await run.program.untilBench(({ keys }) => keys.some(isIt))
  await run.call('bench.key', { id: keys.find(isIt)!.id, act: 'touch' })
  await run.program.untilBench(({ signIn }) => signIn.page !== 'touch' || signIn.fault !== undefined)
}

/** A root user's email and phone, from the first page to the last. */
export async function signInByFactors(run: Run, who: PersonName): Promise<void> {
  const page = () => run.program.bench.signIn
  const password = passwordOf(run, who)
  await enterPassword(run, who, password)
  await run.call('bench.signIn', { act: 'troubleshoot' })
  if (page().page === 'password-again') await run.call('bench.signIn', { act: 'password', password })
  await run.call('bench.signIn', { act: 'use-alternative-factors' })
  await run.call('bench.signIn', { act: 'send-email' })
  await run.call('bench.mail', { id: run.program.bench.inbox[0]!.id, act: 'follow' })
  await run.call('bench.signIn', { act: 'call-me' })
  const calling = page()
  const digits = calling.page === 'alternative-factors' ? (calling.phone.digits ?? '') : ''
  run.type(digits)
  await run.call('bench.phone', { act: 'answer' })
  for (const key of digits) await run.call('bench.phone', { key })
  await run.call('bench.signIn', { act: 'use-alternative-factors' })
  if (page().page !== 'signed-in') throw new Error(`${who} is not let in by email and phone: ${page().page}`)
}
