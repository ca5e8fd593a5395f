/** The contract's words for what the list draws. */
export type { EntryRow, ShownCode } from '../../../shared/contract/index.ts'
export type { Health } from '../../../shared/domain/device.ts'
