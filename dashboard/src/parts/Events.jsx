import { useState } from 'preact/hooks'
import { time } from '../format.js'
import { CHANGES } from '../phases.js'
import { Change } from './Change.jsx'

const basis = (e) => e.event.basis
const origin = (e) => e.event.origin

/** Whoever asked, or else whoever wrote it. */
export const actor = (e) => origin(e)?.actor ?? e.writer

/** What is asked of the coordinator is asked when it is opened. */
function Evidence({ cluster, event }) {
  const [open, setOpen] = useState(false)
  const why = basis(event)
  const changes = CHANGES.includes(event.name)
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{changes ? 'phases, steps and evidence' : why ? 'why, and on which evidence' : 'as it stands in the log'}</summary>
      {open && changes && <Change cluster={cluster} event={event.id} />}
      {why && (
        <p>
          Rule {why.rule}: {why.because}
          {why.answers && <> (answers request {why.answers})</>}
        </p>
      )}
      {event.ignored && <p>It changed nothing: {event.ignored}</p>}
      <pre tabIndex={0}>{JSON.stringify(event.event, null, 2)}</pre>
    </details>
  )
}

/** Events as given, each a sentence that opens into its evidence. */
export function Events({ name, events }) {
  if (events.length === 0) return <p>There are none.</p>
  return (
    <ol class="events" reversed>
      {events.map((e) => (
        <li key={e.offset} class={`${e.kind} ${e.ignored ? 'ignored' : ''}`} data-offset={e.offset} data-name={e.name}>
          <div class="what">
            <time dateTime={e.time} title={new Date(e.time).toLocaleString()}>
              {time(e.time)}
            </time>
            <span class="kind">{e.kind}</span>
            <span class="sentence">{e.sentence}</span>
          </div>
          <div class="who">
            {e.name} · by {actor(e)} · offset {e.offset}
            {basis(e) && <> · rule {basis(e).rule}</>}
          </div>
          <Evidence cluster={name} event={e} />
        </li>
      ))}
    </ol>
  )
}
