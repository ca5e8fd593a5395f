// `npm run --silent cli -- …`: the command line from the tree.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt, root } from './built.mjs'

ensureBuilt(['node'])
process.argv[1] = join(root, 'dist/node/cli.js')
await import(pathToFileURL(process.argv[1]).href)
