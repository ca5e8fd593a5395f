/** The key that a developer lets Latchkey open: never without being told twice, by the variable and by --developer. */

/** A part of what compose.ts is given. */
export function developerKey(
  environment: Readonly<Record<string, string | undefined>>,
  isDeveloper: boolean,
): { readonly developerKey?: string } {
  const place = environment['LATCHKEY_KEY']
  return isDeveloper && place !== undefined && place !== '' ? { developerKey: place } : {}
}
