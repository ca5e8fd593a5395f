/** Recovery: all cases, or one of them. What is shown follows from the address, so a reload comes back to it. */
import { useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { frame, list as words } from '../../i18n/recovery.ts'
import { Bones, Button, Empty, Page, TopBar } from '../../ui/index.ts'
import { CaseList } from './case-list.tsx'
import { CasePage } from './case-page.tsx'
import { holderOf } from './many-look.ts'
import { ManyPage } from './many-page.tsx'
import type { RecoveryScreenProps } from './form-props.ts'
import './recovery.css'

export function RecoveryScreen(props: RecoveryScreenProps) {
  const { banners, caseId, onCase, onDevices } = props
  const { state: cases, error } = useTopic('cases')
  const { state: many } = useTopic('manyCases')
  const view = caseId === undefined ? undefined : cases?.[caseId]
  const holding = caseId === undefined ? undefined : many?.[caseId]
  if (holding) return <ManyPage key={holding.id} {...props} view={holding} />
  if (view) {
    const holder = many && holderOf(many, view.id)
    // One of many: leaving it leads back to them all.
    return <CasePage key={view.id} {...props} view={view} onCase={(next) => onCase(next ?? holder?.id)} />
  }
  if (cases && many && caseId === undefined) {
    return <CaseList cases={cases} many={many} banners={banners} onCase={onCase} onDevices={onDevices} />
  }
  return (
    <>
      <TopBar title={words.title} />
      {banners}
      <Page>
        {error ? (
          <Empty title={words.ended}>{errorWords(error)}</Empty>
        ) : cases && many ? (
          <Empty title={frame.gone} action={<Button onClick={() => onCase(undefined)}>{frame.leaveClosed}</Button>}>
            {frame.goneMore}
          </Empty>
        ) : (
          <Bones kind="cards" count={2} label={words.loading} />
        )}
      </Page>
    </>
  )
}
