/** The only place that names the browser's entry of the JSON-RPC library; tests hand in the one for Node. */
import * as browser from 'vscode-jsonrpc/browser'
import type { JsonRpc } from './session.ts'

export const jsonRpc: JsonRpc = browser
