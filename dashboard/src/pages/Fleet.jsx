import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Badge, Frame, Wide } from '../parts/Frame.jsx'
import { bytes, plural } from '../format.js'
import { useFleet } from '../live.js'
import { href } from '../route.js'

/** Rows are drawn in portions of this many around what the window shows; the rest are room. */
const PORTION = 20
const ROW_PIXELS = 36

const inOrder = new Intl.Collator([], { numeric: true }).compare

const trouble = (c) => (c.healthy ? 0 : 4) + (c.primary ? 0 : 2) + (c.halted ? 1 : 0) + (c.paused ? 0.5 : 0)

function byTrouble(clusters, search) {
  return [...clusters.values()]
    .filter((c) => c.cluster.includes(search) || (c.primary ?? '').includes(search))
    .sort((a, b) => trouble(b) - trouble(a) || inOrder(a.cluster, b.cluster))
}

function health(c) {
  if (!c.healthy) return <Badge kind="bad">trouble</Badge>
  return c.halted ? <Badge kind="warn">halted</Badge> : c.paused ? <Badge kind="warn">paused</Badge> : <Badge kind="good">healthy</Badge>
}

function Line({ c, index }) {
  return (
    <tr aria-rowindex={index}>
      <th scope="row">
        <a href={href(c.cluster)}>{c.cluster}</a>
      </th>
      <td>{health(c)}</td>
      <td>{c.primary ?? <em>none</em>}</td>
      <td class="number">{c.term}</td>
      <td class="number">{bytes(c.worstLagBytes)}</td>
      <td>{c.leaseHeld ? 'held' : <em>none</em>}</td>
      <td class="number">{c.members}</td>
      <td class="sentence">{c.problems[0] ?? (c.phase === 'serving' ? '' : c.phase)}</td>
    </tr>
  )
}

/** Which of so many rows are drawn, and how much room the others take; thousands would make every change slow. */
function useDrawn(count) {
  const body = useRef(null)
  const height = useRef(ROW_PIXELS)
  const [top, setTop] = useState(0)
  useEffect(() => {
    const look = () => {
      height.current = body.current.querySelector('tr[aria-rowindex]')?.offsetHeight || height.current
      const above = -body.current.getBoundingClientRect().top / height.current
      setTop(Math.max(0, Math.floor(above / PORTION - 1) * PORTION))
    }
    look()
    addEventListener('scroll', look, { passive: true })
    addEventListener('resize', look)
    return () => {
      removeEventListener('scroll', look)
      removeEventListener('resize', look)
    }
  }, [])
  const first = Math.min(top, Math.max(0, count - 1))
  const last = Math.min(count, first + Math.ceil(innerHeight / height.current) + 3 * PORTION)
  return { body, first, last, before: first * height.current, after: (count - last) * height.current }
}

const Room = ({ pixels }) => (pixels > 0 ? <tr aria-hidden="true" style={{ height: `${pixels}px` }} /> : null)

/** Every cluster in a line, the troubled ones first. */
export function Fleet() {
  const { up, clusters } = useFleet()
  const [search, setSearch] = useState('')
  const lines = useMemo(() => (clusters ? byTrouble(clusters, search) : []), [clusters, search])
  const drawn = useDrawn(lines.length)
  const ill = clusters ? [...clusters.values()].filter((c) => !c.healthy).length : 0
  return (
    <Frame up={up} title="Clusters">
      <p role="status">
        {!clusters ? 'reading …' : `${plural(clusters.size, 'cluster')}, ${ill === 0 ? 'all healthy' : `${ill} in trouble`}`}
      </p>
      <label class="search">
        Search <input type="search" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
      </label>
      <Wide label="clusters">
        <table id="fleet" aria-rowcount={lines.length + 1}>
          <thead>
            <tr>
              <th scope="col">cluster</th>
              <th scope="col">health</th>
              <th scope="col">primary</th>
              <th scope="col">term</th>
              <th scope="col">worst lag</th>
              <th scope="col">lease</th>
              <th scope="col">members</th>
              <th scope="col">what is wrong</th>
            </tr>
          </thead>
          <tbody ref={drawn.body}>
            <Room pixels={drawn.before} />
            {lines.slice(drawn.first, drawn.last).map((c, i) => (
              <Line key={c.cluster} c={c} index={drawn.first + i + 2} />
            ))}
            <Room pixels={drawn.after} />
          </tbody>
        </table>
      </Wide>
    </Frame>
  )
}
