/** Adding an entry: from the screen, a picture, a link or typed letters; what would be added is shown before it is. */
import { useCallback, useState } from 'react'
import type { Request, Response } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { add as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Actions, Button, Dialog, Help, Notice, RadioCards, TextArea, Tile, useToast } from '../../ui/index.ts'
import { fullName, nameOf } from './actions.ts'
import { PictureWay } from './picture-way.tsx'
import { TypeWay } from './type-way.tsx'

export type AddWay = 'scan' | 'image' | 'link' | 'type'
type Source = Request<'codes.preview'>['source']

export interface AddDialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  /** The way chosen before, and a picture dropped or pasted, if any. */
  readonly way?: AddWay | undefined
  readonly picture?: Blob | undefined
  readonly onAdded: (id: string) => void
}

export function AddDialog(props: AddDialogProps) {
  return props.isOpen ? <Adding {...props} /> : null
}

function Adding({ onClose, way: firstWay = 'image', picture, onAdded }: AddDialogProps) {
  const preview = useCall('codes.preview')
  const add = useCall('codes.add')
  const toast = useToast()
  const [way, setWay] = useState<AddWay>(firstWay)
  const [source, setSource] = useState<Source | undefined>(undefined)
  const [link, setLink] = useState('')

  const { run } = preview
  const look = useCallback(
    async (next: Source) => {
      try {
        await run({ source: next })
        setSource(next)
      } catch {
        // `preview.error` has it, by its field.
      }
    },
    [run],
  )
  const keep = async () => {
    if (!source || !preview.data) return
    try {
      const { id } = await add.run({ source, ...(preview.data.duplicate ? { keepBoth: true } : {}) })
      toast(words.added(nameOf(preview.data.entry)))
      onAdded(id)
      onClose()
    } catch {
      // `add.error` has it.
    }
  }
  const back = () => {
    setSource(undefined)
    preview.reset()
    add.reset()
  }

  if (source && preview.data) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={words.preview}
        isBusy={add.pending}
        onSubmit={() => void keep()}
        footer={
          <>
            <Button onClick={back}>{words.back}</Button>
            <Button type="submit" variant="primary" isBusy={add.pending} data-autofocus>
              {preview.data.duplicate ? words.addBoth : words.go}
            </Button>
          </>
        }
      >
        <Preview found={preview.data} />
        <Help tone="danger">{add.error ? errorWords(add.error) : undefined}</Help>
      </Dialog>
    )
  }
  const trouble = preview.error ? errorWords(preview.error) : undefined
  return (
    <Dialog isOpen onClose={onClose} title={words.title}>
      <div className="lk-add">
        <RadioCards
          label={words.ways}
          isLabelHidden
          isRow
          value={way}
          onChange={(next) => {
            setWay(next)
            preview.reset()
          }}
          options={[
            { value: 'scan', label: words.wayScan },
            { value: 'image', label: words.wayImage },
            { value: 'link', label: words.wayLink },
            { value: 'type', label: words.wayType },
          ]}
        />
        {(way === 'image' || way === 'scan') && (
          <>
            <PictureWay key={way} from={way} picture={picture} onText={(uri) => void look({ uri })} />
            <Help tone="danger">{trouble}</Help>
          </>
        )}
        {way === 'link' && (
          <form
            className="lk-add"
            onSubmit={(event) => {
              event.preventDefault()
              if (link.trim() !== '') void look({ uri: link.trim() })
            }}
          >
            <TextArea
              label={words.link}
              help={words.linkHelp}
              isMono
              value={link}
              onChange={setLink}
              error={trouble}
              data-autofocus
            />
            <Actions>
              <Button type="submit" variant="primary" isBusy={preview.pending} disabled={link.trim() === ''}>
                {words.read}
              </Button>
            </Actions>
          </form>
        )}
        {way === 'type' && (
          <TypeWay isBusy={preview.pending} error={preview.error} onFields={(fields) => void look({ fields })} />
        )}
      </div>
    </Dialog>
  )
}

function Preview({ found: { entry, duplicate } }: { found: Response<'codes.preview'> }) {
  const every = entry.kind === 'hotp' ? words.from(entry.counter ?? 0) : words.every(entry.periodSeconds ?? 30)
  return (
    <>
      <div className="lk-add-preview">
        <Tile name={nameOf(entry)} />
        <div className="grow">
          <b className="clip">{fullName(entry)}</b>
          <div className="faint num">{words.facts(words.kinds[entry.kind], entry.digits, every)}</div>
        </div>
      </div>
      {duplicate && (
        <Notice tone="warn" isNews>
          {(duplicate.sameSecret ? words.duplicateSame : words.duplicateOther)(fullName(duplicate))}
        </Notice>
      )}
    </>
  )
}
