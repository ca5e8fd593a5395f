/** Steps that are done by hand: a contact seen to work, a key added at a site. */
import type { IdentityRef } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { contacts as contactWords } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import { form as words } from '../../i18n/whatif-told.ts'
import { accountTitle } from '../../i18n/whatif-names.ts'
import { Button, Dialog, Help, useToast } from '../../ui/index.ts'
import type { WhatIfDialog } from './actions.ts'

interface ConfirmContactProps {
  readonly identity: IdentityRef
  readonly contact: 'email' | 'phone'
  readonly onDevices: () => void
  readonly onClose: () => void
}

/** The same confirmation as in Devices: how to try it, and one click once it was seen to work. */
export function ConfirmContact({ identity, contact, onDevices, onClose }: ConfirmContactProps) {
  const confirm = useCall('devices.confirmContact')
  const toast = useToast()
  const reaches = async () => {
    try {
      await confirm.run({ identity, contact })
      toast(contactWords.confirmedNow(contact))
      onClose()
    } catch {
      // `confirm.error` has it.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.confirm.title(contact)}
      footer={
        <>
          <Button onClick={onDevices}>{words.confirm.change}</Button>
          <Button variant="primary" isBusy={confirm.pending} onClick={() => void reaches()}>
            {words.confirm.reaches}
          </Button>
        </>
      }
    >
      <p className="muted">{contact === 'email' ? contactWords.howEmail : contactWords.howPhone}</p>
      <Help tone="danger">{confirm.error && errorWords(confirm.error)}</Help>
    </Dialog>
  )
}

interface AtSiteProps extends Omit<Extract<WhatIfDialog, { is: 'at-site' }>, 'is'> {
  readonly onKeys: (keyId?: string) => void
  readonly onClose: () => void
}

/** No program can add a key at a site: it says how, and where it is seen afterwards. */
export function AtSite({ account, key: keyId, keyName, onKeys, onClose }: AtSiteProps) {
  const name = keyName ?? 'the key'
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.atSite(name, accountTitle(account.name))}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" onClick={() => onKeys(keyId)}>
            {words.atSiteOpen}
          </Button>
        </>
      }
    >
      <ol className="lk-by-hand">
        {words.atSiteSteps(name, account.name.at || accountTitle(account.name)).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Dialog>
  )
}
