/** Sentences of the seed that Latchkey's own guidance answers: rules of shared/domain (ways-in.ts, playbooks/). */
import type { SeedRow } from './row.ts'

export const playbookRows: readonly SeedRow[] = []
