/** A touch of a FIDO authenticator: by the page that runs WebAuthn, or on a key that is plugged in here. */
import { CallError, callError, type ErrorCode } from '../../../shared/contract/index.ts'
import { StepTrouble, type Job, type WebAuthnJson } from './job.ts'
import { isInterruption } from './interruption.ts'
import { touchWays } from './world.ts'

/** What the touch is for, shown while it is waited for. */
export type Purpose = 'register' | 'test' | 'sign-in'
export type TouchWay = 'page' | 'key'

/**
 * What the authenticator gave. Without a `way` that the person chose it is the key that is known to have the credential,
 * else the page's. Throws the signal's reason, what a question was rejected with, or trouble `touch-failed`.
 */
export async function touch(
  job: Job,
  ceremony: 'create' | 'get',
  options: WebAuthnJson,
  purpose: Purpose,
  way?: TouchWay,
): Promise<WebAuthnJson> {
  const ways = touchWays(job.deps, job.backend)
  const through = way ?? usualWay(job, ways, options)
  if (through === undefined || !ways.includes(through)) throw callError('not-here', { reason: 'browser-only' })
  job.progress('waiting-for-touch', { purpose, through })
  return through === 'page' ? byPage(job, ceremony, options) : byKey(job, ceremony, options, purpose)
}

function usualWay({ deps }: Job, ways: readonly TouchWay[], options: WebAuthnJson): TouchWay | undefined {
  return ways.includes('key') && deps.keysHere?.knows(allowedIn(options)) ? 'key' : ways[0]
}

function allowedIn({ allowCredentials }: WebAuthnJson): string[] {
  return Array.isArray(allowCredentials)
    ? allowCredentials.flatMap(({ id }: { id?: unknown }) => (typeof id === 'string' ? [id] : []))
    : []
}

async function byPage({ asks }: Job, ceremony: 'create' | 'get', options: WebAuthnJson): Promise<WebAuthnJson> {
  if (!asks?.webauthn) throw callError('mfa-session-needed', { onlyFido: true })
  const { response } = await asks.webauthn({ ceremony, options: { ...options } })
  return response
}

async function byKey(
  job: Job,
  ceremony: 'create' | 'get',
  options: WebAuthnJson,
  purpose: Purpose,
): Promise<WebAuthnJson> {
  const { deps, asks, signal } = job
  const { pin, confirm } = asks ?? {}
  if (!pin || !confirm || !deps.keysHere) throw callError('mfa-session-needed', { onlyFido: true })
  try {
    const { response } = await deps.keysHere.ceremonies.perform({
      ceremony,
      options,
      rp: rpOf(job),
      pin,
      confirm: { ask: (_, question) => confirm(question) },
      progress(progress) {
        if (progress.doing === 'waiting-for-key') job.progress('waiting-for-key', {})
        else if (progress.doing === 'touch' || progress.doing === 'finger') {
          job.progress('waiting-for-touch', { purpose, through: 'key', key: progress.keyName, by: progress.doing })
        }
      },
      signal,
    })
    return response
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof CallError) || isInterruption(error) || OF_THE_KEY.has(error.error.code)) throw error
    // Unplugged, a key of another account, or nobody touched it.
    throw new StepTrouble('touch-failed')
  }
}

/** What the key said of itself, and what kept its credential from being remembered: it is told as it is. */
const OF_THE_KEY: ReadonlySet<ErrorCode> = new Set([
  'key-refused',
  'key-cannot',
  'key-full',
  'key-busy',
  'key-denied',
  'key-silent',
  'key-answer',
  'key-status',
  'keys-unavailable',
  'several-keys',
  'pin-unanswered',
  'pin-blocked',
  'pin-needs-power-cycle',
  'pin-not-set',
  'pin-must-change',
  'finger-blocked',
  'vault-held',
  'disk-failed',
])

/** Who asks for a touch here: the backend's own server, or this program. Throws `not-here` where no key can be touched. */
export function rpOf({ deps, backend }: Job): { readonly origin: string; readonly rpId: string } {
  const { touchOrigin } = backend
  if (touchOrigin !== undefined) return { origin: touchOrigin, rpId: new URL(touchOrigin).hostname }
  const { rp } = deps
  if (!rp) throw callError('not-here', { reason: 'browser-only' })
  return rp
}
