/**
 * IAM policies as JSON, and what they decide: an explicit deny, else an allow, else no (IAM User Guide, "Policy evaluation
 * logic"). Of the policy language only what the published examples below use.
 */

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly NotAction?: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Condition
}
type Condition = { readonly [operator in 'Bool' | 'BoolIfExists']?: Readonly<Record<string, string>> }
export type Policy = readonly Statement[]

export interface Asked {
  readonly action: string
  readonly resource: string
  readonly username: string | undefined
  /** Absent with long-term keys, as AWS leaves the key out of their requests. */
  readonly mfa: boolean | undefined
}

export type Decision = 'allowed' | 'implicitDeny' | 'explicitDeny'

export function decide(policies: readonly Policy[], asked: Asked): Decision {
  const matching = policies.flat().filter((statement) => applies(statement, asked))
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny'
  return matching.length > 0 ? 'allowed' : 'implicitDeny'
}

const listed = (value: string | readonly string[] = []): readonly string[] =>
  typeof value === 'string' ? [value] : value

function applies({ Action, NotAction, Resource, Condition }: Statement, asked: Asked): boolean {
  const isAction = (pattern: string) => isLike(asked.action.toLowerCase(), pattern.toLowerCase())
  if (Action !== undefined && !listed(Action).some(isAction)) return false
  if (NotAction !== undefined && listed(NotAction).some(isAction)) return false
  const isResource = listed(Resource).some((pattern) => {
    if (pattern.includes('${aws:username}') && asked.username === undefined) return false
    return isLike(asked.resource, pattern.replaceAll('${aws:username}', asked.username ?? ''))
  })
  return isResource && holds(Condition ?? {}, asked)
}

function holds({ Bool = {}, BoolIfExists = {} }: Condition, { mfa }: Asked): boolean {
  const value = (key: string) => (key === 'aws:MultiFactorAuthPresent' ? mfa : undefined)
  return (
    Object.entries(Bool).every(([key, wanted]) => String(value(key)) === wanted) &&
    Object.entries(BoolIfExists).every(([key, wanted]) => value(key) === undefined || String(value(key)) === wanted)
  )
}

const isLike = (text: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text)

const MFA = 'aws:MultiFactorAuthPresent'

/**
 * "IAM: Allows IAM users to self-manage an MFA device", as published in August 2026
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html): no right to delete.
 */
export const SELF_MANAGE: Policy = [
  { Effect: 'Allow', Action: ['iam:ListUsers', 'iam:ListVirtualMFADevices'], Resource: '*' },
  { Effect: 'Allow', Action: 'iam:CreateVirtualMFADevice', Resource: 'arn:aws:iam::*:mfa/*' },
  {
    Effect: 'Allow',
    Action: ['iam:EnableMFADevice', 'iam:GetMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  },
  {
    Effect: 'Allow',
    Action: 'iam:DeactivateMFADevice',
    Resource: 'arn:aws:iam::*:user/${aws:username}',
    Condition: { Bool: { [MFA]: 'true' } },
  },
  {
    Effect: 'Deny',
    NotAction: [
      'iam:CreateVirtualMFADevice',
      'iam:EnableMFADevice',
      'iam:ListMFADevices',
      'iam:ListUsers',
      'iam:ListVirtualMFADevices',
      'iam:ResyncMFADevice',
    ],
    Resource: '*',
    Condition: { BoolIfExists: { [MFA]: 'false' } },
  },
]

/** Older copies of that example: one device alone, named as the user, who may delete it. */
export const SELF_MANAGE_OF_OLD: Policy = [
  { Effect: 'Allow', Action: 'iam:ListVirtualMFADevices', Resource: '*' },
  {
    Effect: 'Allow',
    Action: ['iam:CreateVirtualMFADevice', 'iam:DeleteVirtualMFADevice'],
    Resource: 'arn:aws:iam::*:mfa/${aws:username}',
  },
  {
    Effect: 'Allow',
    Action: ['iam:DeactivateMFADevice', 'iam:EnableMFADevice', 'iam:ListMFADevices', 'iam:ResyncMFADevice'],
    Resource: 'arn:aws:iam::*:user/${aws:username}',
  },
]

/** What a kinder administrator adds to the published example: to delete what nobody has, and to change one's password. */
export const TIDY: Policy = [
  { Effect: 'Allow', Action: 'iam:DeleteVirtualMFADevice', Resource: 'arn:aws:iam::*:mfa/*' },
  { Effect: 'Allow', Action: 'iam:ChangePassword', Resource: 'arn:aws:iam::*:user/${aws:username}' },
]

/** Without the example's general deny: what is allowed needs no MFA but to deactivate. */
export const SELF_MANAGE_WITHOUT_DENY: Policy = SELF_MANAGE.filter(({ Effect }) => Effect === 'Allow')

export const ADMINISTRATOR: Policy = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
