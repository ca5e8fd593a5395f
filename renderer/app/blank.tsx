import { Mark } from '../ui/index.ts'

/** A page with nothing to do on it: the mark, what is so, what to do elsewhere. */
export function Blank({ title, more }: { title: string; more?: string }) {
  return (
    <main className="lk-blank">
      <div>
        <Mark />
        <h1>{title}</h1>
        {more !== undefined && <p>{more}</p>}
      </div>
    </main>
  )
}
