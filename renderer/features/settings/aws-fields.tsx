/** How to sign in at AWS: a profile of this computer before anything else. */
import { useEffect } from 'react'
import { useCall } from '../../client/index.ts'
import { adding as words } from '../../i18n/backends.ts'
import { Bones, Checkbox, Notice, RadioCards, Select, TextField } from '../../ui/index.ts'
import { withProfile, type AwsForm } from './aws-form.ts'

interface AwsFieldsProps {
  readonly form: AwsForm
  readonly onChange: (form: AwsForm) => void
}

export function AwsFields({ form, onChange }: AwsFieldsProps) {
  const { start, data } = useCall('backends.profiles', { cancelOnUnmount: true })
  useEffect(() => start({}), [start])
  if (!data) return <Bones label={words.looking} />
  const { profiles, environment } = data
  const set = (change: Partial<AwsForm>) => onChange({ ...form, ...change })
  const hasProfiles = profiles.length > 0
  return (
    <>
      <RadioCards
        label={words.how}
        value={form.by}
        onChange={(by) => set({ by })}
        options={[
          { value: 'profile', label: words.by.profile, ...(hasProfiles ? {} : { why: words.profilesNone }) },
          { value: 'environment', label: words.by.environment, ...(environment ? {} : { why: words.environmentNone }) },
          { value: 'keys', label: words.by.keys, meta: words.keysHelp },
        ]}
      />
      {form.by === 'profile' && hasProfiles && (
        <Select
          label={words.profile}
          value={form.profile}
          onChange={(name) =>
            onChange(
              withProfile(
                form,
                profiles.find((profile) => profile.name === name),
              ),
            )
          }
          help={words.profileHelp}
          options={[
            { value: '', label: words.choose, isDisabled: true },
            ...profiles.map(({ name, signsInBy }) => ({
              value: name,
              label: `${name} (${words.signsInBy[signsInBy]})`,
            })),
          ]}
        />
      )}
      {form.by === 'keys' && <Keys form={form} set={set} />}
      <Checkbox label={words.role} isChecked={form.hasRole} onChange={(hasRole) => set({ hasRole })} />
      {form.hasRole && (
        <>
          <TextField label={words.roleArn} isMono value={form.roleArn} onChange={(roleArn) => set({ roleArn })} />
          <TextField label={words.externalId} value={form.externalId} onChange={(externalId) => set({ externalId })} />
          <TextField
            label={words.mfaSerial}
            isMono
            value={form.mfaSerial}
            onChange={(mfaSerial) => set({ mfaSerial })}
          />
        </>
      )}
      <TextField
        label={words.region}
        help={words.regionHelp}
        value={form.region}
        onChange={(region) => set({ region })}
      />
    </>
  )
}

function Keys({ form, set }: { form: AwsForm; set: (change: Partial<AwsForm>) => void }) {
  const isTemporary = form.accessKeyId.trim().startsWith('ASIA')
  return (
    <>
      <TextField
        label={words.accessKeyId}
        isMono
        autoComplete="off"
        value={form.accessKeyId}
        onChange={(accessKeyId) => set({ accessKeyId })}
      />
      <TextField
        label={words.secretAccessKey}
        type="password"
        autoComplete="off"
        value={form.secretAccessKey}
        onChange={(secretAccessKey) => set({ secretAccessKey })}
      />
      {isTemporary && (
        <TextField
          label={words.sessionToken}
          type="password"
          autoComplete="off"
          value={form.sessionToken}
          onChange={(sessionToken) => set({ sessionToken })}
        />
      )}
      {!isTemporary && form.accessKeyId.trim() !== '' && <Notice>{words.keysBetter}</Notice>}
    </>
  )
}
