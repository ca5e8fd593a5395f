/** A case that holds many: its accounts in order, what needs no hand done at one go, the rest offered one after the other. */
import type { ManyTaskView, ManyView } from '../../../shared/contract/index.ts'
import { contractErrorOf, useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import {
  atWorkWords,
  many as words,
  manyReport,
  manyTitle,
  stateWords,
  todoWords,
  whoseTask,
} from '../../i18n/recovery-many.ts'
import { frame, lossBadge } from '../../i18n/recovery.ts'
import {
  Badge,
  Button,
  Card,
  CardHead,
  Icon,
  Link,
  Menu,
  Notice,
  Page,
  ProgressLine,
  Table,
  TopBar,
  useToast,
  What,
} from '../../ui/index.ts'
import type { RecoveryScreenProps } from './form-props.ts'
import { madeHere, manyProgress, needsPerson, stateIcon, taskIcon, taskTone } from './many-look.ts'
import { saveText } from './save-text.ts'

interface ManyPageProps extends Omit<RecoveryScreenProps, 'caseId'> {
  readonly view: ManyView
}

export function ManyPage({ view, banners, onCase, onBackup }: ManyPageProps) {
  const isClosed = view.closedAt !== undefined
  const { open, tick } = useTasks(view, onCase)
  const leave = () => onCase(undefined)
  const { done, all } = manyProgress(view)
  return (
    <>
      <TopBar title={manyTitle(view)} crumb={{ label: frame.recovery, onClick: leave }}>
        <Button onClick={leave}>{isClosed ? frame.leaveClosed : frame.leave}</Button>
        <ManyMenu view={view} />
      </TopBar>
      {banners}
      <Page>
        <div className="lk-recovery">
          <Card label={manyTitle(view)}>
            <CardHead title={manyTitle(view)} meta={words.opened(view.openedAt)}>
              {view.outcome === 'finished' && <Badge tone="ok">{frame.finished}</Badge>}
              {view.outcome === 'abandoned' && <Badge icon="minus">{frame.abandoned}</Badge>}
              {view.losses.slice(0, 1).map(({ how }) => (
                <Badge key={how} tone="danger">
                  {lossBadge[how]}
                </Badge>
              ))}
            </CardHead>
            <div className="lk-card-line">
              <span className="faint num">{words.settled(done, all)}</span>
              <ProgressLine label={words.progress} value={done} max={all} tone="ok" />
            </div>
            {isClosed ? <Ended view={view} onBackup={onBackup} /> : <NextMoves view={view} onOpen={open} />}
          </Card>
          <Card label={words.table} className="lk-held">
            <Table label={words.table} columns={COLUMNS}>
              {view.tasks.map((task) => (
                <TaskRow key={task.id} task={task} isClosed={isClosed} onOpen={open} onTick={tick} />
              ))}
            </Table>
          </Card>
        </div>
      </Page>
    </>
  )
}

const COLUMNS = [
  { key: 'account', label: words.columns.account },
  { key: 'todo', label: words.columns.todo },
  { key: 'state', label: words.columns.state },
  { key: 'open', label: words.columns.open, className: 'c-last' },
]

/** Opening and ticking one of the tasks; what fails is said. */
function useTasks(view: ManyView, onCase: (caseId: string) => void) {
  const openTask = useCall('recovery.openTask', { cancelOnUnmount: true })
  const tickTask = useCall('recovery.tickTask')
  const toast = useToast()
  const say = (error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) })
  return {
    open(task: ManyTaskView) {
      openTask
        .run({ caseId: view.id, task: task.id })
        .then(({ caseId }) => onCase(caseId))
        .catch(say)
    },
    tick(task: ManyTaskView, isDone: boolean) {
      tickTask.run({ caseId: view.id, task: task.id, isDone }).catch(say)
    },
  }
}

interface NextMovesProps {
  readonly view: ManyView
  readonly onOpen: (task: ManyTaskView) => void
}

