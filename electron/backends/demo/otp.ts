/** What the demo backend and its devices need of one-time passwords: compose.ts hands it over, tests hand in their own. */
export interface CodeParams {
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: number
  readonly periodSeconds: number
}

export interface DemoOtp {
  /** The code of one time step (RFC 6238 §4.2: T, an integer of at least 0), with leading zeros. */
  codeOfStep(secret: Uint8Array, params: CodeParams, step: number): string
}

/** What every device of the demo world speaks, as AWS does: EnableMFADevice and ResyncMFADevice take exactly six digits. */
export const DEMO_CODE: CodeParams = { algorithm: 'SHA1', digits: 6, periodSeconds: 30 }
