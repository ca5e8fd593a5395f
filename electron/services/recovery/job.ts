/** What the recovery service is given, and what each piece of its work is told. */
import type {
  CaseRecord,
  Doing,
  Facts,
  PlaybookFacts,
  StepPlan,
  Trouble,
} from '../../../shared/domain/playbooks/index.ts'
import type { Answer, Ask, AskName, ErrorCode, StepAnswer } from '../../../shared/contract/index.ts'
import type { Clock, Random } from '../../../shared/kit/index.ts'
import type { Actor, Backend } from '../../backends/backend.ts'
import type { BackendList } from '../backends/list.ts'
import type { ComputerTime } from '../computer-time.ts'
import type { Confirm } from '../confirm.ts'
import type { Ceremonies } from '../keys/index.ts'
import type { AskLosing } from '../losing.ts'
import type { Log, Shell } from '../ports.ts'
import type { ClockMeasurement, Store } from '../store.ts'

export interface RelyingParty {
  readonly origin: string
  readonly rpId: string
}

/** JSON forms of WebAuthn Level 3. */
export type WebAuthnJson = Readonly<Record<string, unknown>>

/** Keys that are plugged in here and that this process speaks with itself: the keys service. */
export interface KeysHere {
  /** Are there any to be looked for? */
  readonly hasSources: boolean
  /** Is one of these credentials (base64url) known to be on a key that was seen here? */
  knows(credentialIds: readonly string[]): boolean
  readonly ceremonies: Ceremonies
}

export interface RecoveryDeps {
  readonly store: Store
  /** Timers run on it. */
  readonly clock: Clock
  /** What this computer's clock shows, right or wrong. */
  readonly time: ComputerTime
  /** The time codes are made for, and that records are dated with; ms since 1970. */
  readonly correctedNow: () => number
  /** What is known of this computer's clock, by source. */
  readonly measurements: () => readonly ClockMeasurement[]
  readonly random: Random
  readonly backends: BackendList
  /** Where the page runs WebAuthn. */
  readonly webauthn: Shell['webauthn']
  readonly keysHere?: KeysHere | undefined
  /** Who asks for touches: the page, or the program where there is none that can. */
  readonly rp: RelyingParty | undefined
  readonly confirm: Confirm
  /** What accounts would lose with a device that is removed. */
  readonly losing?: AskLosing
  readonly log: Log
}

type Call = 'recovery.answer'
type Question = AskName<Call>
/** The questions a person can be asked while a step is performed; those absent can't be asked now. */
export type Asks = { readonly [Q in Question]?: (ask: Ask<Call, Q>) => Promise<Answer<Call, Q>> }

/** Work at a backend for one identity. */
export interface Job {
  readonly deps: RecoveryDeps
  readonly backend: Backend
  readonly identityId: string
  readonly actor: Actor
  readonly caseId?: string | undefined
  /** The device this is about, where it can give no session: it is lost, or about to go. */
  readonly without?: string | undefined
  /** Heeded until a write is sent, and again after its answer is in the journal. */
  readonly signal: AbortSignal
  /** Absent where the program is at work alone: it then opens no session either. */
  readonly asks?: Asks | undefined
  readonly progress: (doing: Doing, facts?: Facts) => void
}

/** Work on the open step of a case. */
export interface StepJob extends Job {
  readonly caseId: string
  readonly record: CaseRecord
  readonly world: PlaybookFacts
  readonly step: StepPlan
  readonly answer: StepAnswer
}

/** A try that came to nothing and is no error of the call: it stands on the step until the next try. */
export class StepTrouble extends Error {
  readonly trouble: { readonly code: Trouble | ErrorCode; readonly changed: boolean; readonly facts: Facts }
  constructor(code: Trouble | ErrorCode, { changed = false, facts = {} }: { changed?: boolean; facts?: Facts } = {}) {
    super(code)
    this.name = 'StepTrouble'
    this.trouble = { code, changed, facts }
  }
}
