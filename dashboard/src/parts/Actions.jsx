import { useEffect, useRef, useState } from 'preact/hooks'
import { get, post } from '../api.js'
import { Badge } from './Frame.jsx'

/** `loses`: acknowledged writes may be gone afterwards, so the cluster's name is to be typed. */
const VERBS = {
  switchover: { title: 'Switch over', says: 'Moves the primary; nothing is lost.', field: 'to', choose: 'to' },
  failover: {
    title: 'Fail over',
    says: 'Makes another member the primary although the old one may be gone. What the old one has acknowledged and not sent is lost.',
    field: 'to',
    choose: 'to',
    loses: true,
  },
  pause: { title: 'Pause', says: 'Nothing is automatic until it is resumed.' },
  resume: { title: 'Resume', says: 'Automation goes on.' },
  backup: { title: 'Back up', says: 'Takes a backup.', field: 'from', choose: 'of' },
}

const FINAL = ['SUCCEEDED', 'REFUSED', 'FAILED']
const KIND = { granted: 'good', waits: 'warn', refused: 'bad', SUCCEEDED: 'good', RUNNING: 'warn', PENDING: 'warn', REFUSED: 'bad', FAILED: 'bad' }
const ACTOR = 'pgprimacy.actor'
const LOOK_EVERY = 400

function Refusal({ problem }) {
  return (
    <p class="refused" role="alert">
      {problem.message}
      {problem.hint && <br />}
      {problem.hint}
    </p>
  )
}

function Target({ verb, cluster, value, onChange }) {
  const { field, choose } = VERBS[verb]
  const nodes = cluster.members.filter((m) => verb === 'backup' || m.name !== cluster.primary)
  return (
    <label>
      {choose}
      <select value={value ?? ''} onChange={(e) => onChange(field, e.currentTarget.value || undefined)}>
        <option value="">the fittest</option>
        {nodes.map((m) => (
          <option key={m.name}>{m.name}</option>
        ))}
      </select>
    </label>
  )
}

function Check({ label, value, onChange }) {
  return (
    <label>
      <input type="checkbox" checked={!!value} onChange={(e) => onChange(e.currentTarget.checked)} /> {label}
    </label>
  )
}

/** What is asked for, by whom and why. */
function Wish({ verb, cluster, wish, set, onShow, busy }) {
  const submit = (e) => {
    e.preventDefault()
    onShow()
  }
  return (
    <form onSubmit={submit}>
      <p>{VERBS[verb].says}</p>
      {VERBS[verb].field && <Target verb={verb} cluster={cluster} value={wish[VERBS[verb].field]} onChange={set} />}
      {verb === 'backup' && (
        <label>
          type
          <select value={wish.type} onChange={(e) => set('type', e.currentTarget.value)}>
            {['full', 'differential', 'incremental'].map((t) => (
              <option key={t}>{t}</option>
            ))}
          </select>
        </label>
      )}
      {verb === 'failover' && (
        <>
          <Check
            label="also when acknowledged writes are known to be missing on it"
            value={wish.allowDataLoss}
            onChange={(v) => set('allowDataLoss', v)}
          />
          <Check
            label="I have made sure that the old primary is down; if it is not, two may accept writes"
            value={wish.oldPrimaryIsDown}
            onChange={(v) => set('oldPrimaryIsDown', v)}
          />
        </>
      )}
      <label>
        who asks
        <input required value={wish.actor ?? ''} onInput={(e) => set('actor', e.currentTarget.value)} autocomplete="username" />
      </label>
      <label>
        why
        <input required value={wish.reason ?? ''} onInput={(e) => set('reason', e.currentTarget.value)} autocomplete="off" />
      </label>
      <div class="buttons">
        <button disabled={busy}>Show what would happen</button>
      </div>
    </form>
  )
}

