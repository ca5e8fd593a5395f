/** How a backend is signed in to, as the vault keeps it: the one place where its secrets are. */
import { z } from 'zod'
import { standing } from '../../../shared/contract/index.ts'

const common = {
  id: z.string().min(1),
  name: z.string(),
  addedAt: z.number().int(),
  /** What was learned when it was last asked. */
  standing: standing.optional().catch(undefined),
}

const awsKeys = z.strictObject({
  by: z.literal('keys'),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string().optional(),
})

export const backendConfig = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('aws-iam'),
    signIn: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('profile'), profile: z.string() }),
      z.strictObject({ by: z.literal('environment') }),
      awsKeys,
    ]),
    region: z.string().optional(),
    role: z
      .strictObject({ roleArn: z.string(), externalId: z.string().optional(), mfaSerial: z.string().optional() })
      .optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('privacyidea'),
    url: z.string(),
    /** PEM. */
    authorities: z.string().optional(),
    signIn: z.discriminatedUnion('by', [
      /** No password: it is asked for, and held in memory until the vault is locked. */
      z.strictObject({
        by: z.literal('password'),
        user: z.string(),
        realm: z.string().optional(),
        password: z.string().optional(),
      }),
      z.strictObject({ by: z.literal('api-key'), key: z.string() }),
    ]),
  }),
])
export type BackendConfig = z.infer<typeof backendConfig>
export type AwsConfig = Extract<BackendConfig, { kind: 'aws-iam' }>
export type PrivacyIdeaConfig = Extract<BackendConfig, { kind: 'privacyidea' }>
