import {
  createTheme,
  Menu,
  Modal,
  Popover,
  Tooltip,
  type CSSVariablesResolver,
  type MantineColorsTuple,
} from '@mantine/core'

/*
 * The library's theme, so that what it draws by itself agrees with tokens.css. Scales are literal because the library
 * parses them to work out contrast (theme.test.ts holds them to the file); all else points at our custom properties.
 */

export const slate: MantineColorsTuple = [
  '#f9fafb',
  '#f2f4f6',
  '#e6e9ec',
  '#d6d9de',
  '#b9bec5',
  '#838a92',
  '#606770',
  '#4c535c',
  '#31373f',
  '#1b2026',
]
export const ink: MantineColorsTuple = [
  '#e7eaed',
  '#babec4',
  '#989da5',
  '#656b74',
  '#353a41',
  '#2a2e34',
  '#1f2228',
  '#171a1f',
  '#111418',
  '#0b0d11',
]
export const brass: MantineColorsTuple = [
  '#fdf7ec',
  '#f8ebd2',
  '#f1d9ab',
  '#e9c885',
  '#dbb360',
  '#c39b44',
  '#a48030',
  '#856723',
  '#68501a',
  '#423311',
]
export const red: MantineColorsTuple = [
  '#fff1ef',
  '#ffe4e1',
  '#ffc8c2',
  '#fca299',
  '#f27d74',
  '#e35751',
  '#cc3837',
  '#ae2929',
  '#842120',
  '#4a1917',
]
export const amber: MantineColorsTuple = [
  '#fff3e8',
  '#ffe5cf',
  '#ffcfab',
  '#feb27a',
  '#f59a51',
  '#df802b',
  '#bd6710',
  '#9a5207',
  '#773f0b',
  '#42260f',
]
export const green: MantineColorsTuple = [
  '#f0faf3',
  '#dbf4e4',
  '#b7e9ca',
  '#8cd8ac',
  '#64c390',
  '#42a774',
  '#2e885b',
  '#226c47',
  '#1d5438',
  '#133020',
]

export const theme = createTheme({
  colors: { brass, red, green, orange: amber, gray: slate, dark: ink },
  primaryColor: 'brass',
  primaryShade: 4,
  autoContrast: true,
  black: slate[9],
  fontFamily: 'var(--lk-font)',
  fontFamilyMonospace: 'var(--lk-font-code)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 6,
  focusRing: 'auto',
  cursorType: 'default',
  respectReducedMotion: true,
  components: {
    // Scroll lock writes a style element without a nonce, which the policy refuses; our page never scrolls anyway.
    Modal: Modal.extend({ defaultProps: { lockScroll: false } }),
    ModalRoot: Modal.Root.extend({ defaultProps: { lockScroll: false } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'none', radius: 8 } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'none', radius: 8 } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, transitionProps: { duration: 90 } } }),
  },
})

const roles = {
  '--mantine-color-body': 'var(--lk-canvas)',
  '--mantine-color-text': 'var(--lk-text)',
  '--mantine-color-dimmed': 'var(--lk-text-3)',
  '--mantine-color-placeholder': 'var(--lk-text-3)',
  '--mantine-color-anchor': 'var(--lk-accent-text)',
  '--mantine-color-default': 'var(--lk-surface)',
  '--mantine-color-default-hover': 'var(--lk-hover)',
  '--mantine-color-default-color': 'var(--lk-text)',
  '--mantine-color-default-border': 'var(--lk-line-strong)',
  '--mantine-color-disabled': 'var(--lk-sunken)',
  '--mantine-color-disabled-color': 'var(--lk-text-3)',
  '--mantine-color-error': 'var(--lk-danger-text)',
  '--mantine-color-success': 'var(--lk-ok-text)',
  '--mantine-primary-color-contrast': 'var(--lk-on-accent)',
}

/** Points the library's own custom properties at ours, in both schemes. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: roles, dark: roles })
