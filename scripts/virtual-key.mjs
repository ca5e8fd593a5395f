// `npm run --silent virtual-key -- tcp:127.0.0.1:0`: a security key in software, served on a socket.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from './built.mjs'

ensureBuilt(['node'])
process.argv[1] = join(root, 'dist/node/virtual-key.js')
await import(pathToFileURL(process.argv[1]).href)
