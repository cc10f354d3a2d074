import { useEffect, useRef, useState } from 'preact/hooks'
import { newKey } from '../api.js'
import { VERBS } from '../verbs.js'
import { Field } from './Fields.jsx'
import { Badge, Facts, Refusal } from './Frame.jsx'
import { KIND, Progress } from './Progress.jsx'

const ACTOR = 'pgprimacy.actor'
const WHO = { name: 'actor', label: 'who asks', kind: 'text', required: true, autocomplete: 'username' }
const WHY = { name: 'reason', label: 'why', kind: 'text', required: true }

/** What is asked for, by whom and why. */
function Wish({ verb, cluster, wish, set, onGo, busy }) {
  const submit = (e) => {
    e.preventDefault()
    onGo()
  }
  const fields = verb.unasked ? verb.fields : [...verb.fields, WHO, WHY]
  return (
    <form onSubmit={submit}>
      <p>{verb.says}</p>
      {fields.map((f) => (
        <Field key={f.name} field={f} cluster={cluster} value={wish[f.name]} onChange={(v) => set(f.name, v)} />
      ))}
      <div class="buttons">
        <button disabled={busy}>{verb.foresee ? 'Show what would happen' : `${verb.title} now`}</button>
      </div>
    </form>
  )
}

/** The dry run's outcome, and the button that does it. */
function Foreseen({ verb, cluster, foreseen, onDo, onBack, busy }) {
  const [typed, setTyped] = useState('')
  const heading = useRef(null)
  useEffect(() => heading.current.focus(), [])
  const refused = foreseen.outcome === 'refused'
  const mustType = foreseen.loses && !refused
  return (
    <>
      <div id="foreseen">
        <p ref={heading} tabIndex={-1}>
          <Badge kind={KIND[foreseen.outcome]}>{foreseen.outcome}</Badge> {foreseen.lines[0]}
        </p>
        {foreseen.lines.slice(1).map((line) => (
          <p key={line}>{line}</p>
        ))}
        <Facts facts={foreseen.facts} />
        <p>Nothing has been done so far.</p>
      </div>
      {mustType && (
        <label>
          {foreseen.loses} Type the cluster's name, {cluster.cluster}, to go on
          <input value={typed} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" autocapitalize="none" spellcheck={false} />
        </label>
      )}
      <div class="buttons">
        <button onClick={onBack}>Back</button>
        <button class="danger" disabled={busy || refused || (mustType && typed !== cluster.cluster)} onClick={onDo}>
          {verb.title} now
        </button>
      </div>
    </>
  )
}

function Done({ outcome }) {
  return (
    <div id="done" role="status" class={outcome.bad ? 'refused' : ''}>
      {outcome.done.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </div>
  )
}

const given = (verb, begin) => ({
  actor: sessionStorage.getItem(ACTOR) ?? '',
  ...Object.fromEntries(verb.fields.filter((f) => f.begin).map((f) => [f.name, f.begin])),
  ...begin,
})

/** One verb from the wish to its end, in a dialog. `begin` holds what is known already: a node, a backup, a moment. */
export function Action({ name, cluster, begin, onClose }) {
  const verb = VERBS[name]
  const dialog = useRef(null)
  const key = useRef(newKey())
  const [wish, setWish] = useState(() => given(verb, begin))
  const [foreseen, setForeseen] = useState(null)
  const [outcome, setOutcome] = useState(null)
  const [problem, setProblem] = useState(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => dialog.current.showModal(), [])

  const ask = async (what, then) => {
    setBusy(true)
    setProblem(null)
    try {
      sessionStorage.setItem(ACTOR, wish.actor)
      then(await what(cluster.cluster, wish, key.current))
    } catch (failure) {
      setProblem(failure)
    }
    setBusy(false)
  }
  const act = () => ask(verb.act, setOutcome)
  const go = () => (verb.foresee ? ask(verb.foresee, setForeseen) : act())
  const back = () => {
    key.current = newKey()
    setForeseen(null)
    setProblem(null)
  }
  const title = `${verb.title}${verb.about ? ` ${verb.about(wish)}` : ''}: cluster ${cluster.cluster}`
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="action">
      <h2 id="action">{title}</h2>
      {outcome?.operation ? (
        <Progress path={outcome.operation} cluster={cluster} />
      ) : outcome ? (
        <Done outcome={outcome} />
      ) : foreseen ? (
        <Foreseen verb={verb} cluster={cluster} foreseen={foreseen} onDo={act} onBack={back} busy={busy} />
      ) : (
        <Wish verb={verb} cluster={cluster} wish={wish} set={(field, value) => setWish({ ...wish, [field]: value })} onGo={go} busy={busy} />
      )}
      {busy && <p role="status">asking …</p>}
      {problem && <Refusal problem={problem} />}
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  )
}

/** Buttons that open their dialogs; each is `{name, begin, danger}`. */
export function Buttons({ id, cluster, actions }) {
  const [open, setOpen] = useState(null)
  return (
    <div class="buttons" id={id}>
      {actions.map((a) => (
        <button key={a.name} class={VERBS[a.name].loses ? 'danger' : ''} aria-label={a.label} onClick={() => setOpen(a)}>
          {VERBS[a.name].title} …
        </button>
      ))}
      {open && <Action name={open.name} begin={open.begin} cluster={cluster} onClose={() => setOpen(null)} />}
    </div>
  )
}
