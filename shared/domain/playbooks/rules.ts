/**
 * The seed's rules that the playbooks answer, each by a name. A plan is made with all of them; the seed's table
 * (test/unit/seed.test.ts) takes one out at a time and must then fail, which shows that the sentence is answered here.
 */
export const RULES = [
  /** "it might be out of synchronization": clock and resync come before anything is replaced. */
  'drifted-or-lost-first',
  /** "FIDO security keys do not go out of sync." */
  'fido-never-drifts',
  /** "You can register up to eight MFA devices of any combination": the ninth is refused before anything is made. */
  'eight-at-most',
  /** "We recommend that you enable multiple MFA devices": a second kind is offered where one device stands alone. */
  'several-devices',
  /** "you can sign in using another MFA device registered to the same AWS account root user" */
  'other-device-first',
  /** "you can use alternative methods of authentication" */
  'alternative-factors',
  /** "Before you use alternative factors … you must be able to access the email and primary contact phone number" */
  'reach-contacts-first',
  /** "to update the primary contact phone number, you can sign in as an IAM user with Administrator access" */
  'phone-by-administrator',
  /** "If you do not have access to an email and primary contact phone number, you must contact AWS Support." */
  'support-without-contacts',
  /** "keep the email address and contact phone number … up to date": shown with when they were confirmed. */
  'contacts-dated',
  /** "You might see alternative text, such as …" */
  'other-titles',
  /** "If required, type your password again" */
  'password-again',
  /** "a message from Amazon Web Services (recover-mfa-no-reply@verify.signin.aws)" */
  'sender-named',
  /** "check your spam folder, or … choose Resend the email" */
  'spam-and-resend',
  /** "After you verify your email address, you can continue": the phone comes second. */
  'email-then-phone',
  /** "enter the 6-digit number from the AWS website on your phone keypad" */
  'digits-on-keypad',
  /** "If you don't receive a call …": start over, or support. */
  'call-never-comes',
  /** "you can sign in to your account by choosing Sign in to the console": seen at the backend, not believed. */
  'signed-in-seen',
  /** "remove the account from your device. Then … delete the old MFA virtual device entity before you create a new one" */
  'virtual-order',
  /** "deactivate the old FIDO security key before enabling a new one" */
  'fido-order',
  /** "contact the third-party provider" … "After you have the new … delete the old … before you create a new one" */
  'hardware-order',
  /** "You don't have to replace a lost or stolen MFA device with the same type of device." */
  'any-type',
  /** "you can use virtual MFA or a hardware TOTP token until you receive a new FIDO security key" */
  'temporary-device',
  /** "If your MFA device is missing or stolen …, change your root user password" (and for users): after the replacement. */
  'password-if-missing-or-stolen',
  /** "You must contact an administrator to deactivate the device. Then you can enable a new device." */
  'user-needs-administrator',
] as const
export type Rule = (typeof RULES)[number]
export type Rules = ReadonlySet<Rule>
export const ALL_RULES: Rules = new Set(RULES)
