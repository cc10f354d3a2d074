import { useEffect, useRef, useState } from 'preact/hooks'
import { localInput, moment, plural } from '../format.js'
import { preview } from '../verbs.js'
import { Buttons } from './Action.jsx'
import { Facts, Refusal } from './Frame.jsx'

/** While the slider moves, only where it comes to rest is asked for. */
const REST = 250
const SECOND = 1000

function Axis({ from, to, chosen, backups, onPick }) {
  const at = (time) => (100 * (time - from)) / (to - from)
  const pick = (e) => {
    const place = e.currentTarget.getBoundingClientRect()
    onPick(from + ((to - from) * (e.clientX - place.left)) / place.width)
  }
  const mark = (id, kind, time) => <line key={id} class={kind} x1={at(time)} x2={at(time)} y1="0" y2="6" />
  return (
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="backups within the recovery window" onClick={pick}>
      <rect x="0" y="2" width="100" height="2" />
      {backups.filter((b) => Date.parse(b.stopTime) >= from).map((b) => mark(b.id, b.type, Date.parse(b.stopTime)))}
      {chosen != null && mark('chosen', 'chosen', chosen)}
    </svg>
  )
}

/** What a restore to that moment would take: nothing is done by looking. */
function Preview({ cluster, to }) {
  const [found, setFound] = useState({})
  useEffect(() => {
    let gone = false
    const timer = setTimeout(async () => {
      try {
        const facts = await preview(cluster.cluster, { to })
        if (!gone) setFound({ facts })
      } catch (problem) {
        if (!gone) setFound({ problem })
      }
    }, REST)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [cluster.cluster, to])
  return (
    <div id="preview" aria-live="polite">
      {found.problem ? <Refusal problem={found.problem} /> : found.facts ? <Facts facts={found.facts} /> : 'looking …'}
    </div>
  )
}

function Picker({ cluster, from, to, chosen, onPick }) {
  const typed = (e) => {
    const time = Date.parse(e.currentTarget.value)
    if (!Number.isNaN(time)) onPick(time)
  }
  const iso = chosen == null ? null : new Date(chosen).toISOString()
  const slider = useRef(null)
  // Chromium leaves the thumb where it is when only the bounds move.
  useEffect(() => {
    slider.current.value = chosen ?? to
  }, [from, to, chosen])
  return (
    <>
      <input
        ref={slider}
        type="range"
        class="wide"
        aria-label="moment on the window"
        min={from}
        max={to}
        step={SECOND}
        aria-valuetext={chosen == null ? 'none chosen' : moment(chosen)}
        onInput={(e) => onPick(Number(e.currentTarget.value))}
      />
      <label>
        Go back to <input type="datetime-local" step="1" value={chosen == null ? '' : localInput(chosen)} onChange={typed} />{' '}
        <span class="dim">{iso ?? 'pick a moment on the axis'}</span>
      </label>
      {iso && (
        <>
          <Preview cluster={cluster} to={iso} />
          <Buttons id="restore" cluster={cluster} actions={[{ name: 'restore', begin: { to: iso }, label: `Restore the cluster to ${moment(chosen)} …` }]} />
        </>
      )}
    </>
  )
}

/** From when to when one can go back, with each backup where it ended; a moment picked on it shows what going there takes. */
export function Window({ wal, backups, cluster }) {
  const [chosen, setChosen] = useState(null)
  const { window } = wal
  if (!window) return <p id="window">One cannot go back to any moment yet: there is no good backup.</p>
  const from = Date.parse(window.from)
  const to = Math.max(Date.parse(window.newest ?? window.from), from + SECOND)
  const pick = (time) => setChosen(Math.min(to, Math.max(from, Math.round(time / SECOND) * SECOND)))
  const holes = wal.timelines.flatMap((t) => t.holes.map((h) => ({ ...h, timeline: t.timeline })))
  return (
    <div id="window">
      <p>
        One can go back to any moment from <strong>{moment(window.from)}</strong> to{' '}
        <strong>{moment(window.newest ?? window.from)}</strong>
        {holes.length > 0 && `, except across ${plural(holes.length, 'hole')} in the WAL`}.
      </p>
      <Axis from={from} to={to} chosen={chosen} backups={backups} onPick={pick} />
      {cluster && <Picker cluster={cluster} from={from} to={to} chosen={chosen} onPick={pick} />}
      {holes.map((h) => (
        <p key={h.start} class="refused">
          WAL is missing on timeline {h.timeline} from {h.start} to {h.end}
        </p>
      ))}
    </div>
  )
}
