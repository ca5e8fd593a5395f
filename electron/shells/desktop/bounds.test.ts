import type { Rectangle } from 'electron'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SIZE, openingBounds } from './bounds.ts'

const left: Rectangle = { x: 0, y: 25, width: 1920, height: 1055 }
const right: Rectangle = { x: 1920, y: 0, width: 1280, height: 1024 }
const saved = (more: Record<string, unknown> = {}) => ({
  x: 100,
  y: 50,
  width: 900,
  height: 700,
  isMaximized: false,
  ...more,
})

describe('the window opens', () => {
  it('where it was, on either screen', () => {
    expect(openingBounds(saved(), [left, right])).toEqual({
      bounds: { x: 100, y: 50, width: 900, height: 700 },
      isMaximized: false,
    })
    expect(openingBounds(saved({ x: 2000, isMaximized: true }), [left, right])).toEqual({
      bounds: { x: 2000, y: 50, width: 900, height: 700 },
      isMaximized: true,
    })
  })

  it('no larger than the screen it is on', () => {
    expect(openingBounds(saved({ x: 2000, width: 4000, height: 3000 }), [left, right]).bounds).toEqual({
      x: 2000,
      y: 50,
      width: 1280,
      height: 1024,
    })
  })

  it.each<[string, Record<string, unknown>, Rectangle[]]>([
    ['its screen is gone', { x: 2000 }, [left]],
    ['it lies left of every screen', { x: -850 }, [left]],
    ['it lies right of every screen', { x: 1900 }, [left]],
    ['its upper edge is above the screen', { y: -10 }, [left]],
    ['its upper edge is below the screen', { y: 1020 }, [left]],
    ['there is no screen', {}, []],
  ])('in the middle where %s', (_what, more, areas) => {
    expect(openingBounds(saved(more), areas)).toEqual({ bounds: DEFAULT_SIZE, isMaximized: false })
  })

  it.each([
    [undefined],
    [null],
    [{}],
    [[]],
    ['text'],
    [saved({ x: '100' })],
    [saved({ width: 0 })],
    [saved({ width: Number.NaN })],
    [saved({ y: Number.POSITIVE_INFINITY })],
    [saved({ height: 700.5 })],
    [saved({ isMaximized: 'yes' })],
  ])('as the first time where the file holds %j', (stored) => {
    expect(openingBounds(stored, [left])).toEqual({ bounds: DEFAULT_SIZE, isMaximized: false })
  })
})