/** The two ways on: all that needs no hand, and the next that does. */
function NextMoves({ view, onOpen }: NextMovesProps) {
  const run = useCall('recovery.runMany')
  const check = useCall('recovery.checkMany', { cancelOnUnmount: true })
  const next = view.tasks.find(({ id }) => id === view.next)
  const hasCase = next !== undefined && (next.todo === 'replace' || next.todo === 'help')
  const { progress, pending } = run
  const at = progress?.at
  const whose = view.tasks.find(({ id }) => id === at?.task)
  const isTurnedAway = run.error?.code === 'not-confirmed' || run.error?.code === 'cancelled'
  return (
    <>
      {pending ? (
        <Notice
          icon="sync"
          title={`${whose ? whoseTask(whose) : words.byItself}.`}
          action={<Button onClick={run.cancel}>{words.stop}</Button>}
        >
          {at ? atWorkWords(at) : ''}
          <ProgressLine
            label={words.working(progress?.done ?? 0, progress?.total ?? 0)}
            value={progress?.done}
            max={progress?.total}
            tone="live"
          />
        </Notice>
      ) : (
        view.byItself > 0 && (
          <Notice
            icon="bolt"
            title={`${words.byItself}.`}
            action={
              <Button variant="primary" disabled={view.isAtWork} onClick={() => run.start({ caseId: view.id })}>
                {words.byItself}
              </Button>
            }
          >
            {words.byItselfMore(view.byItself)}
          </Notice>
        )
      )}
      {run.error && !isTurnedAway && (
        <Notice tone="danger" isNews>
          {errorWords(run.error)}
        </Notice>
      )}
      {next && (
        <Notice
          icon="user"
          title={words.nextIs(whoseTask(next))}
          action={
            hasCase ? (
              <Button variant={view.byItself > 0 ? 'default' : 'primary'} onClick={() => onOpen(next)}>
                {words.next}
              </Button>
            ) : undefined
          }
        >
          {words.yours(needsPerson(view))}
        </Notice>
      )}
      <Notice
        icon="info"
        action={
          <Button isBusy={check.pending || undefined} onClick={() => check.start({ caseId: view.id })}>
            {words.check}
          </Button>
        }
      >
        {check.error ? errorWords(check.error) : view.checkedAt === undefined ? '' : words.checked(view.checkedAt)}
      </Notice>
    </>
  )
}

function Ended({ view, onBackup }: { view: ManyView; onBackup: () => void }) {
  return (
    <>
      {view.outcome === 'finished' ? <Notice tone="ok">{words.finished}</Notice> : <Notice>{words.gaveUp}</Notice>}
      {madeHere(view) && (
        <Notice tone="warn" action={<Button onClick={onBackup}>{words.backUpGo}</Button>}>
          {words.backUp}
        </Notice>
      )}
    </>
  )
}

interface TaskRowProps {
  readonly task: ManyTaskView
  readonly isClosed: boolean
  readonly onOpen: (task: ManyTaskView) => void
  readonly onTick: (task: ManyTaskView, isDone: boolean) => void
}

function TaskRow({ task, isClosed, onOpen, onTick }: TaskRowProps) {
  const { state, more } = stateWords(task)
  const who = whoseTask(task)
  return (
    <tr>
      <td>
        <What icon={taskIcon(task)}>{who}</What>
      </td>
      <td className="lk-breaks">{todoWords(task)}</td>
      <td>
        <Icon name={stateIcon(task)} size="sm" className={`t-${taskTone(task)}`} /> <b>{state}</b>{' '}
        <span className="meta">{more}</span>
      </td>
      <td className="c-last">{!isClosed && <TaskAction task={task} who={who} onOpen={onOpen} onTick={onTick} />}</td>
    </tr>
  )
}

function TaskAction({ task, who, onOpen, onTick }: Omit<TaskRowProps, 'isClosed'> & { who: string }) {
  const { todo, state } = task
  if (todo === 'nothing' || state === 'now') return null
  if (todo === 'by-hand' || todo === 'look') {
    const isDone = state === 'done'
    const label = isDone ? words.undo : todo === 'look' ? words.look : words.done
    return (
      <Link label={`${label}: ${who}`} onClick={() => onTick(task, !isDone)}>
        {label}
      </Link>
    )
  }
  return (
    <Link label={state === 'failed' ? words.again(who) : words.goOn(who)} onClick={() => onOpen(task)}>
      {words.columns.open}
    </Link>
  )
}

function ManyMenu({ view }: { view: ManyView }) {
  const abandon = useCall('recovery.abandonMany')
  const toast = useToast()
  const giveUp = () => {
    abandon
      .run({ caseId: view.id })
      .catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
  }
  return (
    <Menu
      label={frame.more}
      entries={[
        {
          key: 'save',
          label: words.save,
          icon: 'save',
          onSelect: () => saveText(manyReport(view), 'latchkey-case.txt'),
        },
        ...(view.closedAt === undefined
          ? [
              { kind: 'line', key: 'line' } as const,
              { key: 'give-up', label: words.giveUp, icon: 'bin', isDanger: true, onSelect: giveUp } as const,
            ]
          : []),
      ]}
    />
  )
}
