/**
 * A strict IAM and STS for tests: signatures, parameters, policies and codes are really checked, and any call can be made to go
 * astray. It shares no code with the adapter that it judges, and is itself held against moto where moto is right.
 */
import type { Random } from '../../../shared/kit/index.ts'
import { CALLS, letters, Refused, type Call, type Input, type Signer, type World } from './calls.ts'
import { decide, type Policy } from './policies.ts'
import { readSignature, type SignedRequest } from './signature.ts'
import { ACCOUNT_ID, Devices, type AccessKey, type Device, type User } from './state.ts'
import { answer, failure } from './xml.ts'

/** What may go wrong with one call; "after" is when it has been done. */
export const FAULTS = [
  'lost-before',
  'lost-after',
  'throttled',
  'fault-before',
  'fault-after',
  'truncated',
  'wrong-type-before',
  'wrong-type-after',
  'reset',
  'clock-skew',
] as const
export type Fault = (typeof FAULTS)[number]

/** `cut`: the connection ends there, after this much of the body, or before anything (absent). */
export type Reply =
  | {
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly cutAt?: number
    }
  | 'hang-up'

const NAMESPACE = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const
const VERSION = { iam: '2010-05-08', sts: '2011-06-15' } as const
/** AWS refuses requests that were signed more than five minutes away. */
const SIGNATURE_GOOD_MS = 5 * 60_000
const SKEW_MS = 20 * 60_000

export interface FakeIamOptions {
  readonly now: () => number
  readonly random: Random
}

export class FakeIam {
  readonly users = new Map<string, User>()
  readonly keys = new Map<string, AccessKey>()
  readonly devices: Devices
  /** Calls in the order they came, as `Action` or `Action?` for one that went astray. */
  readonly log: string[] = []
  /** Requests as they came, for what must not be in them. */
  readonly bodies: string[] = []
  alias: string | undefined = 'northwind'
  minimumPasswordLength = 12
  quota = 1000
  /** Added to the time: the server's own clock is off. */
  skewMs = 0
  fault: (action: string) => Fault | undefined = () => undefined
  readonly #random: Random
  readonly #time: () => number
  #requests = 0

  constructor({ now, random }: FakeIamOptions) {
    this.#time = now
    this.#random = random
    this.devices = new Devices(() => this.now)
  }

  get now(): number {
    return this.#time() + this.skewMs
  }

  /** A user and a long-term key. */
  addUser(name: string, policies: readonly Policy[], password?: string) {
    const id = `AIDA${letters({ random: this.#random }, 16)}`
    const arn = `arn:aws:iam::${ACCOUNT_ID}:user/${name}`
    const user: User = { name, arn, id, createdAt: this.now, policies, password, unmodifiableUntil: 0 }
    this.users.set(name, user)
    const accessKeyId = `AKIA${letters({ random: this.#random }, 16)}`
    const secretAccessKey = letters({ random: this.#random }, 40)
    this.keys.set(accessKeyId, { user: name, secret: secretAccessKey })
    return { user, accessKeyId, secretAccessKey }
  }

  addDevice(device: Partial<Device> & Pick<Device, 'serial' | 'type'>): void {
    const enabledAt = device.holder === undefined ? undefined : this.now
    this.devices.put({ totp: undefined, certifications: {}, holder: undefined, enabledAt, ...device })
  }

  handle(request: SignedRequest): Reply {
    this.bodies.push(request.body)
    const { Action: action = '', Version: version, ...input } = readForm(request.body)
    const call = CALLS[action]
    const fault = this.fault(action)
    this.log.push(fault === undefined ? action : `${action}?`)
    if (fault === 'lost-before') return 'hang-up'
    if (fault === 'clock-skew') this.skewMs = this.skewMs === 0 ? SKEW_MS : 0
    if (fault === 'throttled') return this.#refuse('iam', new Refused('Throttling', 400, 'Rate exceeded'))
    if (fault === 'fault-before') return this.#refuse('iam', new Refused('ServiceFailure', 500, 'Internal failure'))
    if (fault === 'wrong-type-before') return this.#page()
    const reply = this.#answer(request, { action, version, input, call })
    switch (fault) {
      case 'lost-after':
        return 'hang-up'
      case 'fault-after':
        return this.#refuse('iam', new Refused('ServiceFailure', 500, 'Internal failure'))
      case 'wrong-type-after':
        return this.#page()
      case 'truncated':
        return { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) }
      case 'reset':
        return { ...reply, cutAt: Math.floor(reply.body.length / 3) }
      default:
        return reply
    }
  }

  #answer(
    request: SignedRequest,
    {
      action,
      version,
      input,
      call,
    }: { action: string; version: string | undefined; input: Input; call: Call | undefined },
  ) {
    const service = call?.service ?? 'iam'
    try {
      if (request.method !== 'POST' || request.path !== '/')
        throw new Refused('InvalidAction', 400, 'Not a query request.')
      if (!call || version !== VERSION[service])
        throw new Refused('InvalidAction', 400, `Could not find operation ${action}`)
      const signer = this.#signer(request, service)
      check(call, input)
      const world = this.#world()
      this.#permit(call, action, { world, input, signer })
      return this.#reply(200, answer(action, NAMESPACE[service], call.run(world, input, signer), this.#requestId()))
    } catch (error) {
      if (error instanceof Refused) return this.#refuse(service, error)
      throw error
    }
  }

