/** Hardware tokens: the display, the clock inside that drifts, lose, steal and break. */
import { useState } from 'react'
import type { State } from '../../../shared/contract/index.ts'
import { bench as words } from '../../i18n/bench.ts'
import { Slider } from '../../ui/index.ts'
import { TokenDrawing } from './drawings.tsx'
import type { Act } from './use-bench.ts'

type BenchToken = State<'bench'>['tokens'][number]

export function Tokens({ tokens, act }: { tokens: readonly BenchToken[]; act: Act }) {
  return tokens.map((token) => <TokenCard key={token.serial} token={token} act={act} />)
}

function TokenCard({ token, act }: { token: BenchToken; act: Act }) {
  const { serial, name, state, holder, display } = token
  return (
    <section className="bench-card" aria-label={`${name} ${serial}`}>
      <header>
        <b className="clip">{name}</b>
        <span className="st mono">{serial}</span>
      </header>
      <div className="bench-draw">
        <TokenDrawing code={display?.code} />
      </div>
      <p className="bench-note">
        {state === 'here' ? (holder === undefined ? words.free : words.holder(holder)) : words.states[state]}
      </p>
      {state === 'here' && <Drift key={token.driftSteps} token={token} act={act} />}
      <div className="bench-acts">
        {state === 'here' ? (
          (['lose', 'steal', 'break'] as const).map((what) => (
            <button
              key={what}
              type="button"
              aria-label={words.of(words[what], name)}
              onClick={() => act('bench.token', { serial, act: what })}
            >
              {words[what]}
            </button>
          ))
        ) : (
          <button
            type="button"
            aria-label={words.of(words.bringBack, name)}
            onClick={() => act('bench.token', { serial, act: 'bring-back' })}
          >
            {words.bringBack}
          </button>
        )}
      </div>
    </section>
  )
}

function Drift({ token, act }: { token: BenchToken; act: Act }) {
  const [steps, setSteps] = useState(token.driftSteps)
  return (
    <Slider
      label={words.drift}
      value={steps}
      min={Math.min(-10, token.driftSteps)}
      max={Math.max(10, token.driftSteps)}
      origin={0}
      tone={steps === 0 ? 'plain' : 'warn'}
      valueText={words.driftValue(steps)}
      ends={words.driftEnds}
      onChange={setSteps}
      onCommit={(value) =>
        value !== token.driftSteps && act('bench.token', { serial: token.serial, driftSteps: value })
      }
    />
  )
}
