/**
 * Requests that the shell accepts, and hundreds that differ from one of them in exactly one thing and must be refused.
 * They are made from the accepted ones by single edits, so no refusal can be owed to a second fault.
 */
import { rawText, type RawRequest } from './raw-http.ts'

export interface Accepted {
  readonly pageGet: RawRequest
  readonly pageHead: RawRequest
  readonly assetGet: RawRequest
  readonly ticketPost: RawRequest
  readonly wireUpgrade: RawRequest
}

export interface WrongRequest {
  readonly title: string
  readonly text: string
}

const AGENT = ['User-Agent', 'Mozilla/5.0'] as const
const FROM_US = ['Sec-Fetch-Site', 'same-origin'] as const

export function acceptedRequests(launch: { host: string; token: string; asset: string; ticket: string }): Accepted {
  const host = ['Host', launch.host] as const
  const origin = ['Origin', `http://${launch.host}`] as const
  const reading = (line: string): RawRequest => ({ line, fields: [host, AGENT, FROM_US, origin], body: '' })
  const body = JSON.stringify({ ticket: launch.ticket })
  return {
    pageGet: reading('GET / HTTP/1.1'),
    pageHead: reading('HEAD / HTTP/1.1'),
    assetGet: reading(`GET ${launch.asset} HTTP/1.1`),
    ticketPost: {
      line: 'POST /ticket HTTP/1.1',
      fields: [
        host,
        AGENT,
        FROM_US,
        origin,
        ['Content-Type', 'application/json'],
        ['Content-Length', String(body.length)],
      ],
      body,
    },
    wireUpgrade: {
      line: 'GET /wire HTTP/1.1',
      fields: [
        host,
        AGENT,
        FROM_US,
        origin,
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
        ['Sec-WebSocket-Version', '13'],
        ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
        ['Sec-WebSocket-Protocol', `latchkey, ${launch.token}`],
      ],
      body: '',
    },
  }
}

type Edit = readonly [title: string, edit: (request: RawRequest) => RawRequest]

const withLine =
  (line: (old: string) => string): Edit[1] =>
  (request) => ({ ...request, line: line(request.line) })
const withTarget = (target: string): Edit => [
  `target ${JSON.stringify(target)}`,
  withLine((old) => old.replace(/ \S+ /, () => ` ${target} `)),
]
const withMethod = (method: string): Edit => [`method ${method}`, withLine((old) => old.replace(/^\S+/, method))]
const withVersion = (version: string): Edit => [
  `version ${JSON.stringify(version)}`,
  withLine((old) => old.replace(/HTTP\/1\.1$/, version)),
]
const withField = (name: string, value: string): Edit => [
  `${name}: ${value}`,
  (request) => ({
    ...request,
    fields: request.fields.map(([field, old]) => [field, field === name ? value : old] as const),
  }),
]
const withoutField = (name: string): Edit => [
  `no ${name}`,
  (request) => ({ ...request, fields: request.fields.filter(([field]) => field !== name) }),
]
const before = (name: string, value: string): Edit => [
  `another ${name} first: ${value}`,
  (request) => ({ ...request, fields: [[name, value], ...request.fields] }),
]
const after = (name: string, value: string): Edit => [
  `another ${name} last: ${value}`,
  (request) => ({ ...request, fields: [...request.fields, [name, value]] }),
]
const withBody = (body: string): Edit => [
  `body ${body.slice(0, 60)} (${body.length})`,
  (request) => ({
    ...request,
    fields: request.fields.map(([name, old]) => [name, name === 'Content-Length' ? String(body.length) : old] as const),
    body,
  }),
]

