/** The page was opened without what lets it in. */
import type { Launch } from '../client/index.ts'
import { frame, kit } from '../i18n/frame.ts'
import { UiProvider } from '../ui/index.ts'
import { Blank } from './blank.tsx'

export function NoLaunch({ reason }: { reason: Exclude<Launch, { is: 'ready' }>['is'] }) {
  const isUsed = reason !== 'unreachable'
  return (
    <UiProvider words={kit}>
      <Blank title={isUsed ? frame.noTicket : frame.stopped} more={isUsed ? frame.noTicketMore : frame.stoppedMore} />
    </UiProvider>
  )
}
