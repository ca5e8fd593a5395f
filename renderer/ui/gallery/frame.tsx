import type { ReactNode } from 'react'
import { App, Main, Rail, RailItem } from '../index.ts'

export function Frame({ at, children, drawer }: { at: string; children: ReactNode; drawer?: ReactNode }) {
  return (
    <App hasBench={drawer !== undefined}>
      <Rail
        label="Main"
        brand="Latchkey"
        foot={
          <>
            <RailItem icon="settings" label="Settings" href="#" />
            <RailItem icon="lock" label="Lock" count="Ctrl L" />
          </>
        }
      >
        <RailItem icon="codes" label="Codes" count={42} href="?page=codes" isCurrent={at === 'codes'} />
        <RailItem icon="devices" label="Devices" count={9} href="?page=devices" isCurrent={at === 'devices'} />
        <RailItem
          icon="recovery"
          label="Recovery"
          count={1}
          isWarning
          href="?page=recovery"
          isCurrent={at === 'recovery'}
        />
      </Rail>
      <Main>{children}</Main>
      {drawer}
    </App>
  )
}
