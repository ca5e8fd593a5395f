/**
 * Where the window was, in `window.json` of the data folder. Not in `config.json`: that holds the settings of both shells and
 * is written whole.
 */
import type { Rectangle } from 'electron'
import { z } from 'zod'

/** What electron-store gives: all of a file, and writing it. */
export interface BoundsFile {
  store: Record<string, unknown>
}

const saved = z.object({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  isMaximized: z.boolean(),
})
export type SavedBounds = z.infer<typeof saved>

export const DEFAULT_SIZE = { width: 1040, height: 720 }
/** So much of the window must be on a screen that is there now, to be found and moved. */
const SEEN_PIXELS = 80

export interface Opening {
  readonly bounds: Partial<Rectangle>
  readonly isMaximized: boolean
}

/** Whatever the file holds: sizes fit the screens of today, and a window that would be out of sight opens in the middle. */
export function openingBounds(stored: unknown, workAreas: readonly Rectangle[]): Opening {
  const read = saved.safeParse(stored)
  if (!read.success) return { bounds: DEFAULT_SIZE, isMaximized: false }
  const { x, y, width, height, isMaximized } = read.data
  const area = workAreas.find((area) => overlap({ x, y, width, height }, area))
  if (!area) return { bounds: DEFAULT_SIZE, isMaximized }
  return {
    bounds: { x, y, width: Math.min(width, area.width), height: Math.min(height, area.height) },
    isMaximized,
  }
}

/** Enough of the window's upper edge, where it is held, lies within the area. */
function overlap(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  return across >= SEEN_PIXELS && window.y >= area.y && window.y <= area.y + area.height - SEEN_PIXELS
}
