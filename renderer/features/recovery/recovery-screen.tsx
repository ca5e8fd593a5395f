/** Recovery: all cases, or one of them. What is shown follows from the address, so a reload comes back to it. */
import { useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { frame, list as words } from '../../i18n/recovery.ts'
import { Bones, Button, Empty, Page, TopBar } from '../../ui/index.ts'
import { CaseList } from './case-list.tsx'
import { CasePage } from './case-page.tsx'
import type { RecoveryScreenProps } from './form-props.ts'
import './recovery.css'

export function RecoveryScreen(props: RecoveryScreenProps) {
  const { banners, caseId, onCase, onDevices } = props
  const { state: cases, error } = useTopic('cases')
  const view = caseId === undefined ? undefined : cases?.[caseId]
  if (view) return <CasePage key={view.id} {...props} view={view} />
  if (cases && caseId === undefined) {
    return <CaseList cases={cases} banners={banners} onCase={onCase} onDevices={onDevices} />
  }
  return (
    <>
      <TopBar title={words.title} />
      {banners}
      <Page>
        {error ? (
          <Empty title={words.ended}>{errorWords(error)}</Empty>
        ) : cases ? (
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
