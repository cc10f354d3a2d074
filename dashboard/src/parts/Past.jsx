import { useEffect, useRef, useState } from 'preact/hooks'
import { get, of } from '../api.js'
import { localInput, moment } from '../format.js'
import { Refusal } from './Frame.jsx'

/** While the slider moves, only where it comes to rest is asked for. */
const REST = 120
const SECOND = 1000

function Then({ past }) {
  const who = past.primary ? `${past.primary} was primary of term ${past.term}` : `there was no primary (term ${past.term})`
  return (
    <div id="past" class="headline" aria-live="polite">
      <p>
        <strong>
          {past.time ? moment(past.time) : 'Before the log began'}: {who}
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

/** The cluster after that record, once one rests there. */
function usePast(name, offset) {
  const [found, setFound] = useState({})
  useEffect(() => {
    if (offset == null) {
      setFound({})
      return undefined
    }
    let gone = false
    const timer = setTimeout(async () => {
      try {
        const past = await get(of(name, `/at/${offset}`))
        if (!gone) setFound({ past })
      } catch (problem) {
        if (!gone) setFound({ problem })
      }
    }, REST)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [name, offset])
  return found
}

/** The last event at or before a time; the first record of all is 0, so -1 is before everything. */
export const offsetAt = (events, time) => events.findLast((e) => Date.parse(e.time) <= time)?.offset ?? -1

/** Where decisions stand on the axis, so that one sees where something happened. */
function Axis({ events, from, to }) {
  const at = (time) => (100 * (time - from)) / Math.max(1, to - from)
  return (
    <svg class="axis" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      {events
        .filter((e) => e.kind === 'decision')
        .map((e) => (
          <line key={e.offset} x1={at(Date.parse(e.time))} x2={at(Date.parse(e.time))} y1="0" y2="6" />
        ))}
    </svg>
  )
}

/** Goes back to any second since the first of these events; `time` is null for now. */
export function Past({ name, events, time, onMove }) {
  const slider = useRef(null)
  const offset = time == null ? null : offsetAt(events, time)
  const { past, problem } = usePast(name, offset)
  const from = events.length > 0 ? Math.floor(Date.parse(events[0].time) / SECOND) * SECOND : 0
  const to = Math.max(from, Math.ceil(Date.now() / SECOND) * SECOND)
  // Chromium leaves the thumb where it is when only the bounds move.
  useEffect(() => {
    slider.current.value = time ?? to
  }, [from, to, time])
  const typed = (e) => {
    const wanted = Date.parse(e.currentTarget.value)
    if (!Number.isNaN(wanted)) onMove(wanted)
  }
  const next = (step) => {
    const now = events.findLastIndex((e) => e.offset <= (offset ?? Infinity))
    const event = events[now + step]
    onMove(event && now + step < events.length - 1 ? Date.parse(event.time) : event ? null : from)
  }
  return (
    <section aria-label="the cluster as it was">
      <Axis events={events} from={from} to={to} />
      <input
        ref={slider}
        type="range"
        class="wide"
        aria-label="the cluster as it was then"
        min={from}
        max={to}
        step={SECOND}
        aria-valuetext={time == null ? 'now' : moment(time)}
        onInput={(e) => onMove(Number(e.currentTarget.value) >= to ? null : Number(e.currentTarget.value))}
      />
      <div class="filter">
        <label>
          As it was at <input type="datetime-local" step="1" value={time == null ? '' : localInput(time)} onChange={typed} />
        </label>
        <button onClick={() => next(-1)}>event before</button>
        <button disabled={time == null} onClick={() => next(1)}>
          event after
        </button>
        <button disabled={time == null} onClick={() => onMove(null)}>
          now
        </button>
        <span role="status">{time == null ? 'this is now' : `offset ${offset}`}</span>
      </div>
      {past && <Then past={past} />}
      {problem && <Refusal problem={problem} />}
    </section>
  )
}
