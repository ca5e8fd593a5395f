/** One configured backend, opened: what signs it in, who answers for it, and what it says of who that is. */
import type { Standing } from '../../../shared/contract/index.ts'
import type { Clock, Random } from '../../../shared/kit/index.ts'
import {
  BackendFault,
  openAwsIam,
  openPrivacyIdea,
  type AwsCredentialSource,
  type Backend,
} from '../../backends/index.ts'
import type { AwsConfig, BackendConfig, PrivacyIdeaConfig } from './config.ts'
import { standingOfAws, standingOfServer } from './standing.ts'

/** The person, while one is at hand for a call. What can't be asked rejects with `undefined`: not now. */
export interface Person {
  password(user: string): Promise<string>
  secondFactor(question: { readonly types: readonly string[]; readonly serial?: string }): Promise<string>
}

export interface OpenedBackend {
  readonly backend: Backend
  /** Signs in, anew where that was refused before, and says who that is and what it may do. Throws a `BackendFault`. */
  signIn(signal: AbortSignal, person: Person | undefined): Promise<Omit<Standing, 'asOf'>>
  close(): void
}

export interface OpeningParts {
  readonly clock: Clock
  readonly random: Random
  /** Can a security key be touched for a server by this program? */
  readonly canTouch: boolean
  /** A code of the vault's entry for a device with this serial number, where there is one. */
  readonly codeFor: (serial: string) => string | undefined
  /** In memory: a password that is not kept in the vault. */
  readonly passwords: Map<string, string>
  /** For tests and developers: AWS at an address of this computer. */
  readonly awsEndpoint?: string | undefined
}

export function openBackend(config: BackendConfig, parts: OpeningParts): OpenedBackend {
  return config.kind === 'aws-iam' ? openAws(config, parts) : openServer(config, parts)
}

function openAws(config: AwsConfig, { clock, random, codeFor, awsEndpoint }: OpeningParts): OpenedBackend {
  const { id, name, signIn, role, region } = config
  let present: Person | undefined
  const own: Exclude<AwsCredentialSource, { from: 'role' }> =
    signIn.by === 'profile'
      ? { from: 'profile', profile: signIn.profile }
      : signIn.by === 'environment'
        ? { from: 'environment' }
        : { from: 'keys', read: async () => keysOf(signIn) }
  const backend = openAwsIam({
    id,
    name,
    credentials:
      role === undefined
        ? own
        : {
            from: 'role',
            by: own,
            roleArn: role.roleArn,
            sessionName: 'latchkey',
            ...(role.externalId === undefined ? {} : { externalId: role.externalId }),
            ...(role.mfaSerial === undefined ? {} : { mfaSerial: role.mfaSerial }),
          },
    ...(region === undefined ? {} : { region }),
    clock,
    random,
    async mfaCode(serial) {
      const code = codeFor(serial) ?? (await present?.secondFactor({ types: ['mfa'], serial }))
      if (code === undefined) throw new BackendFault({ code: 'sign-in-expired' })
      return code
    },
    ...(awsEndpoint === undefined ? {} : { endpoint: awsEndpoint }),
  })
  return {
    backend,
    async signIn(signal, person) {
      present = person
      try {
        return standingOfAws(await backend.describe(signal))
      } finally {
        present = undefined
      }
    },
    close() {},
  }
}

function keysOf({ accessKeyId, secretAccessKey, sessionToken }: Extract<AwsConfig['signIn'], { by: 'keys' }>) {
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

function openServer(config: PrivacyIdeaConfig, parts: OpeningParts): OpenedBackend {
  const { clock, random, passwords, canTouch } = parts
  const { id, name, signIn } = config
  let present: Person | undefined
  let isRefused = false
  const password = async (user: string, kept: string | undefined) => {
    const known = passwords.get(id) ?? kept
    if ((known === undefined || isRefused) && present) {
      const typed = await present.password(user)
      isRefused = false
      passwords.set(id, typed)
      return typed
    }
    return known
  }
  const opened = openPrivacyIdea({
    id,
    name,
    url: config.url,
    ca: config.authorities,
    credentials:
      signIn.by === 'api-key'
        ? { by: 'api-key', key: async () => signIn.key }
        : {
            by: 'password',
            user: signIn.user,
            realm: signIn.realm,
            password: () => password(signIn.user, signIn.password),
          },
    clock,
    random,
    canTouch,
  })
  // The form that made it was read by the same readers.
  if (!opened.ok) throw new BackendFault({ code: 'answer-not-understood' })
  const { backend, close } = opened.value
  const once = (signal: AbortSignal, person: Person | undefined) =>
    backend.signIn(signal, person && (({ types }) => person.secondFactor({ types })))
  return {
    backend,
    close,
    async signIn(signal, person) {
      present = person
      try {
        const who = await once(signal, person).catch((error: unknown) => {
          const isPassword = error instanceof BackendFault && error.error.code === 'sign-in-failed'
          if (!isPassword || !person || signIn.by === 'api-key') throw error
          // Once more, with another password: a kept one may be old, and wrong ones lock accounts.
          isRefused = true
          return once(signal, person)
        })
        const identities = await backend.identities(signal)
        const [first] = identities
        const can = first && (await backend.capabilities(first.id, signal))
        return standingOfServer(who, can, identities.length)
      } finally {
        present = undefined
      }
    },
  }
}
