/** What is typed to sign in at AWS, and the setup it stands for. */
import type { AwsProfileView, BackendSetup } from '../../../shared/contract/index.ts'

export interface AwsForm {
  readonly by: 'profile' | 'environment' | 'keys'
  readonly profile: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly region: string
  readonly hasRole: boolean
  readonly roleArn: string
  readonly externalId: string
  readonly mfaSerial: string
}

export const EMPTY_AWS: AwsForm = {
  by: 'profile',
  profile: '',
  accessKeyId: '',
  secretAccessKey: '',
  sessionToken: '',
  region: '',
  hasRole: false,
  roleArn: '',
  externalId: '',
  mfaSerial: '',
}

/** A profile says in which region, and so at which of AWS's partitions, it is at home. */
export const withProfile = (form: AwsForm, profile: AwsProfileView | undefined): AwsForm => ({
  ...form,
  profile: profile?.name ?? '',
  region: profile?.region ?? '',
})

export function isAwsReady(form: AwsForm): boolean {
  const isRoleReady = !form.hasRole || form.roleArn.trim() !== ''
  switch (form.by) {
    case 'profile':
      return isRoleReady && form.profile !== ''
    case 'environment':
      return isRoleReady
    case 'keys':
      return isRoleReady && form.accessKeyId.trim() !== '' && form.secretAccessKey.trim() !== ''
  }
}

export function awsSetup(form: AwsForm): BackendSetup {
  const { by, profile, accessKeyId, secretAccessKey, sessionToken, region, hasRole, roleArn, externalId, mfaSerial } =
    form
  return {
    kind: 'aws-iam',
    signIn:
      by === 'profile'
        ? { by, profile }
        : by === 'environment'
          ? { by }
          : { by, accessKeyId, secretAccessKey, ...(sessionToken.trim() === '' ? {} : { sessionToken }) },
    ...(region.trim() === '' ? {} : { region }),
    ...(hasRole
      ? {
          role: {
            roleArn,
            ...(externalId.trim() === '' ? {} : { externalId }),
            ...(mfaSerial.trim() === '' ? {} : { mfaSerial }),
          },
        }
      : {}),
  }
}
