/** Where a partition's services answer, and the pages of its console for what only the console does. */
import type { Partition, Principal } from './names.ts'

interface Places {
  /** IAM is global: it is signed for one region (General Reference, "IAM endpoints and quotas"). */
  readonly signingRegion: string
  readonly iam: string
  readonly suffix: string
  readonly console: string
}

const PLACES: Readonly<Record<Partition, Places>> = {
  aws: {
    signingRegion: 'us-east-1',
    iam: 'https://iam.amazonaws.com',
    suffix: 'amazonaws.com',
    console: 'https://console.aws.amazon.com',
  },
  'aws-cn': {
    signingRegion: 'cn-north-1',
    iam: 'https://iam.cn-north-1.amazonaws.com.cn',
    suffix: 'amazonaws.com.cn',
    console: 'https://console.amazonaws.cn',
  },
  'aws-us-gov': {
    signingRegion: 'us-gov-west-1',
    iam: 'https://iam.us-gov.amazonaws.com',
    suffix: 'amazonaws.com',
    console: 'https://console.amazonaws-us-gov.com',
  },
}

export interface Endpoints {
  readonly iam: { readonly endpoint: string; readonly region: string }
  readonly sts: { readonly endpoint: string; readonly region: string }
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/

export const isRegion = (text: string): boolean => REGION.test(text)

/** Throws a `TypeError` for a region that is none. */
export function endpointsOf(partition: Partition, region?: string): Endpoints {
  const { signingRegion, iam, suffix } = PLACES[partition]
  const stsRegion = region ?? signingRegion
  if (!isRegion(stsRegion)) throw new TypeError('not a region')
  return {
    iam: { endpoint: iam, region: signingRegion },
    sts: { endpoint: `https://sts.${stsRegion}.${suffix}`, region: stsRegion },
  }
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Both services at one address of this computer, for tests. Throws a `TypeError` for any other: credentials go there. */
export function loopbackEndpoints(partition: Partition, address: string): Endpoints {
  const url = new URL(address)
  if (!LOOPBACK.has(url.hostname)) throw new TypeError('an endpoint of one’s own must be on this computer')
  const region = PLACES[partition].signingRegion
  return { iam: { endpoint: url.origin, region }, sts: { endpoint: url.origin, region } }
}

export function partitionOfRegion(region: string | undefined): Partition {
  if (region?.startsWith('cn-')) return 'aws-cn'
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws'
}

/** The page where an identity's MFA devices are managed: one's own, or another user's as its administrator sees it. */
export function devicesPage(of: Principal, isOwn: boolean): string {
  const { console } = PLACES[of.partition]
  if (isOwn || of.kind === 'root') return `${console}/iam/home#/security_credentials`
  return `${console}/iam/home#/users/details/${encodeURIComponent(of.name)}?section=security_credentials`
}
