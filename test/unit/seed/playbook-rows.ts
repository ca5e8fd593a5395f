/** Sentences of the seed that Latchkey's own guidance answers: each by a rule of the playbooks, played by a scripted person. */
import { expect } from 'vitest'
import {
  ALL_RULES,
  openStep,
  plan,
  type CaseKind,
  type Facts,
  type Rule,
  type Rules,
  type StepId,
  type StepPlan,
} from '../../../shared/domain/playbooks/index.ts'
import { caseOf, factsOf, play, someDevice, type Scene, type Script } from '../../support/playbooks.ts'
import type { SeedRow } from './row.ts'

/** What the guidance says in a scene, with the rules in force. */
class Guide {
  readonly #rules: Rules
  constructor(rules: Rules) {
    this.#rules = rules
  }
  /** The steps a case takes to its end. */
  steps(scene: Scene, script: Script, kind: CaseKind = 'replace'): readonly string[] {
    const facts = factsOf(scene)
    return play(caseOf(kind, facts), facts, script, { rules: this.#rules }).steps
  }
  /** A step of a case as it is planned once the script was played to its end. */
  step(step: StepId, scene: Scene, script: Script, kind: CaseKind = 'replace'): StepPlan | undefined {
    const facts = factsOf(scene)
    const { record } = play(caseOf(kind, facts), facts, script, { rules: this.#rules })
    return plan(record, facts, this.#rules).find((one) => one.step === step)
  }
  factsOf(step: StepId, scene: Scene, script: Script): Facts {
    return this.step(step, scene, script)?.facts ?? {}
  }
  /** What a case offers when it comes to a step: its options, or its other ways. */
  offers(step: StepId, scene: Scene, script: Script, kind: CaseKind = 'replace'): readonly string[] {
    const facts = factsOf(scene)
    const { record } = play(caseOf(kind, facts), facts, script, { rules: this.#rules, until: step })
    const ask = openStep(record, facts, this.#rules)?.ask
    if (ask?.form === 'choice') return ask.options.flatMap(({ option, refused }) => (refused ? [] : [option]))
    return ask && 'others' in ask ? ask.others : []
  }
}

const playbookRow = (
  sentence: string,
  rule: Rule,
  check: (guide: Guide) => void,
): SeedRow & { readonly rule: Rule } => ({
  sentence,
  rule,
  scenario: async (isInForce) => check(new Guide(isInForce ? ALL_RULES : without(rule))),
})

const without = (rule: Rule): Rules => new Set([...ALL_RULES].filter((other) => other !== rule))

/** These steps are taken, in this order, whatever comes between them. */
function expectOrder(steps: readonly string[], ...order: readonly StepId[]): void {
  expect(steps.filter((step) => (order as readonly string[]).includes(step))).toEqual(order)
}

const token = someDevice('old', 'hardware-totp')
const key = someDevice('old', 'fido')
const other = someDevice('other', 'fido')
const lost = { 'what-happened': 'lost', reach: 'both', 'new-type': 'virtual-totp' }
const broken = { ...lost, 'what-happened': 'broken' }
const eight = Array.from({ length: 8 }, (_, i) => someDevice(`d${i}`))

export const playbookRows = [
  playbookRow(
    "If your virtual MFA device or hardware TOTP token appears to be functioning properly, but you can't use it to access your AWS resources, it might be out of synchronization with AWS.",
    'drifted-or-lost-first',
    (guide) => {
      const refused = { 'what-happened': 'refused', 'new-type': 'virtual-totp', reach: 'both' }
      expect(guide.steps({ devices: [token] }, refused)).toEqual(['what-happened', 'clock', 'resync-codes', 'in-sync'])
    },
  ),
  playbookRow('FIDO security keys do not go out of sync.', 'fido-never-drifts', (guide) => {
    expect(guide.steps({ devices: [key] }, {}, 'resync')).toEqual(['never-drifts'])
    expect(guide.offers('what-happened', { devices: [key] }, {})).not.toContain('refused')
  }),
  playbookRow(
    'We recommend that you enable multiple MFA devices for your IAM users to ensure continued access to your account in case of lost or inaccessible MFA device.',
    'several-devices',
    (guide) => {
      const alone = { kind: 'user', devices: [someDevice('new')] } as const
      expect(guide.offers('registered', alone, { type: 'virtual-totp' }, 'register')).toEqual(['register'])
    },
  ),
  ...[
    'You can register up to eight MFA devices of any combination of the currently supported MFA types with your AWS account root user and IAM users.',
    'You can have up to eight MFA devices of any combination.',
  ].map((sentence) =>
    playbookRow(sentence, 'eight-at-most', (guide) => {
      expect(guide.offers('type', { devices: eight.slice(1) }, {}, 'register')).toHaveLength(3)
      expect(guide.offers('type', { devices: eight }, {}, 'register')).toEqual([])
    }),
  ),
  playbookRow(
    'If your AWS account root user multi-factor authentication (MFA) device is lost, damaged, or not working, you can sign in using another MFA device registered to the same AWS account root user.',
    'other-device-first',
    (guide) => {
      const steps = guide.steps({ devices: [someDevice('old'), other] }, lost)
      expectOrder(steps, 'sign-in', 'remove-old')
      expect(steps).not.toContain('sign-in-page')
    },
  ),
  ...[
    'If your AWS account root user multi-factor authentication (MFA) device is lost, damaged, or not working, you can recover access to your account.',
    'If the root user only has one MFA device enabled, you can use alternative methods of authentication.',
    "This means that if you can't sign in with your MFA device, you can sign in by verifying your identity using the email and the primary contact phone number registered with your account.",
  ].map((sentence) =>
    playbookRow(sentence, 'alternative-factors', (guide) => {
      expectOrder(guide.steps({}, lost), 'sign-in-page', 'email', 'phone', 'create')
    }),
  ),
  playbookRow(
    'Before you use alternative factors of authentication to sign in as a root user, you must be able to access the email and primary contact phone number that are associated with your account.',
    'reach-contacts-first',
    (guide) => expectOrder(guide.steps({}, lost), 'reach', 'sign-in-page'),
  ),
  playbookRow(
    'If you need to update the primary contact phone number, you can sign in as an IAM user with Administrator access instead of the root user.',
    'phone-by-administrator',
    (guide) => expectOrder(guide.steps({}, { ...lost, reach: 'no-phone' }), 'phone-by-administrator', 'sign-in-page'),
  ),
  ...[
    'If you do not have access to an email and primary contact phone number, you must contact AWS Support.',
    "If you can't use alternative factors of authentication to verify your account email address and primary contact phone number, contact AWS Support to deactivate your MFA device.",
  ].map((sentence) =>
    playbookRow(sentence, 'support-without-contacts', (guide) => {
      expectOrder(guide.steps({}, { ...lost, reach: 'neither' }), 'reach', 'support', 'create')
    }),
  ),
  playbookRow(
    'We recommend that you keep the email address and contact phone number linked to your root user up to date for a successful account recovery.',
    'contacts-dated',
    (guide) => expect(guide.factsOf('reach', {}, lost)).toMatchObject({ emailState: 'current', phoneState: 'old' }),
  ),
  playbookRow(
    'You might see alternative text, such as Sign in using MFA, Troubleshoot your authentication device, or Troubleshoot MFA, but the functionality is the same.',
    'other-titles',
    (guide) => expect(guide.factsOf('troubleshoot', {}, lost)).toMatchObject({ otherTitles: true }),
  ),
  playbookRow('If required, type your password again and choose Sign in.', 'password-again', (guide) =>
    expect(guide.factsOf('troubleshoot', {}, lost)).toMatchObject({ passwordAgain: true }),
  ),
  playbookRow(
    'Check the email that is associated with your AWS account for a message from Amazon Web Services (recover-mfa-no-reply@verify.signin.aws).',
    'sender-named',
    (guide) => {
      expect(guide.factsOf('email', {}, lost)).toMatchObject({
        to: 'root@northwind.example',
        sender: 'recover-mfa-no-reply@verify.signin.aws',
      })
    },
  ),
  playbookRow(
    "If you don't see the email in your account, check your spam folder, or return to your browser and choose Resend the email.",
    'spam-and-resend',
    (guide) => expect(guide.factsOf('email', {}, lost)).toMatchObject({ spamAndResend: true }),
  ),
  playbookRow(
    'After you verify your email address, you can continue authenticating your account.',
    'email-then-phone',
    (guide) => expectOrder(guide.steps({}, lost), 'email', 'phone'),
  ),
  playbookRow(
    'Answer the call from AWS and, when prompted, enter the 6-digit number from the AWS website on your phone keypad.',
    'digits-on-keypad',
    (guide) => expect(guide.factsOf('phone', {}, lost)).toMatchObject({ to: '+31 20 555 0148', keypad: true }),
  ),
  ...[
    "If you don't receive a call from AWS, choose Sign in to sign in to the console again and start over.",
    'Or see Lost or unusable Multi-Factor Authentication (MFA) device to contact support for help.',
  ].map((sentence) =>
    playbookRow(sentence, 'call-never-comes', (guide) => {
      expect(guide.offers('phone', {}, lost)).toEqual(['start-over', 'support'])
    }),
  ),
  playbookRow(
    'After you verify your phone number, you can sign in to your account by choosing Sign in to the console.',
    'signed-in-seen',
    (guide) => expectOrder(guide.steps({}, lost), 'phone', 'signed-in', 'remove-old'),
  ),
  ...[
    'For a virtual MFA device, remove the account from your device.',
    'Then go to the AWS Security Credentials page and delete the old MFA virtual device entity before you create a new one.',
  ].map((sentence) =>
    playbookRow(sentence, 'virtual-order', (guide) => {
      expectOrder(guide.steps({}, lost), 'old-app', 'remove-old', 'create')
    }),
  ),
  playbookRow(
    'For a FIDO security key, go to the AWS Security Credentials page and deactivate the old FIDO security key before enabling a new one.',
    'fido-order',
    (guide) => {
      const steps = guide.steps({ devices: [key] }, { ...lost, 'new-type': 'fido', 'new-here': 'here' })
      expectOrder(steps, 'remove-old', 'touch')
    },
  ),
  ...[
    'For a hardware TOTP token, contact the third-party provider for help fixing or replacing the device.',
    'You can continue to sign in using alternative factors of authentication until you receive your new device.',
    'After you have the new hardware MFA device, go to the AWS Security Credentials page and delete the old MFA hardware device entity before you create a new one.',
  ].map((sentence) =>
    playbookRow(sentence, 'hardware-order', (guide) => {
      const script = { ...lost, 'new-type': 'hardware-totp', 'new-here': 'wait' }
      expectOrder(
        guide.steps({ devices: [token] }, script),
        'vendor',
        'new-here',
        'new-arrived',
        'remove-old',
        'enable-codes',
      )
      expect(guide.factsOf('new-arrived', { devices: [token] }, script)).toMatchObject({
        meanwhile: 'alternative-factors',
      })
    }),
  ),
  playbookRow(
    "You don't have to replace a lost or stolen MFA device with the same type of device.",
    'any-type',
    (guide) => expect(guide.offers('new-type', { devices: [key] }, lost)).toHaveLength(3),
  ),
  playbookRow(
    'For example, if you break your FIDO security key and order a new one, you can use virtual MFA or a hardware TOTP token until you receive a new FIDO security key.',
    'temporary-device',
    (guide) => {
      const script = { ...broken, 'new-type': 'fido' }
      expect(guide.offers('new-here', { devices: [key] }, script)).toEqual(['here', 'temporary', 'wait'])
    },
  ),
  playbookRow(
    'If your MFA device is missing or stolen, after signing in using alternative factors of authentication and establishing your replacement MFA device, change your root user password in case an attacker has stolen the authentication device and might also have your current password.',
    'password-if-missing-or-stolen',
    (guide) => {
      expectOrder(guide.steps({}, lost), 'signed-in', 'create', 'password')
      expectOrder(guide.steps({}, { ...lost, 'what-happened': 'stolen' }), 'signed-in', 'create', 'password')
      expect(guide.steps({}, broken)).not.toContain('password')
    },
  ),
  playbookRow(
    'If your MFA device is missing or stolen, also change your password in case an attacker has stolen the authentication device and might also have your current password.',
    'password-if-missing-or-stolen',
    (guide) => expectOrder(guide.steps({ kind: 'user' }, lost), 'administrator', 'create', 'password'),
  ),
  ...[
    'IAM users must contact an administrator to deactivate the device.',
    "If you are an IAM user and your device is lost or stops working, you can't recover it by yourself.",
    'You must contact an administrator to deactivate the device.',
    'Then you can enable a new device.',
    'Contact the AWS administrator or other person who gave you the user name and password for the IAM user.',
    'The administrator must deactivate the MFA device as described in Deactivating MFA devices so that you can sign in.',
  ].map((sentence) =>
    playbookRow(sentence, 'user-needs-administrator', (guide) => {
      expectOrder(guide.steps({ kind: 'user' }, broken), 'administrator', 'create')
      expect(guide.factsOf('administrator', { kind: 'user' }, broken)).toMatchObject({
        administrators: 'Carol',
        identity: 'alice',
        name: 'Device old',
        deviceId: 'old',
      })
    }),
  ),
] as const satisfies readonly SeedRow[]
