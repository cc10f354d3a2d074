import { useEffect, useState } from 'preact/hooks'
import { get } from '../api.js'
import { moment } from '../format.js'

/** While the slider moves, only where it comes to rest is asked for. */
const REST = 120

function Then({ past }) {
  const who = past.primary ? `${past.primary} was primary of term ${past.term}` : `there was no primary (term ${past.term})`
  return (
    <div id="past" class="headline">
      <p>
        <strong>
          {moment(past.time)}: {who}
        </strong>
        , {past.phase}
        {past.paused && ', paused'}
        {past.halted && ', halted'}
        {past.sync.acknowledgements > 0 && `, commits waited for ${past.sync.acknowledgements} of ${past.sync.standbys.join(', ')}`}
      </p>
      <ul>
        {past.members.map((m) => (
          <li key={m.name}>
            {m.name} ({m.membership}): {m.last ?? 'nothing stated yet'}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Goes back in the log: the cluster as it was after any of these events. */
export function Past({ name, events, offset, onMove }) {
  const [past, setPast] = useState(null)
  const [problem, setProblem] = useState(null)
  useEffect(() => {
    setProblem(null)
    if (offset == null) {
      setPast(null)
      return undefined
    }
    let gone = false
    const timer = setTimeout(async () => {
      try {
        const found = await get(`/clusters/${encodeURIComponent(name)}/at/${offset}`)
        if (!gone) setPast(found)
      } catch (failure) {
        if (!gone) setProblem(failure)
      }
    }, REST)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [name, offset])
  const at = offset == null ? events.length - 1 : Math.max(0, events.findLastIndex((e) => e.offset <= offset))
  const move = (e) => {
    const index = Number(e.currentTarget.value)
    onMove(index >= events.length - 1 ? null : events[index].offset)
  }
  return (
    <section aria-label="the cluster as it was">
      <label class="scrub">
        Go back{' '}
        <input
          type="range"
          min={0}
          max={Math.max(0, events.length - 1)}
          value={at}
          onInput={move}
          aria-valuetext={events[at]?.sentence ?? 'now'}
        />
        {offset == null ? ' now' : ` offset ${offset}`}
      </label>
      {past && <Then past={past} />}
      {problem && <p class="refused">{problem.message}</p>}
    </section>
  )
}
