// Given to Node with --import: whoever imports 'electron' gets the imitation beside this file.
import { register } from 'node:module'

const imitation = new URL('electron.mjs', import.meta.url).href
register(
  `data:text/javascript,${encodeURIComponent(`
    export const resolve = (specifier, context, next) =>
      specifier === 'electron' ? { url: ${JSON.stringify(imitation)}, shortCircuit: true } : next(specifier, context)
  `)}`,
)
