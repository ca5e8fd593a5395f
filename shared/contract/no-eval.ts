/**
 * For the page: zod makes faster parsers with `new Function`, and tries whether it may when a schema is made. The page's
 * policy forbids that, and each try is reported as a violation. So this is imported before any module that makes a schema.
 */
import { config } from 'zod'

config({ jitless: true })
