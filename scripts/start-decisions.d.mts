export declare const USAGE: string
export declare const NO_ANSWER: string
export declare const STALLED: string
export declare const NO_USE_TRYING: number

type Environment = Readonly<Record<string, string | undefined>>

export type Wants =
  | {
      readonly wrong?: undefined
      readonly wantsHelp: boolean
      readonly wantsBrowser: boolean
      readonly window: readonly string[]
      readonly browser: readonly string[]
    }
  | { readonly wrong: string }
export declare function readArguments(argv: readonly string[]): Wants

export declare function whyNoWindow(on: {
  readonly platform: NodeJS.Platform
  readonly env: Environment
  readonly uid: number | undefined
}): string | undefined

export declare function proxyEnvironment(env: Environment): Record<string, string>

export declare function whyNotFetched(
  error: unknown,
  limits: { readonly firstByteMs: number; readonly stallMs: number },
): string

export declare function whatEnded(end: {
  readonly isReady: boolean
  readonly wasInterrupted: boolean
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
}): { readonly exit: number } | { readonly fellBack: string }

export declare function createProgress(to: {
  readonly isTerminal: boolean
  readonly what: string
  readonly write: (text: string) => void
}): (state: { readonly transferred: number; readonly total: number | null; readonly percent: number }) => void
