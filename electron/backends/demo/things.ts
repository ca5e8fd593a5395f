/** What a person can do to the things on the bench: lose and find them, set a token's clock, remove an account from the phone. */
import type { Loss } from '../../../shared/domain/device.ts'
import type { MailAct, PhoneAct, ThingAct, ThingState, TokenAct } from './bench-state.ts'
import { answerCall, cutOffCall, followLink, hangUp, pressKey } from './alternative-factors.ts'
import { BenchFault } from './door.ts'
import { plainSerial } from './register.ts'
import { isOnKey } from './standing.ts'
import type { Turn } from './turn.ts'

const LOSS_OF = { lose: 'lost', steal: 'stolen', break: 'broken' } as const satisfies Record<string, Loss>

export const isThingAct = (act: string): act is ThingAct => act in LOSS_OF || act === 'bring-back'

/** A slider's ends: beyond the resync window, so that a token can be past mending. */
const MAX_DRIFT_STEPS = 1000

export function actOnKey(turn: Turn, keyId: string, act: ThingAct | 'plug' | 'unplug'): void {
  const key = turn.world.keys.find((key) => key.id === keyId)
  if (!key) throw new BenchFault('not-found')
  if (act === 'plug' || act === 'unplug') {
    if (key.state !== 'here') throw new BenchFault('not-now')
    key.plugged = act === 'plug'
    return
  }
  key.state = stateAfter(act)
  key.plugged = false
  if (act === 'bring-back') putBackInUse(turn, (device) => isOnKey(turn, device, key))
}

export function actOnToken(turn: Turn, act: TokenAct): void {
  const serial = plainSerial(act.serial)
  const token = turn.world.tokens.find((token) => token.serial === serial)
  if (!token) throw new BenchFault('not-found')
  if ('driftSteps' in act) {
    if (!Number.isInteger(act.driftSteps) || Math.abs(act.driftSteps) > MAX_DRIFT_STEPS) throw new BenchFault('not-now')
    token.driftSteps = act.driftSteps
    return
  }
  token.state = stateAfter(act.act)
  if (act.act === 'bring-back') putBackInUse(turn, (device) => device.id === serial)
}

export function actOnPhone(turn: Turn, act: PhoneAct): void {
  const { phone } = turn.world
  if ('callsComeThrough' in act) phone.callsComeThrough = act.callsComeThrough
  else if ('key' in act) pressKey(turn, act.key)
  else if ('removeAccount' in act) removeAccount(turn, act.removeAccount)
  else if (act.act === 'answer') answerCall(turn)
  else if (act.act === 'hang-up') hangUp(turn)
  else {
    phone.state = stateAfter(act.act)
    cutOffCall(turn)
    const ids = new Set(phone.accounts.map((account) => account.deviceId))
    if (act.act === 'bring-back') putBackInUse(turn, (device) => ids.has(device.id))
  }
}

/** "Remove the account from your device": its codes are gone for good, whatever the backend still thinks. */
function removeAccount(turn: Turn, accountId: string): void {
  const { phone, goneDevices } = turn.world
  const account = phone.accounts.find((account) => account.id === accountId)
  if (!account) throw new BenchFault('not-found')
  if (phone.state !== 'here' || !turn.rules.accountsCanBeRemoved) throw new BenchFault('not-now')
  phone.accounts = phone.accounts.filter((other) => other !== account)
  goneDevices.push(account.deviceId)
}

export function actOnMail(turn: Turn, act: MailAct): void {
  if ('goesToSpam' in act) {
    turn.world.mailGoesToSpam = act.goesToSpam
    return
  }
  const mail = turn.world.inbox.find((mail) => mail.id === act.id)
  if (!mail) throw new BenchFault('not-found')
  if (act.act === 'follow') followLink(turn, mail)
  else if (act.act === 'read') mail.read = true
  else mail.spam = false
}

const stateAfter = (act: ThingAct): ThingState => (act === 'bring-back' ? 'here' : LOSS_OF[act])

/** Found again: the backend's mark goes too, as if nothing had happened. */
function putBackInUse(turn: Turn, isOf: (device: Turn['world']['devices'][number]) => boolean): void {
  for (const device of turn.world.devices) if (isOf(device)) delete device.outOfUse
}
