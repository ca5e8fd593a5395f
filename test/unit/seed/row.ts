/** One sentence of the seed and the rule of the product that answers it. */
export interface SeedRow {
  /** Exactly as in test/fixtures/seed.txt, without its number or bullet. */
  readonly sentence: string
  /** The rule's name where it lives: of the demo world's `DemoRules`, or of the playbooks. */
  readonly rule: string
  /**
   * Runs what the sentence says and asserts what must come of it, in a product with the rule in force or taken out. It must
   * pass with it and fail by an assertion without it: no other error counts as having noticed.
   */
  readonly scenario: (isInForce: boolean) => Promise<void>
}

/**
 * Lines of the seed that say nothing by themselves: titles and labels. Everything else is a sentence that needs a row.
 */
const HEADINGS = new Set([
  'What if an MFA device is lost or stops working? - AWS Identity and Access Management',
  'Important',
  'Note',
  'Recovering a root user MFA device',
  'To sign in using alternative factors of authentication as an AWS account root user',
  'Recovering an IAM user MFA device',
  'To get help for an MFA device as an IAM user',
])

/** The sentences of the seed in its order, each once. */
export function sentencesOf(seed: string): string[] {
  const lines = seed.split('\n').map((line) => line.trim().replace(/^(?:\d+\.|•)\s+/, ''))
  const sentences = lines
    .filter((line) => line !== '' && !HEADINGS.has(line))
    .flatMap((line) => line.split(/(?<=[.?:])\s+(?=[A-Z])/))
  return [...new Set(sentences)]
}
