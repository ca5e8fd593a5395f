import { Code, Main, Ring, Scroll, Tile } from '../index.ts'

/** A thousand rows at once, for measuring the tick. */
export function ManyPage() {
  return (
    <Main>
      <Scroll>
        <ul aria-label="Many">
          {Array.from({ length: 1000 }, (_, at) => (
            <li key={at} className="lk-row">
              <Tile name={`Issuer ${at}`} />
              <div className="clip">
                <div className="name">
                  <span className="clip">Issuer {at}</span>
                </div>
                <div className="acct clip">alice@northwind.example</div>
              </div>
              <div className="aux" />
              <Code code={String(100000 + at)} />
              <Ring period={30} />
              <div className="end" />
            </li>
          ))}
        </ul>
      </Scroll>
    </Main>
  )
}
