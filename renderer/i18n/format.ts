/** Dates, spans and numbers as people read them. Times are milliseconds since 1970. */
const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const dayTime = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const fullTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long' })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`

/** "14:32". */
export const atTime = (at: number) => clockTime.format(at)
/** "22 Nov, 09:02". */
export const atDayTime = (at: number) => dayTime.format(at).replace(' at ', ', ')
/** "22 November 2026 at 09:02": for what is kept on paper. */
export const atFullTime = (at: number) => fullTime.format(at)
/** "22 Nov", with the year where it is not this one. */
export const onDay = (at: number, now: number) =>
  (new Date(at).getFullYear() === new Date(now).getFullYear() ? day : dayYear).format(at)

/** "just now", "5 minutes ago", "Today, 08:12", "Yesterday", "Monday", "9 Sep". */
export function when(at: number, now: number): string {
  const ago = now - at
  if (ago < MINUTE) return 'just now'
  if (ago < HOUR) return `${plural(Math.floor(ago / MINUTE), 'minute')} ago`
  if (ago < 6 * HOUR) return `${plural(Math.floor(ago / HOUR), 'hour')} ago`
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY)
  if (days === 0) return `Today, ${atTime(at)}`
  if (days === 1) return 'Yesterday'
  if (days < 7) return weekday.format(at)
  return onDay(at, now)
}

/** A span in the largest unit that says enough: "3 months", "14 months", "2 days". */
export function span(ms: number): string {
  const days = Math.floor(Math.abs(ms) / DAY)
  if (days >= 730) return plural(Math.floor(days / 365), 'year')
  if (days >= 60) return plural(Math.round(days / 30.44), 'month')
  if (days >= 1) return plural(days, 'day')
  if (Math.abs(ms) >= HOUR) return plural(Math.floor(Math.abs(ms) / HOUR), 'hour')
  return plural(Math.max(1, Math.floor(Math.abs(ms) / MINUTE)), 'minute')
}

/** "47 s", "2 min 5 s", "3 h": how far a clock is off. */
export function offset(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
  return `${Math.floor(seconds / 3600)} h${Math.floor((seconds % 3600) / 60) === 0 ? '' : ` ${Math.floor((seconds % 3600) / 60)} min`}`
}

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0)
