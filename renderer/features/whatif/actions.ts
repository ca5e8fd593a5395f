/** What the parts of the screen ask of the whole: places elsewhere, cases, and the dialogs that take what the person says. */
import type { HelpStep, IdentityRef, LossQuestion, NamedAccount, Request } from '../../../shared/contract/index.ts'
import type { ContactKind } from '../../../shared/domain/device.ts'
import type { RowMend } from './look.ts'

/** Where a step leads that is not done on this screen. */
export interface WhatIfPlaces {
  readonly onCase: (caseId: string) => void
  readonly onBackup: () => void
  readonly onSettings: () => void
  readonly onDevices: () => void
  readonly onKeys: (keyId?: string) => void
  readonly onCodes: () => void
}

export type TellKind = 'thing' | 'copy' | 'recovery-codes' | 'password' | 'backup' | 'mailbox' | 'number' | 'support'

export type WhatIfDialog =
  | { readonly is: 'answer'; readonly question: LossQuestion }
  | { readonly is: 'confirm'; readonly identity: IdentityRef; readonly contact: ContactKind }
  | { readonly is: 'at-site'; readonly account: NamedAccount; readonly key?: string; readonly keyName?: string }
  | { readonly is: 'tell'; readonly kind: TellKind; readonly account?: NamedAccount }

export interface WhatIfActions extends WhatIfPlaces {
  readonly onDialog: (dialog: WhatIfDialog) => void
  readonly open: (request: Request<'recovery.open'>) => void
  readonly isOpening: boolean
}

/** Does a step that helps, or goes where it is done. */
export function doStep({ job, account, uses }: HelpStep, actions: WhatIfActions): void {
  switch (job.job) {
    case 'register':
      return actions.open({ kind: 'register', identity: job.identity, type: job.type })
    case 'back-up':
      return actions.onBackup()
    case 'add-slot':
      return actions.onSettings()
    case 'set-contact':
      return actions.onDevices()
    case 'confirm-contact':
      return actions.onDialog({ is: 'confirm', identity: job.identity, contact: job.contact })
    case 'at-site': {
      if (!account) return undefined
      if (job.key === undefined) return actions.onDialog({ is: 'tell', kind: 'recovery-codes', account })
      return actions.onDialog({ is: 'at-site', account, key: job.key, ...(uses ? { keyName: uses.name } : {}) })
    }
    case 'answer':
      return actions.onDialog({ is: 'answer', question: job.question })
  }
}

export function doMend(mend: RowMend, actions: WhatIfActions): void {
  switch (mend.is) {
    case 'step':
      return doStep(mend.step, actions)
    case 'answer':
      return actions.onDialog({ is: 'answer', question: mend.question })
    case 'confirm':
      return actions.onDialog({ is: 'confirm', identity: mend.ref, contact: mend.contact })
    case 'register':
      return actions.open({ kind: 'register', identity: mend.ref })
    case 'back-up':
      return actions.onBackup()
    case 'print-codes':
      return actions.onDialog({ is: 'tell', kind: 'recovery-codes', account: mend.account })
  }
}
