/** The wire's other end and its hooks: the one door between the page and the services. */
export type { AnyAskName, AskContext, AskHandlers, OnAsk, Question, QuestionAnswer } from './asks.ts'
export type { CallOptions, Client } from './client.ts'
export * from './hooks.ts'
export { singleLink, type Link, type LinkStatus } from './link.ts'
