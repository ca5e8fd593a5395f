/** Codes as OATH Toolkit makes them: the judge from outside. */
import { execFileSync } from 'node:child_process'

export interface Totp {
  readonly secret: string
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512'
  readonly digits?: number
  readonly periodSeconds?: number
}

const run = (...args: string[]) => execFileSync('oathtool', args, { encoding: 'utf8' }).trim()

/** Why codes can't be judged here; `undefined` where they can. */
export function missing(): string | undefined {
  try {
    run('--version')
    return undefined
  } catch {
    return 'no oathtool (apt-get install oathtool)'
  }
}

/** The code at `at`, milliseconds since 1970. */
export function totpAt({ secret, algorithm = 'sha1', digits = 6, periodSeconds = 30 }: Totp, at: number): string {
  const now = new Date(at).toISOString().replace('T', ' ').replace('Z', ' UTC')
  return run(
    `--totp=${algorithm}`,
    '--base32',
    `--digits=${digits}`,
    `--time-step-size=${periodSeconds}s`,
    `--now=${now}`,
    secret,
  )
}

export const hotpAt = (secret: string, counter: number, digits = 6): string =>
  run('--hotp', '--base32', `--digits=${digits}`, `--counter=${counter}`, secret)
