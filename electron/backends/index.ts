/** The door of the backends: the interface all of them meet, the journal's rows, and the demo. */
export * from './backend.ts'
export * from './journal.ts'
export * from './demo/bench-state.ts'
export * from './demo/door.ts'
export type { CodeParams, DemoOtp } from './demo/otp.ts'
export { openDemoWorld, type DemoWorldOptions } from './demo/world.ts'
export type { DemoFaults, DemoWrite } from './demo/backend.ts'
export { ALL_RULES, type DemoRule, type DemoRules } from './demo/rules.ts'
