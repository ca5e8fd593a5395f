/** Where a privacyIDEA server is and how to sign in there. */
import { adding as words } from '../../i18n/backends.ts'
import { Checkbox, Select, TextArea, TextField } from '../../ui/index.ts'
import type { ServerForm } from './privacyidea-form.ts'

interface PrivacyIdeaFieldsProps {
  readonly form: ServerForm
  readonly onChange: (form: ServerForm) => void
}

export function PrivacyIdeaFields({ form, onChange }: PrivacyIdeaFieldsProps) {
  const set = (change: Partial<ServerForm>) => onChange({ ...form, ...change })
  return (
    <>
      <TextField
        label={words.url}
        help={words.urlHelp}
        type="url"
        placeholder="https://mfa.example.com"
        value={form.url}
        onChange={(url) => set({ url })}
        takesFocus
      />
      <Select
        label={words.signInLabel}
        value={form.by}
        onChange={(by) => set({ by })}
        options={[
          { value: 'password', label: words.signInBy.password },
          { value: 'api-key', label: words.signInBy['api-key'] },
        ]}
      />
      {form.by === 'password' ? (
        <>
          <TextField label={words.user} autoComplete="off" value={form.user} onChange={(user) => set({ user })} />
          <TextField
            label={words.realm}
            help={words.realmHelp}
            value={form.realm}
            onChange={(realm) => set({ realm })}
          />
          <TextField
            label={words.password}
            type="password"
            autoComplete="off"
            value={form.password}
            onChange={(password) => set({ password })}
          />
          <Checkbox label={words.keep} help={words.keepHelp} isChecked={form.keep} onChange={(keep) => set({ keep })} />
        </>
      ) : (
        <TextField
          label={words.apiKey}
          type="password"
          autoComplete="off"
          help={words.keysHelp}
          value={form.key}
          onChange={(key) => set({ key })}
        />
      )}
      <Checkbox
        label={words.hasAuthorities}
        isChecked={form.hasAuthorities}
        onChange={(hasAuthorities) => set({ hasAuthorities })}
      />
      {form.hasAuthorities && (
        <TextArea
          label={words.authorities}
          help={words.authoritiesHelp}
          isMono
          rows={4}
          value={form.authorities}
          onChange={(authorities) => set({ authorities })}
        />
      )}
    </>
  )
}
