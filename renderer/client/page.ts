import type { Clock } from '../../shared/kit/index.ts'
import { createClient, type Client } from './client.ts'
import type { Link } from './link.ts'
import { createServerTime, type ServerTime } from './server-time.ts'
import type { JsonRpc } from './session.ts'
import { createTopicStore, type TopicStore } from './topic-store.ts'

/** What a page has one of, for as long as it lives. */
export interface Page {
  readonly client: Client
  readonly topics: TopicStore
  readonly time: ServerTime
}

/** `clock` is the page's own; `page.time` is the one that codes are made for. */
export function createPage(link: Link, jsonRpc: JsonRpc, clock: Clock): Page {
  const client = createClient(link, jsonRpc)
  const topics = createTopicStore(client)
  return { client, topics, time: createServerTime(topics, clock) }
}
