export { authenticate } from './authenticate.ts'
export { register } from './register.ts'
export { CeremonyError } from './ceremony-error.ts'
export type { CeremonyFault } from './ceremony-error.ts'
export type { ClientParts } from './context.ts'
export { checkRpId } from './rp-id.ts'
export type { Person, PinQuestion } from './person.ts'
export type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from './json.ts'
