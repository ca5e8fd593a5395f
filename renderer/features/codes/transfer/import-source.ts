/** What a person gives to be imported, made into what goes up: a file's bytes, or text pasted or found in a picture. */
import { MAX_IMPORT_BYTES, type Request } from '../../../../shared/contract/index.ts'
import { err, ok, toBase64url, type Result } from '../../../../shared/kit/index.ts'
import { readPicture } from '../qr/read-picture.ts'

export type ImportSource = Request<'import.read'>['source']
export type SourceFault = 'too-large' | 'no-code'

export async function sourceOf(file: File): Promise<Result<ImportSource, SourceFault>> {
  if (file.type.startsWith('image/')) {
    const text = await readPicture(file)
    return text.ok ? ok({ text: text.value }) : err(text.error === 'too-large' ? 'too-large' : 'no-code')
  }
  if (file.size > MAX_IMPORT_BYTES) return err('too-large')
  return ok({ file: toBase64url(new Uint8Array(await file.arrayBuffer())), name: file.name })
}
