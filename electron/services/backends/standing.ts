/** Who is signed in and what that may do, of each kind of backend, in the same words. */
import type { Allowed, BackendAction, Standing } from '../../../shared/contract/index.ts'
import type { AwsAction, AwsStanding, Can, Capabilities } from '../../backends/index.ts'

type Told = Omit<Standing, 'asOf'>

/** What each action of IAM is good for. */
const OF_IAM: Readonly<Partial<Record<AwsAction, BackendAction>>> = {
  'iam:ListUsers': 'see-others',
  'iam:ResyncMFADevice': 'resync',
  'iam:DeactivateMFADevice': 'remove',
  'iam:DeleteVirtualMFADevice': 'delete-entity',
  'iam:ChangePassword': 'change-password',
  'iam:UpdateLoginProfile': 'change-others-password',
}
const WORST: readonly Allowed[] = ['no', 'not-told', 'with-mfa', 'yes']
const worst = (...all: readonly Allowed[]): Allowed => WORST.find((one) => all.includes(one)) ?? 'not-told'

export function standingOfAws(told: AwsStanding): Told {
  const { arn, kind, name, accountId, accountAlias, may, seesDevicesOf, rootHasMfa, canOpenMfaSession } = told
  const simulated = (Object.entries(OF_IAM) as [AwsAction, BackendAction][]).map(([iam, action]) => ({
    action,
    allowed: action === 'see-others' ? seen(seesDevicesOf) : may[iam],
  }))
  const make = worst(may['iam:CreateVirtualMFADevice'], may['iam:EnableMFADevice'])
  return {
    who: {
      name,
      account: accountAlias ?? accountId,
      accountId,
      is: kind === 'user' ? (seesDevicesOf === 'users' ? 'administrator' : 'user') : kind,
      exactly: arn,
    },
    may: [
      { action: 'register-virtual', allowed: make },
      { action: 'register-hardware', allowed: may['iam:EnableMFADevice'] },
      { action: 'register-fido', allowed: 'no', reason: 'fido-by-console' },
      ...simulated,
      canOpenMfaSession
        ? { action: 'open-mfa-session', allowed: 'yes' }
        : { action: 'open-mfa-session', allowed: 'no', reason: 'temporary-credentials' },
    ],
    ...(rootHasMfa === undefined ? {} : { rootHasMfa }),
  }
}

const seen = (of: AwsStanding['seesDevicesOf']): Allowed => (of === 'users' ? 'yes' : 'no')

/** `can`: of the first identity that is seen; absent where there is none. */
export function standingOfServer(
  who: { readonly user: string; readonly realm: string; readonly isAdministrator: boolean },
  can: Capabilities | undefined,
  identities: number,
): Told {
  const { user, realm, isAdministrator } = who
  const may = (action: BackendAction, told: Can | undefined): Told['may'][number] => {
    if (!told) return { action, allowed: 'not-told' }
    if (told.can) return { action, allowed: 'yes' }
    // Of the devices that are there now, and no matter of rights.
    const isForNow = told.reason === 'eight-devices' || told.reason === 'nothing-registered'
    return { action, allowed: isForNow ? 'not-told' : 'no', reason: told.reason }
  }
  return {
    who: { name: user, account: realm, is: isAdministrator ? 'administrator' : 'user' },
    may: [
      { action: 'see-others', allowed: isAdministrator && identities > 0 ? 'yes' : 'no' },
      may('register-virtual', can?.register['virtual-totp']),
      may('register-hardware', can?.register['hardware-totp']),
      may('register-fido', can?.register.fido),
      may('resync', can?.resync),
      may('remove', can?.remove),
      may('rename', can?.rename),
      may('mark-lost', can?.markLost),
      may('change-password', can?.changePassword),
    ],
  }
}
