import { useState } from 'react'
import {
  Badge,
  Banner,
  Button,
  Code,
  Copied,
  cx,
  Icon,
  IconButton,
  Link,
  Menu,
  NextCode,
  Ring,
  Scroll,
  SearchField,
  Tag,
  Tile,
  TopBar,
} from '../index.ts'
import { Frame } from './frame.tsx'

const entries = [
  ['Amazon Web Services', 'alice@northwind.example · staging', '482915'],
  ['GitHub', 'alice-okonkwo', '073358'],
  ['Proton Mail', 'alice.okonkwo@proton.me', '640127'],
  ['privacyIDEA', 'alice.okonkwo-brandt@realm-payroll', '551736'],
  ['Northwind VPN', 'aokonkwo', '206481'],
  ['Hetzner Cloud', 'billing@northwind.example', '83420917'],
  ['Steam', 'okonkwo_a', 'R7K2P'],
  [
    'Landesvermessung Geoportal für Behörden und Unternehmen',
    'alice.okonkwo-brandt.extern@verwaltung.stadt-beispielhausen.example',
    '',
  ],
  ['Campus print service', 's4471902', '155890'],
] as const

export function CodesPage() {
  const [query, setQuery] = useState('')
  return (
    <Frame at="codes">
      <TopBar title="Codes">
        <SearchField label="Search" placeholder="Search 42 entries" shortcut="/" value={query} onChange={setQuery} />
        <Menu
          label="Sort, density, import and export"
          icon="more"
          entries={[
            { kind: 'head', key: 'h', label: 'Sort by' },
            { key: 'use', label: 'Use', isChecked: true, onSelect: () => undefined },
            { key: 'name', label: 'Name', isChecked: false, onSelect: () => undefined },
            { kind: 'line', key: 'l' },
            { key: 'backup', label: 'Back up…', icon: 'save', shortcut: 'Ctrl B', onSelect: () => undefined },
            {
              key: 'import',
              label: 'Import',
              icon: 'load',
              why: 'Unlock the vault for writing first.',
              onSelect: () => undefined,
            },
            { key: 'bin', label: 'Empty the bin', icon: 'bin', isDanger: true, onSelect: () => undefined },
          ]}
        />
        <Button variant="primary" icon="plus" aria-label="Add an entry">
          <span className="not-narrow">Add</span>
        </Button>
      </TopBar>
      <Banner
        icon="clock"
        title="This computer’s clock is 47 s slow."
        action={
          <Link onClick={() => undefined}>
            <span className="not-narrow">How it was measured</span>
            <span className="only-narrow">How</span>
          </Link>
        }
      >
        <span className="not-narrow">Codes are corrected and right.</span>
      </Banner>
      <Scroll>
        <h2 className="lk-group">
          All entries <span className="num">{entries.length}</span>
          <span className="end">
            Sorted by use <Icon name="down" size="sm" />
          </span>
        </h2>
        <ul aria-label="All entries">
          {entries.map(([name, account, code], row) => (
            <li key={name} className={cx('lk-row', row === 0 && 'is-selected')}>
              <Tile name={name} />
              <div className="clip">
                <div className="name">
                  <span className="clip">{name}</span>
                  {row < 2 && <Tag>Work</Tag>}
                </div>
                <div className="acct clip">{account}</div>
              </div>
              <div className="aux">
                {row === 3 && <Badge tone="warn">Drifted 3 steps</Badge>}
                {row === 3 && <Button variant="ghost">Resync</Button>}
                {row === 4 && <NextCode label="next" code="739052" />}
                {row === 8 && <Badge>Counter 118</Badge>}
              </div>
              <Code code={code} isHidden={code === ''} />
              {row === 8 ? (
                <IconButton icon="next" label="Next counter" isRinged />
              ) : (
                <Ring period={row === 4 ? 60 : 30} />
              )}
              <div className={cx('end', row === 1 && 'is-shown')}>
                {row === 1 ? (
                  <Copied>Copied</Copied>
                ) : (
                  <>
                    <IconButton icon="copy" label="Copy the code" />
                    <IconButton icon="dots" label="More" />
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      </Scroll>
    </Frame>
  )
}
