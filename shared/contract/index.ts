/** The contract: everything a page, a command line or a test may ask of the services. */
import type { z } from 'zod'
import { backendsCalls, backendsTopics } from './backends.ts'
import { benchCalls, benchTopics } from './bench.ts'
import { codesCalls, codesTopics } from './codes.ts'
import type { CallEntry } from './define.ts'
import { devicesCalls, devicesTopics } from './devices.ts'
import { keysCalls, keysTopics } from './keys.ts'
import { recoveryCalls, recoveryTopics } from './recovery.ts'
import { settingsCalls, settingsTopics } from './settings.ts'
import { transferCalls } from './transfer.ts'
import { vaultCalls, vaultTopics } from './vault.ts'
import { whatifCalls, whatifTopics } from './whatif.ts'

export const calls = {
  ...vaultCalls,
  ...transferCalls,
  ...codesCalls,
  ...devicesCalls,
  ...backendsCalls,
  ...keysCalls,
  ...recoveryCalls,
  ...benchCalls,
  ...settingsCalls,
  ...whatifCalls,
} as const
export const topics = {
  ...vaultTopics,
  ...codesTopics,
  ...devicesTopics,
  ...backendsTopics,
  ...keysTopics,
  ...recoveryTopics,
  ...benchTopics,
  ...settingsTopics,
  ...whatifTopics,
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type Topics = typeof topics
export type TopicName = keyof Topics

export type Request<N extends CallName> = z.infer<Calls[N]['request']>
export type Response<N extends CallName> = z.infer<Calls[N]['response']>
export type Progress<N extends CallName> = Calls[N] extends { progress: infer P extends z.ZodType } ? z.infer<P> : never
type AsksOf<E> = E extends { asks: infer A } ? A : Record<never, never>
export type AskName<N extends CallName> = keyof AsksOf<Calls[N]> & string
export type Ask<N extends CallName, A extends AskName<N>> = AsksOf<Calls[N]>[A] extends {
  ask: infer S extends z.ZodType
}
  ? z.infer<S>
  : never
export type Answer<N extends CallName, A extends AskName<N>> = AsksOf<Calls[N]>[A] extends {
  answer: infer S extends z.ZodType
}
  ? z.infer<S>
  : never
export type Params<T extends TopicName> = z.infer<Topics[T]['params']>
export type State<T extends TopicName> = z.infer<Topics[T]['state']>

export const callEntry = (name: CallName): CallEntry => calls[name]

export * from './define.ts'
export * from './errors.ts'
export * from './wire.ts'
export * from './vault.ts'
export * from './transfer.ts'
export * from './transfer-limits.ts'
export * from './codes.ts'
export * from './devices.ts'
export * from './backends.ts'
export * from './keys.ts'
export * from './recovery.ts'
export * from './recovery-many.ts'
export * from './bench.ts'
export * from './settings.ts'
export * from './whatif.ts'
export type * from './whatif-report.ts'
export { LOSABLE_KINDS, WAY_STEPS } from './whatif-report.ts'
