/** Where this computer keeps its AWS profiles, and the address that a developer sets in the place of AWS's. */
import { join } from 'node:path'
import type { AwsPlace } from '../../services/ports.ts'

export interface AwsPlaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly homedir: string
  /** LATCHKEY_AWS_ENDPOINT is heeded with --developer alone; its host is checked where it is opened. */
  readonly isDeveloper: boolean
}

export function awsPlace({ env, homedir, isDeveloper }: AwsPlaceOptions): { readonly aws: AwsPlace } {
  const endpoint = isDeveloper ? env['LATCHKEY_AWS_ENDPOINT'] : undefined
  return {
    aws: {
      config: env['AWS_CONFIG_FILE'] ?? join(homedir, '.aws', 'config'),
      credentials: env['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir, '.aws', 'credentials'),
      environment: env['AWS_ACCESS_KEY_ID'] !== undefined && env['AWS_SECRET_ACCESS_KEY'] !== undefined,
      ...(endpoint === undefined || endpoint === '' ? {} : { endpoint }),
    },
  }
}
