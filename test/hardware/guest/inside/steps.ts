/** Steps that are told line by line: "ok NAME" or "failed NAME: WHY". */
import { spawn } from 'node:child_process'

/** Throws where it failed: what follows builds on it. */
export async function step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    const result = await work()
    process.stdout.write(`ok ${name}\n`)
    return result
  } catch (error) {
    process.stdout.write(`failed ${name}: ${String(error)}\n`)
    throw error
  }
}

/** What a program said, if it ended well. */
export function said(command: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let trouble = ''
    child.stdout.on('data', (data) => (output += String(data)))
    child.stderr.on('data', (data) => (trouble += String(data)))
    child.stdin.end(input)
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}: ${output}${trouble}`)),
    )
  })
}

/** Resolves with the first answer that is not `undefined`. */
export async function eventually<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  deadlineMs = 20_000,
): Promise<T> {
  for (const until = performance.now() + deadlineMs; performance.now() < until;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`not within ${deadlineMs} ms`)
}
