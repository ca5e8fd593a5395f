import { useState } from 'react'
import { Banner, Button, Drawer, Icon, Led, Link, Page, Slider, TopBar } from '../index.ts'
import { DevicesCards } from './devices-page.tsx'
import { Frame } from './frame.tsx'

export function BenchPage() {
  const [isOpen, setOpen] = useState(true)
  const [drift, setDrift] = useState(3)
  const drawer = isOpen && (
    <Drawer
      title="Demo bench"
      icon="bench"
      onClose={() => setOpen(false)}
      actions={
        <>
          <Button>Sign-in page</Button>
          <Button variant="ghost">Reset</Button>
        </>
      }
      head={
        <div className="bench-time">
          <Icon name="clock" size="sm" />
          <span className="mono num">14:32:09</span>
          <span className="faint">24 Nov</span>
          <span className="grow" />
          <Button>+30 s</Button>
          <Button>+1 day</Button>
        </div>
      }
    >
      <div className="bench-grid">
        <section className="bench-card">
          <header>
            <b>Hardware token</b>
            <span className="st mono">2600 8831 0415</span>
          </header>
          <div className="bench-draw" />
          <Slider
            label="Its clock"
            value={drift}
            onChange={setDrift}
            min={-10}
            max={10}
            origin={0}
            tone="warn"
            valueText={`${drift * 30} s fast, ${drift} steps`}
            ends={['10 slow', 'on time', '10 fast']}
          />
          <div className="bench-acts">
            <button type="button">Lose</button>
            <button type="button">Steal</button>
            <button type="button">Break</button>
          </div>
        </section>
        <section className="bench-card">
          <header>
            <b>Blue key</b>
            <span className="st">
              <Led state="wait" />
              Waits for a touch
            </span>
          </header>
          <div className="bench-draw" />
          <div className="bench-acts">
            <button type="button" className="is-live">
              <Icon name="touch" />
              Touch
            </button>
            <button type="button">Lose</button>
          </div>
        </section>
      </div>
    </Drawer>
  )
  return (
    <Frame at="devices" drawer={isOpen ? drawer : undefined}>
      <TopBar title="Devices" sub="4 identities">
        <Button onClick={() => setOpen(true)}>Bench</Button>
      </TopBar>
      <Banner tone="live" title="Touch the blue key" action={<Link onClick={() => undefined}>Cancel</Link>}>
        to sign in as root.
      </Banner>
      <Page>
        <DevicesCards />
      </Page>
    </Frame>
  )
}
