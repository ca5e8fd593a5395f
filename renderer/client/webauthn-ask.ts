/** Runs a WebAuthn ceremony that a call asked for, in the browser that shows the page. */
import {
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { callError, type CallError } from '../../shared/contract/index.ts'
import type { AskContext, Question, QuestionAnswer } from './asks.ts'

/** @throws CallError `cancelled`, `not-supported` or `key-refused`. */
export async function answerWebAuthn(
  { ceremony, options }: Question<'webauthn'>,
  { signal }: Pick<AskContext, 'signal'>,
): Promise<QuestionAnswer<'webauthn'>> {
  const abort = () => WebAuthnAbortService.cancelCeremony()
  signal.throwIfAborted()
  signal.addEventListener('abort', abort)
  try {
    const response =
      ceremony === 'create'
        ? await startRegistration({ optionsJSON: options as unknown as PublicKeyCredentialCreationOptionsJSON })
        : await startAuthentication({ optionsJSON: options as unknown as PublicKeyCredentialRequestOptionsJSON })
    return { response: { ...response } }
  } catch (error) {
    throw toCallError(error)
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** By the error names of WebAuthn Level 3 §5.1.3 and §5.1.4. A person who turns away and a wait that ran out look alike there. */
function toCallError(error: unknown): CallError {
  const options = { changed: false, cause: error }
  if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') {
    return callError('key-refused', { reason: 'duplicate' }, options)
  }
  switch (error instanceof Error ? error.name : '') {
    case 'InvalidStateError':
      return callError('key-refused', { reason: 'duplicate' }, options)
    case 'SecurityError':
      return callError('key-refused', { reason: 'origin' }, options)
    case 'NotSupportedError':
    case 'ConstraintError':
      return callError('not-supported', { reason: 'webauthn' }, options)
    default:
      return callError('cancelled', {}, options)
  }
}
