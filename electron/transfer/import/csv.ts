/**
 * Comma-separated values as RFC 4180 has them: quoted cells with doubled quotes and line breaks in them, any line ending, and
 * text after a closing quote refused. Semicolons and tabs are taken too where the heading has no commas, as spreadsheets do.
 */
import { err, ok, type Result } from '../../../shared/kit/index.ts'

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number
  /** The cell of a column by its heading, in lower case; empty where there is none. */
  cell(heading: string): string
}

/** Far more columns than any of the formats has. */
const MAX_COLUMNS = 256

/**
 * Rows below a heading that has all of `columns`, or `undefined` where the text has no such heading.
 * The error is the line of a quote that is not closed or stands in the wrong place.
 */
export function readCsv(
  text: string | undefined,
  columns: readonly string[],
): Result<readonly CsvRow[], number> | undefined {
  if (text === undefined || /^\s*[{[<]/.test(text)) return undefined
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? ''
  const separator = firstLine.includes(',') ? ',' : firstLine.includes(';') ? ';' : '\t'
  const heading = splitCells(firstLine, separator)
  const headings = heading.ok ? (heading.value[0]?.cells ?? []).map((name) => name.trim().toLowerCase()) : []
  if (!columns.every((column) => headings.includes(column)) || headings.length > MAX_COLUMNS) return undefined
  const read = splitCells(text, separator)
  if (!read.ok) return read
  return ok(
    read.value
      .slice(1)
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
      .map(({ line, cells }) => ({ line, cell: (name) => cells[headings.indexOf(name)] ?? '' })),
  )
}

/** Cells of every line, for formats that have no heading. */
export function splitCells(
  text: string,
  separator: string,
): Result<readonly { line: number; cells: string[] }[], number> {
  const rows: { line: number; cells: string[] }[] = []
  let line = 1
  let row = { line, cells: [] as string[] }
  let at = 0
  while (at <= text.length) {
    let cell = ''
    if (text[at] === '"') {
      const startLine = line
      at += 1
      for (;;) {
        const quote = text.indexOf('"', at)
        if (quote < 0) return err(startLine)
        cell += text.slice(at, quote)
        at = quote + 1
        if (text[at] !== '"') break
        cell += '"'
        at += 1
      }
      line += cell.match(/\r\n|\r|\n/g)?.length ?? 0
      if (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') return err(startLine)
    } else {
      const start = at
      while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') at += 1
      cell = text.slice(start, at)
    }
    row.cells.push(cell)
    if (text[at] === separator && at < text.length) {
      at += 1
      continue
    }
    rows.push(row)
    if (at >= text.length) break
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1
    line += 1
    row = { line, cells: [] }
    if (at >= text.length) break
  }
  return ok(rows)
}
