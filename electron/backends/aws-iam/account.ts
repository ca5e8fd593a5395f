/** What can be read of an AWS account: who asks, its users, their MFA devices, the virtual entities that nobody has. */
import {
  GetAccountPasswordPolicyCommand,
  GetAccountSummaryCommand,
  GetMFADeviceCommand,
  ListAccountAliasesCommand,
  ListMFADevicesCommand,
  ListUsersCommand,
  ListVirtualMFADevicesCommand,
  type VirtualMFADevice,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { BackendFault } from '../backend.ts'
import type { AwsKeys } from './credentials.ts'
import { deviceNameOf, deviceTypeOf, readPrincipal, rootArn, type Principal } from './names.ts'
import { meaningOf } from './refusals.ts'
import { RefusedRead, type AwsWire, type Call } from './wire.ts'

/** The first rows come soon, the rest in few calls (`MaxItems` is 1000 at most). */
const FIRST_PAGE = 50
const PAGE = 1000
/** A list whose end never comes is no list: 100 000 users or entities. */
const MAX_PAGES = 120

/** One page of a list, and where the next begins. */
interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

export class Account {
  readonly #wire: AwsWire
  #caller: { readonly keys: AwsKeys; readonly principal: Promise<Principal> } | undefined

  constructor(wire: AwsWire) {
    this.#wire = wire
  }

  /** Who the person's credentials are. Read once for the same credentials. */
  async caller(signal: AbortSignal): Promise<Principal> {
    let keys: AwsKeys | undefined
    try {
      keys = await this.#wire.credentials.own()
    } catch {
      // The read below fails the same way, and says of what kind it is.
    }
    if (!keys) return this.readCaller(signal)
    if (this.#caller?.keys !== keys) {
      // Shared by all who ask, so no one's cancelling ends it; each try has its deadline.
      const known = { keys, principal: this.readCaller(new AbortController().signal) }
      this.#caller = known
      known.principal.catch(() => {
        if (this.#caller === known) this.#caller = undefined
      })
    }
    return unlessAborted(this.#caller.principal, signal)
  }

  /** Asks anew; needs no permission. */
  async readCaller(signal: AbortSignal): Promise<Principal> {
    const { Arn: arn = '' } = await this.#read(
      'sts:GetCallerIdentity',
      ({ sts, watched, options }) => sts.send(watched(new GetCallerIdentityCommand({})), options),
      signal,
      { as: 'own' },
    )
    const principal = readPrincipal(arn)
    if (!principal) throw new BackendFault({ code: 'answer-not-understood' })
    return principal
  }

  /** The account's name as people know it, where this identity may read it. */
  async alias(signal: AbortSignal): Promise<string | undefined> {
    const call: Call<{ AccountAliases: string[] | undefined }> = ({ iam, watched, options }) =>
      iam.send(watched(new ListAccountAliasesCommand({})), options)
    return unlessDenied(async () => (await this.#read('iam:ListAccountAliases', call, signal)).AccountAliases?.[0])
  }

  /** Whether root has any MFA device; `undefined` where this identity may not know. */
  async rootHasMfa(signal: AbortSignal): Promise<boolean | undefined> {
    const enabled = await unlessDenied(async () => {
      const { SummaryMap: map } = await this.#read(
        'iam:GetAccountSummary',
        ({ iam, watched, options }) => iam.send(watched(new GetAccountSummaryCommand({})), options),
        signal,
      )
      return map?.AccountMFAEnabled
    })
    return enabled === undefined ? undefined : enabled > 0
  }

  async minimumPasswordLength(signal: AbortSignal): Promise<number | undefined> {
    return unlessDenied(async () => {
      const { PasswordPolicy: policy } = await this.#read(
        'iam:GetAccountPasswordPolicy',
        ({ iam, watched, options }) => iam.send(watched(new GetAccountPasswordPolicyCommand({})), options),
        signal,
      )
      return policy?.MinimumPasswordLength
    })
  }

  /** The account's users, page by page. Throws a `BackendFault`: `not-permitted` where only administrators may. */
  users(signal: AbortSignal): AsyncGenerator<readonly Principal[]> {
    return pages(async (marker, size) => {
      const answer = await this.#read(
        'iam:ListUsers',
        ({ iam, watched, options }) =>
          iam.send(watched(new ListUsersCommand({ MaxItems: size, ...(marker && { Marker: marker }) })), options),
        signal,
      )
      const items = (answer.Users ?? []).flatMap(({ Arn: arn = '' }) => readPrincipal(arn) ?? [])
      return { items, next: nextOf(answer) }
    })
  }

  /** Enabled devices, oldest first. Throws a `BackendFault`. */
  async devices(of: Principal, signal: AbortSignal): Promise<MfaDevice[]> {
    const isOwnRoot = of.kind === 'root' && (await this.caller(signal)).kind === 'root'
    if (of.kind === 'root' && !isOwnRoot) return this.#rootDevices(of, signal)
    const list = pages(async (marker) => {
      const answer = await this.#read(
        'iam:ListMFADevices',
        ({ iam, watched, options }) =>
          iam.send(
            watched(
              new ListMFADevicesCommand({
                ...(isOwnRoot ? {} : { UserName: of.name }),
                ...(marker && { Marker: marker }),
              }),
            ),
            options,
          ),
        signal,
        {},
        of.arn,
      )
      const items = (answer.MFADevices ?? []).flatMap(({ SerialNumber: serial, EnableDate: at }) =>
        deviceOf(serial, at),
      )
      return { items, next: nextOf(answer) }
    })
    return byAge(await all(list))
  }

  /** Of another's root only virtual ones can be read. */
  async #rootDevices(of: Principal, signal: AbortSignal): Promise<MfaDevice[]> {
    const entities = await all(this.virtualDevices('Assigned', signal))
    const own = entities.filter(({ User: user }) => user?.Arn === rootArn(of))
    return byAge(own.flatMap(({ SerialNumber: serial, EnableDate: at }) => deviceOf(serial, at)))
  }

  /** Virtual entities of the whole account. The status is always sent: sources differ on what its absence means. */
  virtualDevices(status: 'Any' | 'Assigned' | 'Unassigned', signal: AbortSignal): AsyncGenerator<VirtualMFADevice[]> {
    return pages(async (marker) => {
      const answer = await this.#read(
        'iam:ListVirtualMFADevices',
        ({ iam, watched, options }) =>
          iam.send(
            watched(
              new ListVirtualMFADevicesCommand({
                AssignmentStatus: status,
                MaxItems: PAGE,
                ...(marker && { Marker: marker }),
              }),
            ),
            options,
          ),
        signal,
      )
      return { items: answer.VirtualMFADevices ?? [], next: nextOf(answer) }
    }) as AsyncGenerator<VirtualMFADevice[]>
  }

  /** How a FIDO authenticator is certified, by programme; `undefined` where this identity may not know. */
  async certifications(
    of: Principal,
    serial: string,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    return unlessDenied(async () => {
      const answer = await this.#read(
        'iam:GetMFADevice',
        ({ iam, watched, options }) =>
          iam.send(watched(new GetMFADeviceCommand({ SerialNumber: serial, UserName: of.name })), options),
        signal,
        {},
        of.arn,
      )
      return answer.Certifications ?? {}
    })
  }

  async #read<T>(
    action: string,
    call: Call<T>,
    signal: AbortSignal,
    signing: { as?: 'own' } = {},
    resource?: string,
  ): Promise<T> {
    try {
      return await this.#wire.read(call, signal, signing)
    } catch (error) {
      if (!(error instanceof RefusedRead)) throw error
      const meaning = meaningOf(error.by, { action })
      if (meaning.code === 'sign-in-expired') this.#wire.credentials.forget()
      if (meaning.code !== 'denied') throw new BackendFault(meaning)
      throw new BackendFault({ code: 'not-permitted', action, ...(resource === undefined ? {} : { resource }) })
    }
  }
}

