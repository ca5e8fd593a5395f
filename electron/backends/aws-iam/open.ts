/** Puts an AWS IAM backend together from what it is told: whose credentials, where, and by whose clock. */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import { Account } from './account.ts'
import { AwsIamBackend } from './backend.ts'
import { Credentials, providerOf, type AwsCredentialSource, type MfaCode } from './credentials.ts'
import type { Partition } from './names.ts'
import { endpointsOf, loopbackEndpoints, partitionOfRegion } from './places.ts'
import { Registering } from './registering.ts'
import { Rights } from './rights.ts'
import { Sender } from './sender.ts'
import { AwsWire, type RequestHandler } from './wire.ts'

export interface AwsIamOptions {
  /** Of the backend, in the vault: not changed by a rename. */
  readonly id: string
  readonly name: string
  readonly credentials: AwsCredentialSource
  /** Told by the region where absent; `aws` where that is absent too. */
  readonly partition?: Partition
  /** STS answers there; IAM is global. */
  readonly region?: string
  readonly clock: Clock
  readonly random: Random
  /** A code for a profile or role that asks for one (`mfa_serial`). */
  readonly mfaCode?: MfaCode
  /** Both services at this address of this computer: for tests and developers. */
  readonly endpoint?: string
  /** The transport in place of the SDK's, for tests. It answers for TLS. */
  readonly requestHandler?: RequestHandler
  /** Requests at the same time; two, where absent. */
  readonly atOnce?: number
}

/** Sends nothing. Throws a `TypeError` for a region that is none, or an endpoint that is not on this computer. */
export function openAwsIam(options: AwsIamOptions): AwsIamBackend {
  const { id, name, region, clock, random, endpoint, mfaCode } = options
  const partition = options.partition ?? partitionOfRegion(region)
  const endpoints = endpoint === undefined ? endpointsOf(partition, region) : loopbackEndpoints(partition, endpoint)
  const provide = providerOf(options.credentials, {
    region: endpoints.sts.region,
    mfaCode,
    ...(endpoint === undefined ? {} : { stsEndpoint: endpoints.sts.endpoint }),
  })
  const { requestHandler, atOnce } = options
  const wire = new AwsWire({
    clock,
    random,
    endpoints,
    credentials: new Credentials(provide, clock),
    requestHandler,
    atOnce,
  })
  const account = new Account(wire)
  const rights = new Rights(clock)
  const sender = new Sender(wire, account, rights)
  const registering = new Registering({ wire, account, sender, clock })
  return new AwsIamBackend({ id, name, clock, wire, account, rights, sender, registering })
}
