/**
 * Runs components that draw nothing, to see what their hooks do. React is the real one; the page is as little of one as it
 * asks for, since there is no element to look at.
 */
import { createElement, StrictMode, type ComponentType, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, type Root } from 'react-dom/client'
import { deferred } from './deferred.ts'

const nothing = () => {}

function barePage(): Element {
  const page = {
    nodeType: 9,
    nodeName: '#document',
    addEventListener: nothing,
    removeEventListener: nothing,
    activeElement: null,
    documentElement: null,
  }
  const view = {
    event: undefined,
    HTMLIFrameElement: Object,
    addEventListener: nothing,
    removeEventListener: nothing,
  }
  globalThis.window ??= view as unknown as typeof window
  const root = {
    nodeType: 1,
    nodeName: 'DIV',
    tagName: 'DIV',
    namespaceURI: 'http://www.w3.org/1999/xhtml',
    ownerDocument: { ...page, defaultView: view },
    addEventListener: nothing,
    removeEventListener: nothing,
    textContent: '',
    lastChild: null,
  }
  return root as unknown as Element
}

export class HookHost<P extends object> {
  readonly #root: Root
  readonly #component: ComponentType<P>
  readonly #wrapper: ComponentType<{ children?: ReactNode }>
  readonly #waits: { readonly isOver: () => boolean; resolve(): void }[] = []

  /** `wrapper` is drawn around the component each time. Both run in strict mode, as the page does. */
  constructor(component: (props: P) => ReactNode, wrapper: ComponentType<{ children?: ReactNode }>) {
    this.#component = (props) => {
      queueMicrotask(() => this.#look())
      return component(props)
    }
    this.#wrapper = wrapper
    this.#root = createRoot(barePage())
  }
  draw(props: P): void {
    const inner = createElement(this.#component, props)
    flushSync(() => this.#root.render(createElement(StrictMode, null, createElement(this.#wrapper, null, inner))))
  }
  remove(): void {
    flushSync(() => this.#root.unmount())
  }
  /** Resolves when `isOver` holds after the component was drawn. */
  async until(isOver: () => boolean): Promise<void> {
    if (isOver()) return
    const { promise, resolve } = deferred()
    this.#waits.push({ isOver, resolve })
    await promise
  }
  #look() {
    for (const wait of this.#waits) if (wait.isOver()) wait.resolve()
  }
}
