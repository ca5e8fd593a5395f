import 'react'

declare module 'react' {
  // Custom properties are the one use of the style attribute: computed values that the style sheets read.
  interface CSSProperties {
    [property: `--${string}`]: string | number | undefined
  }
}
