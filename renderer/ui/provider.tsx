import { MantineProvider, type MantineColorSchemeManager } from '@mantine/core'
import { useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { Clock } from '../../shared/kit/index.ts'
import { AnnounceProvider } from './live.tsx'
import { cssVariablesResolver, theme } from './theme.ts'
import { pageClock, TickProvider } from './ticking.tsx'
import { ToastProvider } from './toast.tsx'
import { UiWordsProvider, type UiWords } from './words.tsx'

/** What a person chose: one of the two themes, or whatever the system says. */
export type Appearance = 'system' | 'light' | 'dark'

export interface UiProviderProps {
  words: UiWords
  appearance?: Appearance | undefined
  /** Corrected time; the page's own when absent. Must stay the same object while mounted. */
  clock?: Clock | undefined
  children: ReactNode
}

/** Everything the kit needs, once, around the whole page: theme, words, tick, announcements, toasts. */
export function UiProvider({ words, appearance = 'system', clock = pageClock, children }: UiProviderProps) {
  const isSystemDark = useSyncExternalStore(watchSystem, () => systemDark().matches)
  const scheme = appearance === 'system' ? (isSystemDark ? 'dark' : 'light') : appearance
  const manager = useMemo(() => keepsNothing(scheme), [scheme])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={manager}
      forceColorScheme={scheme}
      getStyleNonce={styleNonce}
      withGlobalClasses={false}
      withStaticClasses={false}
    >
      <UiWordsProvider words={words}>
        <TickProvider clock={clock}>
          <AnnounceProvider>
            <ToastProvider clock={pageClock}>{children}</ToastProvider>
          </AnnounceProvider>
        </TickProvider>
      </UiWordsProvider>
    </MantineProvider>
  )
}

/**
 * Sets the theme on the root element before anything is drawn, so that a dark page never flashes light. Called by the
 * page's first module; `UiProvider` keeps it right afterwards.
 */
export function applyAppearance(page: Document, appearance: Appearance): void {
  const scheme = appearance === 'system' ? (systemDark().matches ? 'dark' : 'light') : appearance
  page.documentElement.setAttribute('data-mantine-color-scheme', scheme)
}

/** The nonce of this page load, which the server writes into the page's `csp-nonce` meta. Empty where there is none. */
function styleNonce(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')
  return meta?.nonce || meta?.content || ''
}

function systemDark(): MediaQueryList {
  return window.matchMedia('(prefers-color-scheme: dark)')
}

function watchSystem(run: () => void): () => void {
  const query = systemDark()
  query.addEventListener('change', run)
  return () => query.removeEventListener('change', run)
}

// The choice is a setting of the vault's owner, kept by the settings service; the library must not keep a second one.
function keepsNothing(scheme: 'light' | 'dark'): MantineColorSchemeManager {
  return { get: () => scheme, set() {}, subscribe() {}, unsubscribe() {}, clear() {} }
}
