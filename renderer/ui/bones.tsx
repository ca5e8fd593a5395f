import { cx } from './cx.ts'

export interface BonesProps {
  /** Read once ("Loading devices"). */
  label: string
  /** What is coming: rows of codes, cards, or lines of text. */
  kind?: 'rows' | 'cards' | 'lines' | undefined
  count?: number | undefined
}

const widths = ['46%', '62%', '38%', '54%', '70%']

/** Shapes of what is being loaded, in its place, so that nothing moves when it comes. */
export function Bones({ label, kind = 'lines', count = 3 }: BonesProps) {
  return (
    <div aria-busy="true" aria-live="polite">
      <span className="vh">{label}</span>
      <div aria-hidden="true" className={cx('lk-bones', `is-${kind}`)}>
        {Array.from({ length: count }, (_, at) => {
          const width = widths[at % widths.length]
          if (kind === 'rows') return <BoneRow key={at} width={width} />
          if (kind === 'cards') return <BoneCard key={at} width={width} />
          return <span key={at} className="lk-bone" style={{ width }} />
        })}
      </div>
    </div>
  )
}

function BoneRow({ width }: { width: string | undefined }) {
  return (
    <div className="lk-row">
      <span className="lk-tile lk-bone" />
      <span className="lk-bone" style={{ width }} />
      <span />
      <span className="lk-bone is-code" />
      <span className="lk-ring">
        <span className="lk-bone is-ring" />
      </span>
      <span />
    </div>
  )
}

function BoneCard({ width }: { width: string | undefined }) {
  return (
    <div className="lk-card">
      <div className="lk-card-head">
        <span className="lk-tile lk-bone" />
        <span className="lk-bone" style={{ width }} />
      </div>
      <div className="lk-setting">
        <span className="lk-bone" style={{ width: '30%' }} />
      </div>
      <div className="lk-setting">
        <span className="lk-bone" style={{ width: '42%' }} />
      </div>
    </div>
  )
}
