/** Twins begun, ended, ticked by hand, and drilled. */
import { callError } from '../../../shared/contract/index.ts'
import type { Handlers } from '../handlers.ts'
import { certainly, remember, withKey, type Desk } from './desk.ts'
import { drill, findTwin } from './drill.ts'
import { changeKey, keyById } from './remembered.ts'
import { sideOf, twinRows } from './twins.ts'

type TwinCall = 'keys.beginTwin' | 'keys.endTwin' | 'keys.tickTwin' | 'keys.drill'

export function twinCalls(desk: Desk): Pick<Handlers, TwinCall> {
  const { store, plugged } = desk
  /** By its own id, or by that of its plug-in where it is certain. */
  const idOf = (id: string): string => certainly(desk, plugged.find(id)?.known)?.id ?? id

  return {
    async 'keys.beginTwin'(request, { signal }) {
      const first = await rememberedId(desk, request.first, signal)
      const spare = await rememberedId(desk, request.spare, signal)
      if (first === spare) throw callError('bad-request', { fields: [{ field: 'spare', reason: 'same-key' }] })
      await store.change((data) =>
        changeKey(data, first, (key) =>
          key.twins.some(({ spareId }) => spareId === spare)
            ? key
            : { ...key, twins: [...key.twins, { spareId: spare, ticked: [], drilled: [] }] },
        ),
      )
      return {}
    },

    async 'keys.endTwin'(request) {
      const [first, spare] = [idOf(request.first), idOf(request.spare)]
      findTwin(desk, first, spare)
      await store.change((data) =>
        changeKey(data, first, (key) => ({ ...key, twins: key.twins.filter(({ spareId }) => spareId !== spare) })),
      )
      return {}
    },

    async 'keys.tickTwin'({ row, isDone, ...request }) {
      const found = findTwin(desk, idOf(request.first), idOf(request.spare))
      const rows = twinRows(sideOf(desk, found.first), sideOf(desk, found.spare), found.twin)
      if (!rows.some((one) => one.row.id === row)) throw callError('not-found', { what: 'twin' })
      await store.change((data) =>
        changeKey(data, found.first.id, (key) => ({
          ...key,
          twins: key.twins.map((twin) => {
            if (twin.spareId !== found.spare.id) return twin
            const others = twin.ticked.filter((one) => one !== row)
            return { ...twin, ticked: isDone ? [...others, row] : others }
          }),
        })),
      )
      return {}
    },

    async 'keys.drill'(request, context) {
      const letGo = plugged.hold()
      try {
        await plugged.sighted(context.signal)
        return await drill(desk, idOf(request.first), idOf(request.spare), context)
      } finally {
        letGo()
      }
    },
  }
}

/** Of a remembered key, or one that is plugged in and remembered by this. Throws `not-found`. */
async function rememberedId(desk: Desk, id: string, signal: AbortSignal): Promise<string> {
  if (keyById(desk.store.data(), id)) return id
  return withKey(desk, id, signal, (open) => remember(desk, open, (key) => key))
}
