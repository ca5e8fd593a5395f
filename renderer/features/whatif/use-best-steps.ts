/** The steps that help most, as they are found; another choice ends the search. */
import { useEffect, useMemo, useState } from 'react'
import type { HelpStep } from '../../../shared/contract/index.ts'
import type { LossItem } from '../../../shared/domain/loss/index.ts'
import { useClient } from '../../client/index.ts'

export interface BestSteps {
  readonly steps: readonly HelpStep[]
  readonly isPending: boolean
}

const MOST = 4
const NO_STEPS: readonly HelpStep[] = []

interface Search {
  readonly losses: LossItem[]
  /** Of the answer the steps are sought for. */
  readonly digest: string
}

/** Nothing is sought before there is an answer, of which `digest` is. */
export function useBestSteps(losses: readonly LossItem[], digest: string | undefined): BestSteps {
  const client = useClient()
  const key = JSON.stringify(losses)
  const search = useMemo(
    (): Search | undefined => (digest === undefined ? undefined : { losses: JSON.parse(key) as LossItem[], digest }),
    [key, digest],
  )
  const [found, setFound] = useState<(BestSteps & { readonly by: Search }) | undefined>(undefined)
  useEffect(() => {
    if (!search) return undefined
    const controller = new AbortController()
    const { signal } = controller
    let soFar = NO_STEPS
    const tell = (steps: readonly HelpStep[], isPending: boolean) => {
      if (!signal.aborted) setFound({ by: search, steps, isPending })
    }
    client
      .call(
        'whatif.bestSteps',
        { losses: search.losses, most: MOST },
        {
          signal,
          onProgress: ({ step }) => {
            soFar = [...soFar, step]
            tell(soFar, true)
          },
        },
      )
      .then(({ steps }) => tell(steps, false))
      // What still opens is said without it; the card says that nothing was found.
      .catch(() => tell(soFar, false))
    return () => controller.abort()
  }, [client, search])
  return search && found?.by === search ? found : { steps: NO_STEPS, isPending: true }
}
