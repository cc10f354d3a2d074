import { useId } from 'preact/hooks'

function Choice({ field, options, value, onChange }) {
  return (
    <select value={value ?? ''} onChange={(e) => onChange(e.currentTarget.value || undefined)}>
      {field.any && <option value="">{field.any}</option>}
      {options.map((o) => (
        <option key={o}>{o}</option>
      ))}
    </select>
  )
}

function control(field, cluster, props) {
  const { value, onChange, hint } = props
  const nodes = cluster.members.map((m) => m.name)
  switch (field.kind) {
    case 'node':
      return <Choice field={field} options={nodes} value={value} onChange={onChange} />
    case 'standby':
      return <Choice field={field} options={nodes.filter((n) => n !== cluster.primary)} value={value} onChange={onChange} />
    case 'choice':
      return <Choice field={field} options={field.options} value={value} onChange={onChange} />
    default:
      return (
        <input
          type={field.kind}
          min={field.kind === 'number' ? 0 : undefined}
          required={field.required}
          value={value ?? ''}
          aria-describedby={hint}
          onInput={(e) => onChange(e.currentTarget.value || undefined)}
          autocomplete={field.autocomplete ?? 'off'}
        />
      )
  }
}

/** One thing to be said: a `text`, a `number`, a `check`, a `choice` of options, a `node`, or a `standby`. */
export function Field({ field, cluster, value, onChange }) {
  const id = useId()
  if (field.kind === 'check') {
    return (
      <label class="check">
        <input type="checkbox" checked={!!value} onChange={(e) => onChange(e.currentTarget.checked)} /> {field.label}
      </label>
    )
  }
  const hint = field.hint && `${id}-hint`
  return (
    <>
      <label>
        {field.label}
        {control(field, cluster, { value, onChange, hint })}
      </label>
      {hint && (
        <p class="hint" id={hint}>
          {field.hint}
        </p>
      )}
    </>
  )
}
