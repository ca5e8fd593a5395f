/** What was typed into the form that adds a backend, read: a configuration, or each field that is refused and why. */
import { callError, type BackendSetup, type FieldFault } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { isCertificates, isRegion, readAddress } from '../../backends/index.ts'
import type { BackendConfig } from './config.ts'

export interface ReadSetup {
  readonly config: BackendConfig
  /** A password that is not to be kept in the vault. */
  readonly password?: string
}

/** `ASIA…` and `AKIA…` of 16 to 128 letters (IAM, AccessKeyIdType). */
const ACCESS_KEY_ID = /^\w{16,128}$/
const ROLE_ARN = /^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role\/[\w+=,.@/-]+$/
const MFA_SERIAL = /^[\w+=/:,.@-]{9,256}$/

/** Throws `bad-request`, naming fields. */
export function readSetup(setup: BackendSetup, common: Pick<BackendConfig, 'id' | 'name' | 'addedAt'>): ReadSetup {
  const faults: FieldFault[] = []
  const read = setup.kind === 'aws-iam' ? readAws(setup, common, faults) : readPrivacyIdea(setup, common, faults)
  if (faults.length > 0) throw callError('bad-request', { fields: faults })
  return read
}

type Common = Parameters<typeof readSetup>[1]

function readAws(
  { signIn, region, role }: Extract<BackendSetup, { kind: 'aws-iam' }>,
  common: Common,
  faults: FieldFault[],
): ReadSetup {
  const refuse = (field: string, reason: string) => faults.push({ field, reason })
  if (signIn.by === 'keys') {
    if (!ACCESS_KEY_ID.test(signIn.accessKeyId.trim())) refuse('accessKeyId', 'malformed')
    if (signIn.secretAccessKey.trim() === '') refuse('secretAccessKey', 'empty')
  }
  const place = optional(region)
  if (place !== undefined && !isRegion(place)) refuse('region', 'malformed')
  const roleArn = optional(role?.roleArn)
  const mfaSerial = optional(role?.mfaSerial)
  const externalId = optional(role?.externalId)
  if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) refuse('roleArn', 'malformed')
  if (mfaSerial !== undefined && !MFA_SERIAL.test(mfaSerial)) refuse('mfaSerial', 'malformed')
  const sessionToken = signIn.by === 'keys' ? optional(signIn.sessionToken) : undefined
  return {
    config: {
      ...common,
      kind: 'aws-iam',
      signIn:
        signIn.by === 'keys'
          ? {
              by: 'keys',
              accessKeyId: signIn.accessKeyId.trim(),
              secretAccessKey: signIn.secretAccessKey.trim(),
              ...(sessionToken === undefined ? {} : { sessionToken }),
            }
          : signIn,
      ...(place === undefined ? {} : { region: place }),
      ...(roleArn === undefined
        ? {}
        : {
            role: {
              roleArn,
              ...(externalId === undefined ? {} : { externalId }),
              ...(mfaSerial === undefined ? {} : { mfaSerial }),
            },
          }),
    },
  }
}

function readPrivacyIdea(
  { url, signIn, authorities }: Extract<BackendSetup, { kind: 'privacyidea' }>,
  common: Common,
  faults: FieldFault[],
): ReadSetup {
  const address = readAddress(url)
  if (!address.ok) faults.push({ field: 'url', reason: address.error })
  const pem = optional(authorities)
  if (pem !== undefined && !isCertificates(pem)) faults.push({ field: 'authorities', reason: 'not-certificates' })
  const config = {
    ...common,
    kind: 'privacyidea',
    url: url.trim(),
    ...(pem === undefined ? {} : { authorities: pem }),
  } as const
  if (signIn.by === 'api-key') {
    if (signIn.key.trim() === '') faults.push({ field: 'key', reason: 'empty' })
    return { config: { ...config, signIn: { by: 'api-key', key: signIn.key.trim() } } }
  }
  const { keep, password } = signIn
  const user = cleanLine(signIn.user)
  const realm = optional(signIn.realm)
  if (user === '') faults.push({ field: 'user', reason: 'empty' })
  if (password === '') faults.push({ field: 'password', reason: 'empty' })
  return {
    config: {
      ...config,
      signIn: {
        by: 'password',
        user,
        ...(realm === undefined ? {} : { realm }),
        ...(keep ? { password } : {}),
      },
    },
    ...(keep ? {} : { password }),
  }
}

/** What is left empty was not given. */
const optional = (typed: string | undefined): string | undefined => {
  const text = typed?.trim()
  return text === undefined || text === '' ? undefined : text
}