/** Faults of the Host, the target's form and the version: refused whatever the request is for. */
function anywhere(host: string): readonly Edit[] {
  const [name, port] = host.split(':') as [string, string]
  const otherPort = String(Number(port) === 65_535 ? 1025 : Number(port) + 1)
  const hosts = [
    'evil.com',
    `evil.com:${port}`,
    `rebind.evil.com:${port}`,
    `${name}.evil.com:${port}`,
    `evil-${host}`,
    `a.${host}`,
    name,
    `${name}:`,
    `${name}:80`,
    `${name}:${otherPort}`,
    `${name}:0${port}`,
    `${name}:${port}0`,
    `${name}.:${port}`,
    `${name.toUpperCase()}:${port}`,
    `${name[0]!.toUpperCase()}${name.slice(1)}:${port}`,
    `localhost:${port}`,
    `127.0.0.1:${port}`,
    `127.1:${port}`,
    `2130706433:${port}`,
    `0.0.0.0:${port}`,
    `[::1]:${port}`,
    `[::]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `latchkey.local:${port}`,
    `user@${host}`,
    `${host}@evil.com`,
    `${host},evil.com`,
    `${host}, ${host}`,
    `${host}/`,
    `${host}#`,
    `http://${host}`,
    '',
  ]
  return [
    ...hosts.map((value) => withField('Host', value)),
    withoutField('Host'),
    before('Host', 'evil.com'),
    after('Host', 'evil.com'),
    before('Host', host),
    after('host', host),
    withVersion('HTTP/1.0'),
    withVersion('HTTP/0.9'),
    withVersion('HTTP/2.0'),
    withVersion('http/1.1'),
    withVersion(''),
    ...['cross-site', 'same-site', 'Same-Origin', 'none, same-origin', 'null', ''].map((value) =>
      withField('Sec-Fetch-Site', value),
    ),
    before('Sec-Fetch-Site', 'cross-site'),
    after('Sec-Fetch-Site', 'same-origin'),
    ...origins(host).map((value) => withField('Origin', value)),
    before('Origin', 'http://evil.com'),
    after('Origin', `http://${host}`),
    after('Transfer-Encoding', 'chunked'),
    after('Transfer-Encoding', 'identity'),
    after('Expect', '100-continue'),
    after('Expect', 'a surprise'),
  ]
}

function origins(host: string): readonly string[] {
  const [name, port] = host.split(':') as [string, string]
  return [
    'null',
    '',
    'http://evil.com',
    `https://${host}`,
    `ws://${host}`,
    `HTTP://${host}`,
    `http://${name}`,
    `http://${name}:80`,
    `http://${name}:${port}1`,
    `http://${name}.:${port}`,
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}`,
    `http://[::1]:${port}`,
    `http://evil.${host}`,
    `http://${host}.evil.com`,
    `http://${host}/`,
    `http://${host} http://${host}`,
    `//${host}`,
    host,
    'file://',
  ]
}

const METHODS = ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND', 'LOCK', 'PURGE', 'get', 'BREW']

