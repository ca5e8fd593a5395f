export { startBrowserShell, type BrowserShell, type BrowserShellOptions, type HostName } from './shell.ts'
export type { BrowserShellEvent, Log } from './events.ts'
