/**
 * The loss engine: what still opens when something is lost, why, and what would mend most. One engine for What if?, for every
 * dialog that destroys, for the guard on the only way in, and for the order in which Recovery proposes its steps.
 */
export { digest, reportDigest, reportDigestInSlices, type Consequence } from './digest.ts'
export { accountEffects, accountsLosing, effectsOf, onlyWayInto, throughOf } from './effects.ts'
export { losables } from './losables.ts'
export { lose } from './lose.ts'
export { prepare } from './lost.ts'
export { MENDS, type Mend } from './mend.ts'
export { allMends, apply, bestStep, bestStepInSlices, scoreOf, type BestStep } from './mends.ts'
export * from './one-identity.ts'
export { orderOfMending } from './order.ts'
export { RANKS, type Outcome, type Rank } from './rank.ts'
export * from './refs.ts'
export { NOTHING_SAID, said, thing, THING_KINDS, type Said, type Thing } from './said.ts'
export { compareScores, type Score } from './score.ts'
export * from './standing.ts'
export type * from './steps.ts'
export {
  markOf,
  newSince,
  weakPointMark,
  weakPoints,
  weakPointsDigest,
  weakPointsOneByOne,
  type WeakPoint,
  type WeakPointMark,
} from './weak-points.ts'
export {
  nodeRef,
  policyOf,
  type AccessWorld,
  type BackupNode,
  type EntryNode,
  type IdentityNode,
  type KeyNode,
  type PasskeyNode,
  type Policy,
  type SlotNode,
} from './world.ts'