  #signer(request: SignedRequest, service: string): Signer {
    const signature = readSignature(request)
    if (!signature) throw new Refused('MissingAuthenticationToken', 403, 'Missing Authentication Token')
    const invalid = new Refused('InvalidClientTokenId', 403, 'The security token included in the request is invalid.')
    const key = this.keys.get(signature.accessKeyId)
    const user = key && this.users.get(key.user)
    if (!key || !user) throw invalid
    if (request.headers['x-amz-security-token'] !== key.session?.token) throw invalid
    if (signature.service !== service || signature.region !== 'us-east-1' || !signature.isBy(key.secret))
      throw new Refused('SignatureDoesNotMatch', 403, 'The request signature we calculated does not match.')
    if (Math.abs(signature.at - this.now) > SIGNATURE_GOOD_MS)
      throw new Refused('SignatureDoesNotMatch', 403, 'Signature expired: it is now earlier than.')
    if (key.session && this.now >= key.session.until)
      throw new Refused('ExpiredToken', 403, 'The security token included in the request is expired')
    // A session that was opened without MFA may call nothing of IAM (GetSessionToken).
    if (key.session && !key.session.mfa && service === 'iam') throw invalid
    return { user, key }
  }

  #permit(call: Call, action: string, { world, input, signer }: { world: World; input: Input; signer: Signer }): void {
    if (!call.resource) return
    const resource = call.resource(world, input, signer)
    const asked = {
      action: `${call.service}:${action}`,
      resource,
      username: signer.user.name,
      mfa: signer.key.session?.mfa,
    }
    const decision = decide(signer.user.policies, asked)
    if (decision === 'allowed') return
    const why =
      decision === 'explicitDeny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${asked.action} action`
    throw new Refused(
      'AccessDenied',
      403,
      `User: ${signer.user.arn} is not authorized to perform: ${asked.action} on resource: ${resource} ${why}`,
    )
  }

  #world(): World {
    const { now, users, keys, devices, alias, minimumPasswordLength, quota } = this
    return { now, random: this.#random, users, keys, devices, alias, minimumPasswordLength, quota }
  }

  #requestId(): string {
    return `fake-request-${++this.#requests}`
  }

  #refuse(service: 'iam' | 'sts', { code, status, message }: Refused) {
    const by = status >= 500 ? 'Receiver' : 'Sender'
    return this.#reply(status, failure(NAMESPACE[service], { code, message, id: this.#requestId(), by }))
  }

  /** A page of something between here and there, which answers for everything. */
  #page() {
    return this.#reply(200, '<html><body>Please sign in to the network.</body></html>')
  }

  #reply(status: number, body: string) {
    const headers = {
      'content-type': 'text/xml',
      date: new Date(this.now).toUTCString(),
      'x-amzn-requestid': this.#requestId(),
    }
    return { status, headers, body }
  }
}

function check({ takes }: Call, input: Input): void {
  const lists = Object.keys(input).filter((name) => name.includes('.member.'))
  for (const name of Object.keys(input)) {
    if (!takes[name] && !lists.includes(name)) throw new Refused('ValidationError', 400, `Unknown parameter ${name}`)
  }
  for (const [name, rule] of Object.entries(takes)) {
    const value = input[name]
    if (rule === 'any') continue
    if (value === undefined ? rule.isRequired : !rule.like.test(value))
      throw new Refused(
        'ValidationError',
        400,
        `1 validation error detected: Value at '${name}' failed to satisfy constraint`,
      )
  }
}

function readForm(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body))
}
