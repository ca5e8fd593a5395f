/** What is shown of a backend: everything of its configuration but what is secret, and how it stands. */
import type { BackendView } from '../../../shared/contract/index.ts'
import type { BackendKind } from '../../../shared/domain/device.ts'
import { readAddress } from '../../backends/index.ts'
import type { BackendReading } from '../devices-readings.ts'
import type { BackendConfig } from './config.ts'
import { troubleOf } from './try-out.ts'
import { BackendFault } from '../../backends/index.ts'

type Fixed = { readonly id: string; readonly kind: BackendKind; readonly name: string }

export function viewOf(
  config: BackendConfig | Fixed,
  reading: Omit<BackendReading, 'backend'> | undefined,
  openWork: number,
): BackendView {
  const { id, kind, name } = config
  const state = reading?.state ?? 'failed'
  return {
    id,
    kind,
    name,
    ...('addedAt' in config
      ? ofConfig(config)
      : { signsInBy: { by: 'nothing' }, hasOwnAuthorities: false, isFixed: true }),
    state: state === 'reading' ? 'loading' : state,
    ...(reading?.error ? { trouble: troubleOf(new BackendFault(reading.error)) } : {}),
    ...(reading?.asOf === undefined ? {} : { asOf: reading.asOf }),
    openWork,
  }
}

type OfConfig = Pick<BackendView, 'signsInBy' | 'hasOwnAuthorities' | 'isFixed'> & Partial<BackendView>

function ofConfig(config: BackendConfig): OfConfig {
  const common = { isFixed: false, ...(config.standing ? { standing: config.standing } : {}) }
  if (config.kind === 'aws-iam') {
    const { signIn, role, region } = config
    return {
      ...common,
      signsInBy: signIn.by === 'keys' ? { by: 'keys', accessKeyId: signIn.accessKeyId } : signIn,
      hasOwnAuthorities: false,
      ...(role === undefined ? {} : { role: role.roleArn }),
      ...(region === undefined ? {} : { region }),
    }
  }
  const { signIn, authorities, url } = config
  const address = readAddress(url)
  return {
    ...common,
    signsInBy:
      signIn.by === 'api-key'
        ? { by: 'api-key' }
        : {
            by: 'password',
            user: signIn.user,
            ...(signIn.realm === undefined ? {} : { realm: signIn.realm }),
            isKept: signIn.password !== undefined,
          },
    hasOwnAuthorities: authorities !== undefined,
    address: address.ok ? `${address.value.origin}${address.value.prefix}` : url,
  }
}
