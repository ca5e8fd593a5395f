/** What the person told: a list, each line of which can be taken back. */
import { useState } from 'react'
import { contractErrorOf, useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { told as words, toldWords } from '../../i18n/whatif-told.ts'
import { capital } from '../../i18n/whatif-names.ts'
import { Button, Card, CardHead, IconButton, Link, Menu, useToast } from '../../ui/index.ts'
import type { TellKind, WhatIfActions } from './actions.ts'
import type { WhatIf } from './look.ts'
import { toldOf, type NameBook, type Told } from './names.ts'

const KINDS = Object.keys(words.kinds) as readonly TellKind[]
const FEW = 8

interface ToldCardProps {
  readonly whatif: WhatIf
  readonly names: NameBook
  readonly actions: WhatIfActions
}

export function ToldCard({ whatif, names, actions }: ToldCardProps) {
  const [isAll, setAll] = useState(false)
  const unsay = useCall('whatif.unsay')
  const toast = useToast()
  const all = toldOf(whatif.said)
  const shown = isAll || all.length <= FEW + 1 ? all : all.slice(0, FEW)
  const takeBack = async ({ saying }: Told) => {
    try {
      // A thing is taken back by its id.
      await unsay.run({ unsay: saying.list === 'things' ? { list: 'things', item: { id: saying.item.id } } : saying })
      toast(words.removed)
    } catch (error) {
      toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) })
    }
  }
  return (
    <Card labelledBy="whatif-told" className="lk-told">
      <CardHead title={words.title} titleId="whatif-told" level={3}>
        <Menu
          label={words.add}
          trigger={<Button icon="plus">{words.add}</Button>}
          entries={KINDS.map((kind) => ({
            key: kind,
            label: words.kinds[kind],
            onSelect: () => actions.onDialog({ is: 'tell', kind }),
          }))}
        />
      </CardHead>
      {all.length === 0 ? (
        <p className="muted lk-card-line">{words.none}</p>
      ) : (
        <ul>
          {shown.map((told) => {
            const text = capital(toldWords(told.saying, names))
            return (
              <li key={told.key}>
                <span className="grow">{text}</span>
                <IconButton icon="x" label={words.removeOf(text)} hasNoTip onClick={() => void takeBack(told)} />
              </li>
            )
          })}
        </ul>
      )}
      {shown.length < all.length && (
        <p className="lk-card-line">
          <Link onClick={() => setAll(true)}>{words.showAll(all.length)}</Link>
        </p>
      )}
    </Card>
  )
}
