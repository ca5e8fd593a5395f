/** Whose devices can be seen with the credentials at hand: an account's users and perhaps its root, or oneself alone. */
import type { Identity } from '../../../shared/domain/device.ts'
import { BackendFault } from '../backend.ts'
import { unlessDenied, type Account } from './account.ts'
import { readPrincipal, rootArn, type Principal } from './names.ts'

/**
 * The caller first. A self-service policy may allow to list users and yet not their devices: then they are not shown. Root is
 * shown where its devices can be told: virtual ones, or that there are none.
 */
export async function* identityPages(account: Account, signal: AbortSignal): AsyncGenerator<readonly Identity[]> {
  const caller = await account.caller(signal)
  const name = (await account.alias(signal)) ?? caller.accountId
  const view = (principal: Principal, isAdministrator = false): Identity => ({
    id: principal.arn,
    kind: principal.kind === 'root' ? 'root' : 'user',
    name: principal.name,
    account: name,
    accountId: principal.accountId,
    isAdministrator,
  })
  const isSomebody = caller.kind !== 'role'
  let isFirst = true
  let seesOthers = false
  for await (const page of usersIfPermitted(account, signal)) {
    const others = page.filter(({ arn }) => arn !== caller.arn)
    if (isFirst) {
      seesOthers = await maySee(account, others[0], signal)
      if (isSomebody) yield [view(caller, seesOthers)]
    }
    isFirst = false
    if (!seesOthers) return
    if (others.length > 0) yield others.map((user) => view(user))
  }
  if (isFirst && isSomebody) yield [view(caller)]
  if (!seesOthers || caller.kind === 'root') return
  const root = readPrincipal(rootArn(caller))
  if (root && (await canTellDevices(account, root, signal))) yield [view(root)]
}

async function* usersIfPermitted(account: Account, signal: AbortSignal): AsyncGenerator<readonly Principal[]> {
  try {
    yield* account.users(signal)
  } catch (error) {
    if (!(error instanceof BackendFault) || error.error.code !== 'not-permitted') throw error
  }
}

const maySee = async (account: Account, other: Principal | undefined, signal: AbortSignal): Promise<boolean> =>
  other !== undefined && (await unlessDenied(() => account.devices(other, signal))) !== undefined

/** Of a root user with a FIDO authenticator or a token alone nothing could be shown but that it has none, which is untrue. */
async function canTellDevices(account: Account, root: Principal, signal: AbortSignal): Promise<boolean> {
  const hasMfa = await account.rootHasMfa(signal)
  if (hasMfa !== true) return hasMfa === false
  const devices = await unlessDenied(() => account.devices(root, signal))
  return devices !== undefined && devices.length > 0
}
