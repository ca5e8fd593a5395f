export * from './bytes.ts'
export * from './clock.ts'
export * from './or-aborted.ts'
export * from './result.ts'
