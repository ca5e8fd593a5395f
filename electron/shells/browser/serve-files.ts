/** Answers GET and HEAD for the page's files. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Random } from '../../../shared/kit/index.ts'
import { pageWithNonce, type PageFile } from '../page-files.ts'
import { answerHeaders } from './answers.ts'

/** `connect` names the WebSocket's origin, which is known once the shell listens. */
export function serveFiles(files: ReadonlyMap<string, PageFile>, random: Random, connect: () => string) {
  return (path: string, request: IncomingMessage, response: ServerResponse): void => {
    const file = files.get(path)! // the guard lets in paths of this map only
    const { body, nonce } = pageWithNonce(file, random)
    response.writeHead(200, {
      ...answerHeaders({ connect: [connect()], ...(nonce === undefined ? {} : { nonce }) }),
      'Content-Type': file.type,
      'Content-Length': body.length,
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}