/** The dry run's outcome, and the button that does it. */
function Foreseen({ verb, cluster, foreseen, onDo, onBack, busy }) {
  const [typed, setTyped] = useState('')
  const mustType = VERBS[verb].loses && foreseen.outcome !== 'refused'
  return (
    <>
      <div id="foreseen">
        <p>
          <Badge kind={KIND[foreseen.outcome]}>{foreseen.outcome}</Badge> {foreseen.sentence ?? 'No decision would be made yet.'}
        </p>
        <p>
          Rule {foreseen.rule}: {foreseen.because}
        </p>
        <p>Nothing has been done so far.</p>
      </div>
      {mustType && (
        <label>
          Writes may be lost. Type the cluster's name, {cluster.cluster}, to go on
          <input value={typed} onInput={(e) => setTyped(e.currentTarget.value)} autocomplete="off" />
        </label>
      )}
      <div class="buttons">
        <button onClick={onBack}>Back</button>
        <button
          class="danger"
          disabled={busy || foreseen.outcome === 'refused' || (mustType && typed !== cluster.cluster)}
          onClick={onDo}
        >
          {VERBS[verb].title} now
        </button>
      </div>
    </>
  )
}

/** Looks until it has ended; a coordinator that does not answer now may answer again. */
function Progress({ path }) {
  const [operation, setOperation] = useState(null)
  const [problem, setProblem] = useState(null)
  useEffect(() => {
    let timer
    let gone = false
    const look = async () => {
      let next
      try {
        next = await get(path)
        if (gone) return
        setOperation(next)
        setProblem(null)
      } catch (failure) {
        if (gone) return
        setProblem(failure)
      }
      if (!next || !FINAL.includes(next.state)) timer = setTimeout(look, LOOK_EVERY)
    }
    look()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [path])
  return (
    <div id="progress" aria-live="polite">
      {operation && (
        <p>
          <Badge kind={KIND[operation.state]}>{operation.state.toLowerCase()}</Badge> {operation.message}
        </p>
      )}
      <ol>
        {operation?.steps.map((s, i) => (
          <li key={i}>{s.sentence}</li>
        ))}
      </ol>
      {problem && <Refusal problem={problem} />}
    </div>
  )
}

/** One verb from the wish to its end, in a dialog. */
function Action({ verb, cluster, onClose }) {
  const dialog = useRef(null)
  const [wish, setWish] = useState({ actor: sessionStorage.getItem(ACTOR) ?? '', type: verb === 'backup' ? 'full' : undefined })
  const [foreseen, setForeseen] = useState(null)
  const [path, setPath] = useState(null)
  const [problem, setProblem] = useState(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => dialog.current.showModal(), [])

  const address = `/clusters/${encodeURIComponent(cluster.cluster)}/requests/${verb}`
  const ask = async (suffix, then) => {
    setBusy(true)
    setProblem(null)
    try {
      sessionStorage.setItem(ACTOR, wish.actor)
      then(await post(address + suffix, wish))
    } catch (failure) {
      setProblem(failure)
    }
    setBusy(false)
  }
  const show = () => ask('?dryRun=true', setForeseen)
  const act = () => ask('', (accepted) => setPath(accepted.operation.replace('/api/v1', '')))
  const back = () => {
    setForeseen(null)
    setProblem(null)
  }
  return (
    <dialog ref={dialog} onClose={onClose} aria-label={`${VERBS[verb].title}: cluster ${cluster.cluster}`}>
      <h2>
        {VERBS[verb].title}: cluster {cluster.cluster}
      </h2>
      {path ? (
        <Progress path={path} />
      ) : foreseen ? (
        <Foreseen verb={verb} cluster={cluster} foreseen={foreseen} onDo={act} onBack={back} busy={busy} />
      ) : (
        <Wish
          verb={verb}
          cluster={cluster}
          wish={wish}
          set={(field, value) => setWish({ ...wish, [field]: value })}
          onShow={show}
          busy={busy}
        />
      )}
      {problem && <Refusal problem={problem} />}
      <form method="dialog">
        <button>Close</button>
      </form>
    </dialog>
  )
}

/** The buttons of a cluster. */
export function Actions({ cluster }) {
  const [verb, setVerb] = useState(null)
  const verbs = ['switchover', 'failover', cluster.paused ? 'resume' : 'pause', 'backup']
  return (
    <div class="buttons" id="actions">
      {verbs.map((v) => (
        <button key={v} class={VERBS[v].loses ? 'danger' : ''} onClick={() => setVerb(v)}>
          {VERBS[v].title} …
        </button>
      ))}
      {verb && <Action verb={verb} cluster={cluster} onClose={() => setVerb(null)} />}
    </div>
  )
}
