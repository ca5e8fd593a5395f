/**
 * Lists of credentials longer than the key takes (CTAP 2.1 §6.1.2, §6.2.2: maxCredentialCountInList, maxCredentialIdLength)
 * are asked for in batches without a touch, until one is found.
 */
import { KeyStatusError } from '../errors.ts'
import { getAssertion, STATUS, type Descriptor } from '../ctap2/index.ts'
import type { Context } from './context.ts'
import type { Verified } from './verification.ts'

/** Those the key can have made, in lists it takes. A key that does not say is given one at a time. */
export function batches(
  list: readonly Descriptor[],
  limits: { readonly maxCredentialCountInList: number | undefined; readonly maxCredentialIdLength: number | undefined },
): readonly (readonly Descriptor[])[] {
  const size = Math.max(1, limits.maxCredentialCountInList ?? 1)
  const fitting = list.filter(({ id }) => id.length > 0 && id.length <= (limits.maxCredentialIdLength ?? 1023))
  const out: Descriptor[][] = []
  for (let i = 0; i < fitting.length; i += size) out.push(fitting.slice(i, i + size))
  return out
}

/** The first credential of `list` that is on the key, or `undefined`. No touch is asked for. */
export async function findOnKey(
  { transport, info, random, signal }: Context,
  rpId: string,
  list: readonly Descriptor[],
  { token }: Verified,
): Promise<Descriptor | undefined> {
  for (const allowList of batches(list, info)) {
    try {
      const request = { rpId, clientDataHash: random(32), allowList, options: { up: false }, token }
      const { credential } = await getAssertion(transport, request, { signal })
      return credential ?? allowList[0]
    } catch (error) {
      if (!(error instanceof KeyStatusError) || !ABSENT.has(error.status)) throw error
    }
  }
  return undefined
}

/** Some keys refuse ids that can't be theirs instead of saying that there is none. */
const ABSENT: ReadonlySet<number> = new Set([STATUS.noCredentials, STATUS.invalidCredential])
