/**
 * Where credentials come from: the SDK's own providers read profiles, SSO, `credential_process`, roles and the environment;
 * keys that were typed come from the vault. They are kept in memory alone, and told to nobody but the signer.
 */
import { fromEnv, fromIni, fromSSO, fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import type { Clock } from '../../../shared/kit/index.ts'

export interface AwsKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** Absent: where AWS's own tools look for them. */
export interface AwsFiles {
  readonly config?: string
  readonly credentials?: string
}

export type AwsCredentialSource =
  /** A profile may itself sign in by SSO, run a `credential_process`, or assume a role. */
  | { readonly from: 'profile'; readonly profile: string; readonly files?: AwsFiles }
  | { readonly from: 'environment' }
  /** Read from the vault each time they are needed; throws while it is locked. */
  | { readonly from: 'keys'; readonly read: () => Promise<AwsKeys> }
  | {
      readonly from: 'role'
      readonly by: Exclude<AwsCredentialSource, { readonly from: 'role' }>
      readonly roleArn: string
      readonly sessionName: string
      readonly externalId?: string
      readonly mfaSerial?: string
    }

/** A code of the device with this serial number, where a profile or role asks for one. */
export type MfaCode = (serial: string) => Promise<string>

export interface ProviderParts {
  readonly region: string
  readonly mfaCode: MfaCode | undefined
  /** Of the STS that gives a role's credentials; absent: the official one. */
  readonly stsEndpoint?: string
}

export function providerOf(source: AwsCredentialSource, parts: ProviderParts): () => Promise<AwsKeys> {
  const { region, mfaCode, stsEndpoint } = parts
  const clientConfig = { region, maxAttempts: 1, ...(stsEndpoint === undefined ? {} : { endpoint: stsEndpoint }) }
  const mfa = mfaCode ? { mfaCodeProvider: mfaCode } : {}
  switch (source.from) {
    case 'profile':
      return ofProfile(source, { clientConfig, ...mfa })
    case 'environment':
      return fromEnv()
    case 'keys':
      return source.read
    case 'role': {
      const { roleArn, sessionName, externalId, mfaSerial } = source
      return fromTemporaryCredentials({
        masterCredentials: providerOf(source.by, parts),
        clientConfig,
        params: {
          RoleArn: roleArn,
          RoleSessionName: sessionName,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
          ...(mfaSerial === undefined ? {} : { SerialNumber: mfaSerial }),
        },
        ...mfa,
      })
    }
  }
}

/** The SDK signs in by SSO from the files in their usual places alone; where others are named, it is asked for that by itself. */
function ofProfile(
  { profile, files }: Extract<AwsCredentialSource, { readonly from: 'profile' }>,
  rest: Pick<NonNullable<Parameters<typeof fromIni>[0]>, 'clientConfig' | 'mfaCodeProvider'>,
): () => Promise<AwsKeys> {
  const init = {
    ...rest,
    profile,
    ignoreCache: true,
    ...(files?.config === undefined ? {} : { configFilepath: files.config }),
    ...(files?.credentials === undefined ? {} : { filepath: files.credentials }),
  }
  const byFiles = fromIni(init)
  if (!files) return byFiles
  const bySso = fromSSO(init)
  return async () => {
    try {
      return await byFiles()
    } catch (error) {
      return await bySso().catch((ssoError: unknown) => {
        throw isSignInOver(ssoError) ? ssoError : error
      })
    }
  }
}

/** The SDK's own words on this computer, where it has no code for a sign-in that is over. */
const OVER = /expired|aws sso login|aws login/i

export const isSignInOver = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TokenProviderError' || OVER.test(error.message))

/** Fetched again this long before they end. */
const RENEW_BEFORE_MS = 60_000

/** An MFA session (GetSessionToken), or nothing; and below it the person's own credentials. */
export class Credentials {
  readonly #provide: () => Promise<AwsKeys>
  readonly #clock: Clock
  #own: { readonly keys: AwsKeys; readonly until: number } | undefined
  #fetching: Promise<AwsKeys> | undefined
  #session: { readonly keys: AwsKeys; readonly until: number } | undefined

  constructor(provide: () => Promise<AwsKeys>, clock: Clock) {
    this.#provide = provide
    this.#clock = clock
  }

  /** The person's own. Throws what the provider threw. */
  async own(): Promise<AwsKeys> {
    if (this.#own && this.#clock.now() < this.#own.until) return this.#own.keys
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined
    })
    return this.#fetching
  }

  /** Those of the MFA session while it lasts, else the person's own. */
  async current(): Promise<AwsKeys> {
    return this.isElevated ? this.#session!.keys : this.own()
  }

  get isElevated(): boolean {
    return this.elevatedUntil !== undefined
  }

  /** When the MFA session ends, in milliseconds since 1970 by this computer's clock. */
  get elevatedUntil(): number | undefined {
    if (this.#session && this.#clock.now() >= this.#session.until) this.#session = undefined
    return this.#session?.until
  }

  elevate(keys: AwsKeys, until: number): void {
    this.#session = { keys, until }
  }

  endSession(): void {
    this.#session = undefined
  }

  /** Signed out, or keys changed: both are fetched anew. */
  forget(): void {
    this.#own = undefined
    this.#session = undefined
  }

  async #fetch(): Promise<AwsKeys> {
    const keys = await this.#provide()
    const until = keys.expiration ? keys.expiration.getTime() - RENEW_BEFORE_MS : Number.POSITIVE_INFINITY
    this.#own = { keys, until }
    return keys
  }
}
