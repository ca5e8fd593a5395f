/** The demo backend's numbers, each with where it comes from. Steps are of 30 seconds. All times are the world's. */

/** Codes of this many steps before and after the expected one sign in (RFC 6238 §5.2: at most one step is recommended). */
export const SIGN_IN_WINDOW_STEPS = 1

/**
 * The first code of a new device may be this far off. AWS publishes no number; it takes late codes and then holds the device
 * to be out of sync (EnableMFADevice). Own choice: five minutes.
 */
export const ENABLE_WINDOW_STEPS = 10

/** Two consecutive codes are searched this far. AWS publishes no number, privacyIDEA's default is 1000. Own choice: four hours. */
export const RESYNC_WINDOW_STEPS = 480

/** Accepted steps kept for each device, so that none is taken twice even when a resynchronised clock runs backwards. Own choice. */
export const SPENT_STEPS_KEPT = 64

/** After this many wrong codes or passwords in a row the next are not looked at for a while. Own choice. */
export const WRONG_TRIES = 5
export const THROTTLE_MS = 60_000

/** An MFA session by code: the least that GetSessionToken gives, 900 seconds. */
export const ELEVATED_SESSION_MS = 900_000
/** A session of the sign-in page ends after 12 hours, as the AWS console's. */
export const PAGE_SESSION_MS = 12 * 3_600_000

/** Troubleshoot asks for the password again when it was typed longer ago than this (seed: "If required"). Own choice. */
export const PASSWORD_FRESH_MS = 120_000
/** A link to verify an email address is good for this long. Own choice. */
export const LINK_GOOD_MS = 10 * 60_000
/** A call that is not answered, or has no six digits by then, is given up. Own choice. */
export const CALL_MS = 60_000

/** A WebAuthn challenge is good for this long (WebAuthn Level 3 §15.1 recommends five to ten minutes at most). */
export const CHALLENGE_GOOD_MS = 300_000
/** How long a page waits for a touch. Own choice. */
export const TOUCH_TIMEOUT_MS = 120_000

/** AWS's default IAM policy asks for 8; root's passwords too. Own choice: 12. The upper bound is ChangePassword's. */
export const PASSWORD_MIN_LENGTH = 12
export const PASSWORD_MAX_LENGTH = 128

/** scrypt cost: light, for everybody who uses the demo may read these passwords on the bench. */
export const SCRYPT = { N: 4096, r: 8, p: 1 } as const

/** The seed, step 7. */
export const RECOVERY_SENDER = 'recover-mfa-no-reply@verify.signin.aws'
