/** A test of a backend that is configured: what works, and what is permitted. Writes nothing. */
import { useEffect } from 'react'
import type { BackendView } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { testing as words } from '../../i18n/backends.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Bones, Button, Dialog, Notice } from '../../ui/index.ts'
import { TestReport } from './test-report.tsx'

export function TestBackendDialog({ backend, onClose }: { backend: BackendView; onClose: () => void }) {
  const { start, data, pending, error } = useCall('backends.test', { cancelOnUnmount: true })
  const { id, name } = backend
  useEffect(() => start({ id }), [start, id])
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(name)}
      size="lg"
      footer={
        <>
          <Button isBusy={pending} onClick={() => start({ id })}>
            {words.again}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {words.close}
          </Button>
        </>
      }
    >
      {pending ? (
        <Bones label={words.running} count={5} />
      ) : error && error.code !== 'cancelled' ? (
        <Notice tone="danger">{errorWords(error)}</Notice>
      ) : (
        data && <TestReport result={data} />
      )}
    </Dialog>
  )
}
