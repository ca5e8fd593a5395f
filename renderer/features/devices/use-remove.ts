/** Removing a device: the questions come by themselves, the stages are shown in its row, and it can be stopped. */
import { useCallback, useState } from 'react'
import type { DeviceRow, IdentityRow, Progress } from '../../../shared/contract/index.ts'
import { contractErrorOf, useCall } from '../../client/index.ts'
import { removing as words } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import { useToast } from '../../ui/index.ts'
import { keyOf } from './look.ts'

export interface Removing {
  /** The device that is being removed, by `keyOf`. */
  readonly key: string | undefined
  readonly stage: Progress<'devices.remove'>['stage'] | undefined
  remove(row: IdentityRow, device: DeviceRow): void
  cancel(): void
}

/** `onLostFocus`: the row that had the focus is gone, so it must go somewhere else. */
export function useRemove(onLostFocus: () => void): Removing {
  const { run, progress, cancel } = useCall('devices.remove', { cancelOnUnmount: true })
  const toast = useToast()
  const [key, setKey] = useState<string | undefined>(undefined)
  const remove = useCallback(
    (row: IdentityRow, device: DeviceRow) => {
      setKey(keyOf(row, device.id))
      run({ device: { ...row.ref, deviceId: device.id } })
        .then(() => {
          toast(words.done(device.name, row.identity.name))
          if (document.activeElement === document.body) onLostFocus()
          return undefined
        })
        .catch((error: unknown) => {
          const trouble = contractErrorOf(error)
          // The person turned away: nothing to be told, unless part of it was done already.
          const isTurnedAway = trouble.code === 'cancelled' || trouble.code === 'not-confirmed'
          if (isTurnedAway && trouble.changed !== true) return
          toast({ tone: 'danger', text: errorWords(trouble) })
        })
        .finally(() => setKey(undefined))
    },
    [run, toast, onLostFocus],
  )
  return { key, stage: progress?.stage, remove, cancel }
}
