/**
 * First module of the page: the one Trusted Types policy (security.md "Decisions"). React and Mantine hand plain text to
 * sinks that take HTML; text without a tag passes, anything with `<` is refused. Workers load from our own origin only.
 */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createHTML(text: string): string | null; createScriptURL(url: string): string | null },
  ): unknown
}

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes
factory?.createPolicy('default', {
  createHTML: (text) => (text.includes('<') ? null : text),
  createScriptURL: (url) => (new URL(url, location.href).origin === location.origin ? url : null),
})
