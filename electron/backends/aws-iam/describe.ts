/** Who the credentials at hand are and what they may do: shown before anything is written, and when a backend is tested. */
import { unlessDenied, type Account } from './account.ts'
import { readPrincipal, rootArn, type Partition, type Principal } from './names.ts'
import { devicesPage } from './places.ts'
import { simulate, type Action, type Allowed } from './rights.ts'
import type { AwsWire } from './wire.ts'

export interface AwsStanding {
  readonly arn: string
  readonly kind: Principal['kind']
  readonly name: string
  readonly accountId: string
  readonly accountAlias?: string
  readonly partition: Partition
  /** An MFA session can be opened from long-term keys of a user alone. */
  readonly canOpenMfaSession: boolean
  /** Milliseconds since 1970; absent without an MFA session. */
  readonly mfaSessionUntil?: number
  /** `users`: of the whole account; `self`: their own; `none`: a role, which has none and sees no other's. */
  readonly seesDevicesOf: 'users' | 'self' | 'none'
  readonly may: Readonly<Record<Action, Allowed>>
  /** Whether the account's root user has any MFA device; absent where that is not told. */
  readonly rootHasMfa?: boolean
  /** Where the console shows the caller's own MFA devices. */
  readonly page: string
}

export async function describe(
  { wire, account }: { readonly wire: AwsWire; readonly account: Account },
  signal: AbortSignal,
): Promise<AwsStanding> {
  const caller = await account.caller(signal)
  const [keys, accountAlias, may, rootHasMfa, seesDevicesOf] = await Promise.all([
    wire.credentials.own(),
    account.alias(signal),
    simulate(wire, caller, signal),
    account.rootHasMfa(signal),
    seenBy(account, caller, signal),
  ])
  const mfaSessionUntil = wire.credentials.elevatedUntil
  const { arn, kind, name, accountId, partition } = caller
  const self = kind === 'role' ? readPrincipal(rootArn(caller)) : caller
  return {
    arn,
    kind,
    name,
    accountId,
    partition,
    canOpenMfaSession: kind === 'user' && keys.sessionToken === undefined,
    seesDevicesOf,
    may,
    page: devicesPage(self ?? caller, true),
    ...(accountAlias === undefined ? {} : { accountAlias }),
    ...(mfaSessionUntil === undefined ? {} : { mfaSessionUntil }),
    ...(rootHasMfa === undefined ? {} : { rootHasMfa }),
  }
}

async function seenBy(account: Account, caller: Principal, signal: AbortSignal): Promise<AwsStanding['seesDevicesOf']> {
  const other = await unlessDenied(async () => {
    for await (const page of account.users(signal)) {
      const other = page.find(({ arn }) => arn !== caller.arn)
      if (other) return other
    }
    return undefined
  })
  if (other && (await unlessDenied(() => account.devices(other, signal)))) return 'users'
  return caller.kind === 'role' ? 'none' : 'self'
}
