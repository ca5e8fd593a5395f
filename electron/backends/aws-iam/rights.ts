/**
 * What this identity may do: asked of IAM's own simulator where that is permitted, else learned from refusals. What is learned is
 * forgotten after a while, for an administrator may have changed it meanwhile.
 */
import { SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import { MAX_DEVICES, type MfaDevice } from '../../../shared/domain/device.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import { BackendFault, type Can, type Capabilities } from '../backend.ts'
import type { Principal } from './names.ts'
import { RefusedRead, type AwsWire } from './wire.ts'

const LEARNED_FOR_MS = 10 * 60_000

/**
 * `eight-devices`, `nothing-registered`, `root-only`: as at every backend. `not-permitted`: IAM refused it, or says it would.
 * `fido-by-console`, `root-by-console`: AWS's console alone does that. `no-rename`: IAM has none; a new one is made instead.
 * `deactivate-instead`: IAM knows no lost devices.
 */
export type AwsReason =
  | 'eight-devices'
  | 'nothing-registered'
  | 'root-only'
  | 'not-permitted'
  | 'fido-by-console'
  | 'root-by-console'
  | 'no-rename'
  | 'deactivate-instead'

const YES: Can = { can: true }
const no = (reason: AwsReason): Can => ({ can: false, reason })

export class Rights {
  readonly #clock: Clock
  readonly #denied = new Map<string, number>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** IAM refused this action, and an MFA session would not have helped. */
  learn(action: string): void {
    this.#denied.set(action, this.#clock.now())
  }

  forget(): void {
    this.#denied.clear()
  }

  isDenied(action: string): boolean {
    const at = this.#denied.get(action)
    return at !== undefined && this.#clock.now() - at < LEARNED_FOR_MS
  }

  /** For one identity with these devices, by whose credentials are at hand. */
  capabilities(of: Principal, caller: Principal, devices: readonly MfaDevice[]): Capabilities {
    const isRoot = of.kind === 'root'
    const may = (...actions: string[]): Can => {
      if (isRoot) return no('root-by-console')
      return actions.some((action) => this.isDenied(action)) ? no('not-permitted') : YES
    }
    const onADevice = (can: Can) => (devices.length === 0 ? no('nothing-registered') : can)
    const oneMore = (can: Can) => (devices.length >= MAX_DEVICES ? no('eight-devices') : can)
    const contact = no(isRoot ? 'root-by-console' : 'root-only')
    return {
      register: {
        'virtual-totp': oneMore(may('iam:CreateVirtualMFADevice', 'iam:EnableMFADevice')),
        'hardware-totp': oneMore(may('iam:EnableMFADevice')),
        fido: oneMore(no(isRoot ? 'root-by-console' : 'fido-by-console')),
      },
      seedFrom: ['backend'],
      resync: onADevice(may('iam:ResyncMFADevice')),
      remove: onADevice(may('iam:DeactivateMFADevice')),
      rename: no('no-rename'),
      markLost: no('deactivate-instead'),
      confirmContact: contact,
      setContact: { email: contact, phone: contact },
      changePassword: may(of.arn === caller.arn ? 'iam:ChangePassword' : 'iam:UpdateLoginProfile'),
      alternativeFactors: contact,
      tellsDrift: false,
    }
  }
}

/** What may be asked of a policy, with the resource each is about. */
export const ACTIONS = [
  'iam:CreateVirtualMFADevice',
  'iam:EnableMFADevice',
  'iam:ResyncMFADevice',
  'iam:DeactivateMFADevice',
  'iam:DeleteVirtualMFADevice',
  'iam:ChangePassword',
  'iam:UpdateLoginProfile',
  'iam:ListUsers',
] as const
export type Action = (typeof ACTIONS)[number]

export type Allowed = 'yes' | 'with-mfa' | 'no' | 'not-told'

/** Says of each action whether the caller's policies allow it, on its own user and devices; `not-told` where it may not ask. */
export async function simulate(
  wire: AwsWire,
  caller: Principal,
  signal: AbortSignal,
): Promise<Readonly<Record<Action, Allowed>>> {
  const ask = async (mfa: boolean): Promise<ReadonlySet<string> | undefined> => {
    const resources = [caller.arn, `arn:${caller.partition}:iam::${caller.accountId}:mfa/${caller.name}`]
    const allowed = new Set<string>()
    for (const resource of resources) {
      const answer = await wire.read(
        ({ iam, watched, options }) =>
          iam.send(
            watched(
              new SimulatePrincipalPolicyCommand({
                PolicySourceArn: caller.arn,
                ActionNames: ACTIONS.filter((action) => isAbout(action, resource, caller)),
                ResourceArns: [resource],
                ContextEntries: [
                  {
                    ContextKeyName: 'aws:MultiFactorAuthPresent',
                    ContextKeyType: 'boolean',
                    ContextKeyValues: [String(mfa)],
                  },
                ],
              }),
            ),
            options,
          ),
        signal,
      )
      for (const { EvalActionName: action, EvalDecision: decision } of answer.EvaluationResults ?? []) {
        if (action !== undefined && decision === 'allowed') allowed.add(action)
      }
    }
    return allowed
  }
  const told = caller.kind === 'user' ? await Promise.all([ask(false), ask(true)]).catch(notTold) : undefined
  const [without, withMfa] = told ?? []
  const allowed = (action: Action): Allowed => {
    if (!without || !withMfa) return 'not-told'
    if (without.has(action)) return 'yes'
    return withMfa.has(action) ? 'with-mfa' : 'no'
  }
  return Object.fromEntries(ACTIONS.map((action) => [action, allowed(action)])) as Record<Action, Allowed>
}

const ON_DEVICES: ReadonlySet<Action> = new Set(['iam:CreateVirtualMFADevice', 'iam:DeleteVirtualMFADevice'])

const isAbout = (action: Action, resource: string, caller: Principal) =>
  ON_DEVICES.has(action) === (resource !== caller.arn)

function notTold(error: unknown): undefined {
  if (error instanceof RefusedRead || error instanceof BackendFault) return undefined
  throw error
}
