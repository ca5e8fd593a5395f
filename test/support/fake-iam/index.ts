/** The door of FakeIam. */
export * from './iam.ts'
export * from './policies.ts'
export * from './server.ts'
export { ACCOUNT_ID, ROOT_ARN } from './state.ts'
export { peoplesBackend } from './people.ts'