function targets(host: string, path: string): readonly string[] {
  return [
    `http://${host}${path}`,
    `http://evil.com${path}`,
    `https://${host}${path}`,
    `//evil.com${path}`,
    `/${path}`,
    `${path}?`,
    `${path}?x=1`,
    `${path}#x`,
    `${path};x`,
    `${path}%00`,
    `${path}%20`,
    `${path}%2e`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e%2e${path}`,
    '*',
    host,
  ]
}

/** Ways out of the page's folder, and files in it that are not for the page. */
const TRAVERSALS = [
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/%252e%252e%252fsecret.txt',
  '/..%5csecret.txt',
  '/..\\secret.txt',
  '/assets/..%c0%af..%c0%afsecret.txt',
  '/....//secret.txt',
  '/.%00./secret.txt',
  '/secret.txt',
  '/assets',
  '/assets/',
  '/assets/.',
  '/index.html',
  '/INDEX.HTML',
  '/favicon.ico',
  '/.env',
  '/link.js',
  '/assets/app.js.map',
  '/file:///etc/passwd',
  '/etc/passwd',
  '/@fs/etc/passwd',
  '/C:/Windows/win.ini',
  '/__proto__',
  '/constructor',
  '/ticket',
  '/wire',
]

function ofReading(request: RawRequest, host: string): readonly Edit[] {
  const path = request.line.split(' ')[1]!
  return [
    ...METHODS.map(withMethod),
    withMethod('POST'),
    ...targets(host, path).map(withTarget),
    ...TRAVERSALS.map(withTarget),
    after('Content-Length', '5'),
    after('Content-Length', '0'),
    after('Upgrade', 'websocket'),
    [
      'an upgrade to WebSocket',
      (old) => ({ ...old, fields: [...old.fields, ['Connection', 'Upgrade'], ['Upgrade', 'websocket']] }),
    ],
    [
      'an upgrade to h2c',
      (old) => ({ ...old, fields: [...old.fields, ['Connection', 'Upgrade'], ['Upgrade', 'h2c']] }),
    ],
    ['fields of 9 KiB', (old) => ({ ...old, fields: [...old.fields, ['X-Long', 'x'.repeat(9216)]] })],
    ['a folded field', (old) => ({ ...old, fields: [...old.fields, ['X-Folded', 'a\r\n b']] })],
    ['a space before the colon', (old) => ({ ...old, fields: [...old.fields, ['X-Space ', 'a']] })],
  ]
}

const ofTicket = (request: RawRequest, host: string): readonly Edit[] => [
  ...[...METHODS, 'HEAD', 'GET'].map(withMethod),
  ...targets(host, '/ticket').map(withTarget),
  ...['/', '/wire', '/tickets', '/Ticket', '/ticket/', '/ticke', '/token'].map(withTarget),
  withoutField('Origin'),
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-8',
    'application/json5',
    'Application/JSON',
    'application/json, text/plain',
    '',
  ].map((value) => withField('Content-Type', value)),
  withoutField('Content-Type'),
  before('Content-Type', 'text/plain'),
  after('Content-Type', 'application/json'),
  after('Content-Encoding', 'gzip'),
  after('Content-Encoding', 'identity'),
  withoutField('Content-Length'),
  after('Content-Length', String(request.body.length)),
  after('Content-Length', '1'),
  ...['-1', '+58', '0x3a', `0${request.body.length}`, '1e2', '58.0', '99999999999999999999', '1025', ''].map((value) =>
    withField('Content-Length', value),
  ),
  withBody(`${' '.repeat(1025 - request.body.length)}${request.body}`),
  withBody('x'.repeat(65_537)),
  after('Upgrade', 'websocket'),
]

/** Refused behind the guard, by the exchange itself: the head is right, the body is not. */
export const wrongTicketBodies = (request: RawRequest): readonly WrongRequest[] =>
  [
    'x',
    '{}',
    '[]',
    'null',
    '"ticket"',
    `[${request.body}]`,
    `${request.body}\n`,
    ` ${request.body}`,
    `${request.body}${request.body}`,
    request.body.slice(0, -1),
    request.body.replace('ticket', 'Ticket'),
    request.body.replace('}', ',"more":1}'),
    request.body.replace('{', '{"__proto__":{},'),
    request.body.replace(/:".*"/, ':null'),
    request.body.replace(/:".*"/, ':["a"]'),
    request.body.replace(/:".*"/, ':""'),
    request.body.replace(/:"./, ':"'),
    request.body.replace(/:"./, ':"%'),
    request.body.replace(/:"(.)/, (_, letter: string) => `:"${letter === 'A' ? 'B' : 'A'}`),
    request.body.replace(/(.)"}$/, (_, letter: string) => `${letter === 'A' ? 'Q' : 'A'}"}`),
  ].map((body) => {
    const [title, edit] = withBody(body)
    return { title, text: rawText(edit(request)) }
  })

const ofWire = (host: string, token: string): readonly Edit[] => {
  const otherFirst = `${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`
  const otherLast = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  const otherCase = token.replace(/[a-z]/, (letter) => letter.toUpperCase())
  return [
    ...[...METHODS, 'POST', 'HEAD'].map(withMethod),
    ...targets(host, '/wire').map(withTarget),
    ...['/', '/ticket', '/Wire', '/wire/', '/ws', `/wire?token=${token}`, `/wire/${token}`].map(withTarget),
    withoutField('Origin'),
    ...[
      otherFirst,
      otherLast,
      otherCase,
      token.toLowerCase(),
      [...token].toReversed().join(''),
      'A'.repeat(43),
      token.slice(1),
      `${token}A`,
      `${token}=`,
      '',
    ].map((wrong) => withField('Sec-WebSocket-Protocol', `latchkey, ${wrong}`)),
    ...[
      'latchkey',
      token,
      `${token}, latchkey`,
      `latchkey,  ${token}`,
      `latchkey ${token}`,
      `latchkey;${token}`,
      `Latchkey, ${token}`,
      `other, ${token}`,
      `latchkey, ${token}, other`,
      `other, latchkey, ${token}`,
      `latchkey, ${token}, ${token}`,
      `latchkey, other, ${token}`,
      `, ${token}`,
      `latchkey, "${token}"`,
      'vite-hmr',
      '',
    ].map((offer) => withField('Sec-WebSocket-Protocol', offer)),
    withoutField('Sec-WebSocket-Protocol'),
    before('Sec-WebSocket-Protocol', 'latchkey'),
    after('Sec-WebSocket-Protocol', `latchkey, ${token}`),
    after('Sec-WebSocket-Protocol', 'other'),
    ...[
      ['Cookie', `token=${token}`],
      ['Authorization', `Bearer ${token}`],
      ['X-Token', token],
      ['Sec-WebSocket-Extensions', token],
    ].map(([name, value]): Edit => [
      `the token in ${name} instead of the protocol`,
      (old) => ({
        ...old,
        fields: old.fields.map(
          ([field, was]) => (field === 'Sec-WebSocket-Protocol' ? [name!, value!] : [field, was]) as [string, string],
        ),
      }),
    ]),
    withoutField('Connection'),
    withField('Connection', 'close'),
    withoutField('Upgrade'),
    ...['h2c', 'websocket/13', 'websocket, h2c', 'WebSocke', ''].map((value) => withField('Upgrade', value)),
    after('Upgrade', 'websocket'),
    withoutField('Sec-WebSocket-Version'),
    ...['8', '7', '0', '14', '013', '13, 8', 'x', ''].map((value) => withField('Sec-WebSocket-Version', value)),
    after('Sec-WebSocket-Version', '13'),
    withoutField('Sec-WebSocket-Key'),
    ...[
      'x',
      'dGhlIHNhbXBsZSBub25jZQ',
      'dGhlIHNhbXBsZSBub25jZQ=',
      'dGhlIHNhbXBsZSBub25jZ===',
      '========================',
    ].map((value) => withField('Sec-WebSocket-Key', value)),
    after('Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='),
    after('Content-Length', '0'),
    after('Content-Length', '5'),
  ]
}

/** Every wrong request, none of them twice. */
export function wrongRequests(accepted: Accepted, host: string, token: string): readonly WrongRequest[] {
  const edited = (base: string, request: RawRequest, edits: readonly Edit[]) =>
    [...anywhere(host), ...edits].map(([title, edit]) => ({ title: `${base}, ${title}`, text: rawText(edit(request)) }))
  const all = [
    ...edited('page', accepted.pageGet, ofReading(accepted.pageGet, host)),
    ...edited('asset', accepted.assetGet, ofReading(accepted.assetGet, host)),
    ...edited('ticket', accepted.ticketPost, ofTicket(accepted.ticketPost, host)),
    ...edited('wire', accepted.wireUpgrade, ofWire(host, token)),
  ]
  return [...new Map(all.map((wrong) => [wrong.text, wrong])).values()]
}
