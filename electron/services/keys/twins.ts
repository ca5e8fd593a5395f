/** Twins: what one key opens and its spare does not (product.md, Security keys). */
import type { Twin } from '../../../shared/contract/index.ts'
import type { Desk } from './desk.ts'

export const twinsOf = (_desk: Desk): Twin[] => []
