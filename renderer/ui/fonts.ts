/** The faces that the first picture needs: text in its three weights comes from one variable file, codes from another. */
const faces = ['400 13px "Inter Variable"', '500 26px "JetBrains Mono Variable"']

/**
 * Resolves when the bundled faces are ready, or after `deadlineMs` without them. Awaited before the first drawing, so that
 * `font-display: optional` finds them loaded and no text moves later.
 */
export function loadFonts(page: Document, deadlineMs = 400): Promise<void> {
  const loaded = Promise.all(faces.map((face) => page.fonts.load(face))).then(
    () => undefined,
    // A face that cannot be had is replaced by the system's; that is a matter of looks only.
    () => undefined,
  )
  const deadline = new Promise<void>((resolve) => {
    setTimeout(resolve, deadlineMs)
  })
  return Promise.race([loaded, deadline])
}
