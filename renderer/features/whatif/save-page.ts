/** The sheet as a page of its own: one file that needs nothing else and runs nothing. */
import { SHEET_ID } from './sheet.tsx'

/** The only style that the page may have: its policy names it by hash. */
export const STYLE = `body{font:14px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#15181c;background:#fff}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-top:1px solid #ccd}
small{display:block;color:#556}h1{font-size:1.4rem}h2{font-size:1.1rem}`

export const STYLE_HASH = 'sha256-ddJ5oLY7Yd9q3Ju+D+DhBsqVzRtUPtespJHq6xU1Nk8='

/** `body` is markup made by the browser from the sheet, so every name in it is escaped already. */
export function pageOf(body: string, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${STYLE_HASH}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`
}

/** Hands the sheet that is on the page to the browser's own download. Nothing where it is not there. */
export function saveSheet(title: string, name: string): boolean {
  const sheet = document.getElementById(SHEET_ID)
  if (!sheet) return false
  const url = URL.createObjectURL(new Blob([pageOf(sheet.innerHTML, title)], { type: 'text/html' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has its own hold on it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
  return true
}
