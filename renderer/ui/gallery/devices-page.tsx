import {
  Banner,
  Button,
  Card,
  CardHead,
  Contact,
  Contacts,
  EightBar,
  Link,
  Menu,
  Notice,
  Page,
  SearchField,
  State,
  Table,
  Tile,
  TopBar,
  What,
  type EightCounts,
  type IconName,
  type Tone,
} from '../index.ts'
import { Frame } from './frame.tsx'

interface Device {
  icon: IconName
  name: string
  serial: string
  tone: Tone
  health: string
  last: string
}
const pixel: Device = {
  icon: 'phone',
  name: 'Pixel 8, Google Authenticator',
  serial: '',
  tone: 'ok',
  health: 'In sync',
  last: 'Today, 08:12',
}
const key: Device = {
  icon: 'key',
  name: 'Blue YubiKey 5C NFC',
  serial: '2419 0772',
  tone: 'ok',
  health: 'In order',
  last: '2 hours ago',
}
const token: Device = {
  icon: 'token',
  name: 'Gemalto token, safe on floor 2',
  serial: 'GALT 0047 7190',
  tone: 'danger',
  health: 'Stolen, 22 Nov',
  last: '9 Sep',
}
const drifted: Device = {
  icon: 'token',
  name: 'Feitian c200 token',
  serial: '2600 8831 0415',
  tone: 'warn',
  health: 'Drifted 3 steps',
  last: 'Refused today',
}

const columns = [
  { key: 'device', label: 'Device' },
  { key: 'serial', label: 'Serial', className: 'c-serial' },
  { key: 'health', label: 'Health', className: 'c-health' },
  { key: 'last', label: 'Last used', className: 'c-last' },
  { key: 'act', label: 'Actions', className: 'c-act' },
]

function Devices({ devices }: { devices: Device[] }) {
  return (
    <Table label="Devices" columns={columns} isHeadHidden>
      {devices.map((device) => (
        <tr key={device.name} className={device.tone === 'danger' ? 'is-lost' : undefined}>
          <td>
            <What icon={device.icon}>{device.name}</What>
          </td>
          {device.serial === '' ? (
            <td className="c-serial faint">on another phone</td>
          ) : (
            <td className="c-serial faint mono">{device.serial}</td>
          )}
          <td className="c-health">
            <State tone={device.tone}>{device.health}</State>
          </td>
          <td className="c-last faint num">{device.last}</td>
          <td className="c-act">
            <Menu
              label={`Actions for ${device.name}`}
              entries={[
                { key: 'rename', label: 'Rename', icon: 'edit', onSelect: () => undefined },
                { key: 'lost', label: 'It is lost or stolen', icon: 'recovery', onSelect: () => undefined },
                { kind: 'line', key: 'line' },
                { key: 'remove', label: 'Remove', icon: 'bin', isDanger: true, onSelect: () => undefined },
              ]}
            />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Head({
  icon,
  title,
  meta,
  label,
  ...counts
}: { icon: IconName; title: string; meta: string; label: string } & EightCounts) {
  return (
    <CardHead tile={<Tile icon={icon} />} title={title} meta={meta}>
      <EightBar label={label} {...counts} />
      <Button icon="plus" aria-label={`Register a device for ${title}`}>
        <span className="not-mid">Register</span>
      </Button>
    </CardHead>
  )
}

export function DevicesCards() {
  return (
    <>
      <Card label="breakglass">
        <Head
          icon="user"
          title="breakglass-administrator.staging"
          meta="Northwind staging · account 5502 1187 0946 · user · aws-iam"
          label="1 of 8"
          ok={0}
          warn={1}
        />
        <Devices devices={[pixel]} />
        <Notice
          tone="warn"
          title="Single point of failure."
          action={<Button variant="primary">Add a security key</Button>}
        >
          If this phone is lost, only an administrator can help.
        </Notice>
      </Card>
      <Card label="root">
        <Head
          icon="root"
          title="Root user"
          meta="Northwind production · account 4471 0982 3316 · aws-iam"
          label="3 of 8"
          ok={2}
          lost={1}
        />
        <Contacts action={<Link onClick={() => undefined}>Check now</Link>}>
          <Contact icon="mail" value="mfa-root@northwind.example" when="confirmed 3 months ago" />
          <Contact icon="call" value="+31 20 ··· 48" when="confirmed 14 months ago" isOld />
        </Contacts>
        <Devices devices={[key, pixel, token]} />
      </Card>
      <Card label="alice">
        <Head
          icon="user"
          title="alice.okonkwo-brandt"
          meta="Engineering realm · user · privacyidea"
          label="3 of 8"
          ok={2}
          warn={1}
        />
        <Devices devices={[key, pixel, drifted]} />
        <Notice icon="sync" action={<Button>Resync the token</Button>}>
          The token is 94 s fast. Two codes in a row put it right.
        </Notice>
      </Card>
    </>
  )
}

export function DevicesPage() {
  return (
    <Frame at="devices">
      <TopBar title="Devices" sub="4 identities, 9 devices">
        <SearchField label="Search" placeholder="Search devices" value="" onChange={() => undefined} />
        <Button icon="sync" aria-label="Reload" />
      </TopBar>
      <Banner icon="bench" title="Demo mode." action={<Link href="?page=bench">Open the bench</Link>}>
        Backends, keys and people are simulated; nothing leaves this computer.
      </Banner>
      <Page>
        <DevicesCards />
      </Page>
    </Frame>
  )
}
