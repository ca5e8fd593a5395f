/** What can be done from a card, and the dialogs that ask for more first. */
import type { DeviceRow, IdentityRow, Request } from '../../../shared/contract/index.ts'
import type { Removing } from './use-remove.ts'

export type DevicesDialog =
  | { readonly is: 'rename'; readonly row: IdentityRow; readonly device: DeviceRow }
  | { readonly is: 'contacts'; readonly row: IdentityRow }
  | {
      readonly is: 'help'
      readonly row: IdentityRow
      readonly device: DeviceRow
      readonly administrators: readonly IdentityRow[]
    }

export interface DeviceActions {
  open(request: Request<'recovery.open'>): void
  readonly isOpening: boolean
  readonly removing: Removing
  onDialog(dialog: DevicesDialog): void
  /** Acts at once where there is one administrator, asks who where there are several. */
  onHelp(row: IdentityRow, device: DeviceRow, administrators: readonly IdentityRow[]): void
  onEntry(entryId: string): void
  onCase(caseId: string): void
}
