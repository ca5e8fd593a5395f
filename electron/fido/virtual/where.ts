/** `unix:PATH` or `tcp:127.0.0.1:PORT`: where a key is served. Loopback addresses only, and no names. */
export type Where =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: '127.0.0.1' | '::1'; readonly port: number }

/** `undefined` for any other text. Port 0 takes a free one. */
export function readWhere(text: string): Where | undefined {
  const path = /^unix:(.+)$/s.exec(text)?.[1]
  if (path !== undefined) return { kind: 'unix', path }
  const tcp = /^tcp:(127\.0\.0\.1|\[::1\]):(\d{1,5})$/.exec(text)
  const port = Number(tcp?.[2])
  if (tcp === null || port > 65_535) return undefined
  return { kind: 'tcp', host: tcp[1] === '127.0.0.1' ? '127.0.0.1' : '::1', port }
}

export const writeWhere = (where: Where): string =>
  where.kind === 'unix' ? `unix:${where.path}` : `tcp:${where.host === '::1' ? '[::1]' : where.host}:${where.port}`
