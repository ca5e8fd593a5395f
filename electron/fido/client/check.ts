import { equalBytes, utf8 } from '../../../shared/kit/index.ts'
import { sha256 } from '../ctap2/hash.ts'
import type { AuthenticatorData } from '../ctap2/index.ts'
import { AnswerError } from '../errors.ts'

/** Throws `AnswerError` `mismatch` where the data was signed for another relying party than `rpId`. */
export function checkRelyingParty(authData: AuthenticatorData, rpId: string): void {
  if (!equalBytes(authData.rpIdHash, sha256(utf8(rpId)))) throw new AnswerError('mismatch', 'rpIdHash')
}
