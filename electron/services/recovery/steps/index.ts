/** Which step makes the program do what. A step that is not here is a question or a tick: its answer is noted. */
import type { StepJob } from '../job.ts'
import { BY_CONSOLE_PERFORMERS } from './by-console.ts'
import { ENABLE_PERFORMERS } from './enable.ts'
import { choiceOf, noted, type Finished, type Perform, type Performer } from './performer.ts'
import { RESYNC_PERFORMERS } from './resync.ts'
import { RETIRE_PERFORMERS } from './retire.ts'
import { WAY_BACK_PERFORMERS } from './way-back.ts'

const PERFORMERS: Readonly<Record<string, Performer>> = {
  ...ENABLE_PERFORMERS,
  ...BY_CONSOLE_PERFORMERS,
  ...RESYNC_PERFORMERS,
  ...WAY_BACK_PERFORMERS,
  ...RETIRE_PERFORMERS,
}

/** Performs what was answered to the open step. */
export function perform(job: StepJob): Promise<Finished> {
  const performer = PERFORMERS[job.step.step]
  const choice = choiceOf(job)
  const how: Perform | undefined =
    choice === undefined || job.answer.form === 'choice' ? performer?.primary : performer?.others?.[choice]
  return (how ?? noted)(job)
}

export type { Finished }
