/** Sites typed one a line, as relying party ids (WebAuthn §5.1.2): host names. */

export const sitesOf = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[\s,]+/)
      .map((site) => site.trim().toLowerCase())
      .filter(Boolean),
  ),
]

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/** The first that is no host name. */
export const badSite = (sites: readonly string[]): string | undefined =>
  sites.find((site) => site.length > 253 || !site.split('.').every((label) => LABEL.test(label)))