const nextOf = (answer: { IsTruncated?: boolean | undefined; Marker?: string | undefined }) =>
  answer.IsTruncated ? answer.Marker : undefined

async function* pages<T>(
  read: (marker: string | undefined, size: number) => Promise<Page<T>>,
): AsyncGenerator<readonly T[]> {
  let marker: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, next } = await read(marker, page === 0 ? FIRST_PAGE : PAGE)
    yield items
    if (next === undefined || next === marker) return
    marker = next
  }
  throw new BackendFault({ code: 'answer-not-understood' })
}

export async function all<T>(list: AsyncIterable<readonly T[]>): Promise<T[]> {
  const items: T[] = []
  for await (const page of list) items.push(...page)
  return items
}

/** SMS of old is none of the types that can be had, and is left out. */
function deviceOf(serial: string | undefined, enabled: Date | undefined): MfaDevice[] {
  const type = serial === undefined ? 'other' : deviceTypeOf(serial)
  if (serial === undefined || type === 'other') return []
  const enabledAt = enabled?.getTime()
  return [
    {
      id: serial,
      type,
      name: deviceNameOf(serial),
      ...(type === 'hardware-totp' ? { serial } : {}),
      ...(enabledAt === undefined || Number.isNaN(enabledAt) ? {} : { enabledAt }),
      // IAM tells nobody how far a device has drifted.
      health: { state: type === 'fido' ? 'in-order' : 'not-told' },
    },
  ]
}

const byAge = (devices: readonly MfaDevice[]): MfaDevice[] =>
  devices.toSorted((a, b) => (a.enabledAt ?? 0) - (b.enabledAt ?? 0))

/** A refusal of this identity is an answer: it may not know. */
export async function unlessDenied<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const code = error instanceof BackendFault ? error.error.code : undefined
    if (code === 'not-permitted' || code === 'not-found' || code === 'not-supported') return undefined
    throw error
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
