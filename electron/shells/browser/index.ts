export { startBrowserShell, type BrowserShell, type BrowserShellOptions, type HostName } from './shell.ts'
