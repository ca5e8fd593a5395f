/** Two simulated security keys: plug, touch, unplug, lose. */
import type { Request, State } from '../../../shared/contract/index.ts'
import { bench as words } from '../../i18n/bench.ts'
import { Icon, KeyDrawing, Led } from '../../ui/index.ts'
import type { Act } from './use-bench.ts'

type BenchKey = State<'bench'>['keys'][number]

export function BenchKeys({ keys, act }: { keys: readonly BenchKey[]; act: Act }) {
  return keys.map((key, at) => <KeyCard key={key.id} benchKey={key} isSpare={at > 0} act={act} />)
}

function KeyCard({ benchKey, isSpare, act }: { benchKey: BenchKey; isSpare: boolean; act: Act }) {
  const { id, name, state, plugged, hasSensor, waitsFor, winks, knownPin } = benchKey
  const status =
    state === 'here'
      ? waitsFor
        ? words.waitsFor[waitsFor]
        : plugged
          ? words.plugged
          : words.drawer
      : words.states[state]
  const led = state === 'here' && plugged ? (waitsFor || winks ? 'wait' : 'on') : 'off'
  const button = (what: Parameters<typeof keyAct>[1], label: string, icon?: 'touch', isLive = false) => (
    <button
      type="button"
      className={isLive ? 'is-live' : undefined}
      aria-label={words.of(label, name)}
      onClick={() => keyAct(act, what, id)}
    >
      {icon && <Icon name={icon} />}
      {label}
    </button>
  )
  return (
    <section className="bench-card" aria-label={name}>
      <header>
        <b>{name}</b>
        <span className="st" role="status">
          <Led state={led} />
          {status}
        </span>
      </header>
      <div className="bench-draw">
        <KeyDrawing
          shape={hasSensor ? 'finger' : isSpare ? 'short' : 'a'}
          tint={isSpare ? undefined : 'blue'}
          isOut={state !== 'here' || !plugged}
          isWaiting={waitsFor !== undefined || winks}
          width={176}
        />
      </div>
      {knownPin !== undefined && state === 'here' && <p className="bench-note">{words.note(knownPin)}</p>}
      <div className="bench-acts">
        {state !== 'here' ? (
          button('bring-back', words.bringBack)
        ) : (
          <>
            {waitsFor && button('touch', words.touchAs[waitsFor], 'touch', true)}
            {waitsFor && waitsFor !== 'touch' && button('wrong-finger', words.wrongFinger[waitsFor])}
            {plugged ? button('unplug', words.unplug) : button('plug', words.plug)}
            {button('lose', words.lose)}
            {!waitsFor && button('steal', words.steal)}
            {!waitsFor && button('break', words.break)}
          </>
        )}
      </div>
    </section>
  )
}

const keyAct = (act: Act, what: Request<'bench.key'>['act'], id: string) => act('bench.key', { id, act: what })
