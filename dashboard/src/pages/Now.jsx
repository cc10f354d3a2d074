import { Actions } from '../parts/Actions.jsx'
import { Candidates } from '../parts/Candidates.jsx'
import { Charts } from '../parts/Charts.jsx'
import { Badge } from '../parts/Frame.jsx'
import { Members } from '../parts/Members.jsx'
import { Events } from '../parts/Events.jsx'

function sync(c) {
  if (c.mode !== 'synchronous') return 'asynchronous: a failover may lose what was not received yet'
  const wants = `commits wait for ${c.sync.acknowledgements} of ${c.sync.standbys.join(', ') || 'nobody'}`
  return c.sync.applied ? wants : `${wants}, once the primary has applied it`
}

/** What is wrong, in one sentence, before anything else. */
function Headline({ c }) {
  const kind = c.healthy ? (c.paused || c.halted ? 'warn' : 'good') : 'bad'
  const word = c.healthy ? (c.halted ? 'halted' : c.paused ? 'paused' : 'healthy') : 'trouble'
  return (
    <section class={`headline ${kind}`} aria-live="polite" id="headline">
      <p>
        <Badge kind={kind}>{word}</Badge>{' '}
        <strong>{c.primary ? `${c.primary} is primary of term ${c.term}` : `there is no primary (term ${c.term})`}</strong>
        {c.problems.length > 0 && <>: {c.problems[0]}</>}
      </p>
      {c.problems.length > 1 && (
        <ul>
          {c.problems.slice(1).map((p) => (
            <li key={p}>{p}</li>
          ))}
        </ul>
      )}
      {c.notes.map((n) => (
        <p key={n}>{n}</p>
      ))}
    </section>
  )
}

function Facts({ c }) {
  const facts = [
    ['phase', c.phase],
    ['timeline', c.timeline ?? '–'],
    ['replication', sync(c)],
    ['timing profile', c.profile ?? '–'],
    ['what pgprimacy does now', `${c.verdict.because} (${c.verdict.rule})`],
    ['the log', `offset ${c.offset}, decision ${c.sequence}`],
  ]
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** How the cluster is at this moment. */
export function Now({ name, live }) {
  const { cluster, outlook, events, samples } = live
  return (
    <>
      <Headline c={cluster} />
      <Actions cluster={cluster} />
      <Members cluster={cluster} />
      <Candidates outlook={outlook} />
      <Charts cluster={cluster} samples={samples} />
      <Facts c={cluster} />
      <section>
        <h2>Last events</h2>
        <Events name={name} events={events.slice(-8).reverse()} />
      </section>
    </>
  )
}
