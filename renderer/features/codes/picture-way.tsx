/** A picture chosen, dropped or pasted, or a still of the screen, searched for a QR code. */
import { useCallback, useEffect, useId, useRef, useState } from 'react'
import type { Result } from '../../../shared/kit/index.ts'
import { add as words } from '../../i18n/codes.ts'
import { Button, cx, Help, ProgressLine } from '../../ui/index.ts'
import { captureScreen, readBitmap, readPicture, type PictureFault } from './qr/read-picture.ts'

const FAULTS: Readonly<Record<PictureFault | 'not-a-link' | 'nothing-picked', string>> = {
  'too-large': words.tooLarge,
  'not-a-picture': words.notPicture,
  'no-code': words.noCode,
  'too-slow': words.tooSlow,
  'not-a-link': words.notCode,
  'nothing-picked': words.scanRefused,
}

interface PictureWayProps {
  readonly from: 'image' | 'scan'
  readonly picture: Blob | undefined
  /** The text of the code found. */
  readonly onText: (text: string) => void
}

export function PictureWay({ from, picture, onText }: PictureWayProps) {
  const id = useId()
  const [isLooking, setLooking] = useState(false)
  const [fault, setFault] = useState<keyof typeof FAULTS | undefined>(undefined)
  const [isOver, setOver] = useState(false)
  const given = useRef(picture)

  const look = useCallback(
    async (read: () => Promise<Result<string, keyof typeof FAULTS>>) => {
      setLooking(true)
      setFault(undefined)
      const result = await read()
      setLooking(false)
      if (!result.ok) return setFault(result.error)
      if (!/^(otpauth(-migration)?|steam):\/\//i.test(result.value)) return setFault('not-a-link')
      return onText(result.value)
    },
    [onText],
  )
  useEffect(() => {
    const first = given.current
    given.current = undefined
    if (first) void look(() => readPicture(first))
  }, [look])
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0]
      if (file) void look(() => readPicture(file))
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [look])

  const scan = () =>
    look(async () => {
      const bitmap = await captureScreen()
      return bitmap ? readBitmap(bitmap) : { ok: false, error: 'nothing-picked' }
    })

  return (
    <div
      className={cx('lk-picture-drop', isOver && 'is-over')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        const file = event.dataTransfer.files[0]
        if (file) void look(() => readPicture(file))
      }}
    >
      {from === 'scan' ? (
        <Button variant="primary" icon="scan" isBusy={isLooking} onClick={() => void scan()}>
          {words.scan}
        </Button>
      ) : (
        <>
          <input
            id={id}
            className="vh"
            type="file"
            accept="image/*"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0]
              event.currentTarget.value = ''
              if (file) void look(() => readPicture(file))
            }}
          />
          <label htmlFor={id} className="lk-btn is-primary">
            {words.choose}
          </label>
        </>
      )}
      {isLooking ? (
        <ProgressLine label={words.looking} tone="live" />
      ) : (
        <Help tone={fault ? 'danger' : 'plain'}>
          {fault ? FAULTS[fault] : from === 'scan' ? words.scanHelp : words.drop}
        </Help>
      )}
    </div>
  )
}
