import type { HostChannel } from '../fido/index.ts'

/** The HID host's process and the way to it; shells make it, `hostedSource` of the fido part speaks with it. */
export type HidHostChannel = HostChannel

/** What a shell offers the services. Each shell implements it; services know nothing else of where they run. */
export interface Shell {
  readonly kind: 'browser' | 'desktop' | 'cli'
  /** `host`: the shell can write and clear the system clipboard; `page`: the page must do it. */
  readonly clipboard:
    | { readonly where: 'page' }
    | { readonly where: 'host'; write(text: string): Promise<void>; clearIf(text: string): Promise<void> }
  /** Can a page of this shell run WebAuthn, and if so as which origin and relying party? */
  readonly webauthn: { readonly origin: string; readonly rpId: string } | undefined
  /** Asks in a window the page can't reach (desktop); absent where the page asks. */
  readonly confirm?: (question: { readonly operation: string; readonly object: string }) => Promise<boolean>
  /** Starts the process that speaks with HID devices; throws where it can't. Absent: this shell reaches none. */
  readonly startHidHost?: () => HidHostChannel
  /** The system is about to sleep, the screen was locked, the user switched. Returns the unsubscriber. */
  onLockWish(listener: () => void): () => void
  quit(): void
}

/** What of AWS is set up on this computer. */
export interface AwsPlace {
  /** Paths of the two shared files. */
  readonly config: string
  readonly credentials: string
  /** Are there keys in the environment? */
  readonly environment: boolean
  /** Developers alone: both services at this address of this computer. */
  readonly endpoint?: string
}

/** Keeps settings in a file; the same folder and schema in both windowed shells. */
export interface SettingsStore {
  read(): Record<string, unknown>
  write(values: Record<string, unknown>): void
  /** The name a broken file was moved aside to, if one was. */
  readonly movedAside: string | undefined
}

/** Where services report what went wrong inside: codes and diagnostic ids, never secrets or requests. */
export interface Log {
  info(event: string, facts?: Readonly<Record<string, string | number | boolean>>): void
  error(event: string, facts?: Readonly<Record<string, string | number | boolean>>): void
}
