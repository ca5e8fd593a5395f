/** What words a question before something destructive consists of, and those of one of its effects. */
import type { ReactNode } from 'react'
import type { Tone } from '../ui/index.ts'

export interface ConfirmWords {
  readonly title: string
  readonly why: string
  readonly go: string
  readonly keep: string
}

export interface EffectWords {
  readonly name: ReactNode
  readonly tone: Tone
  readonly outcome: ReactNode
}
