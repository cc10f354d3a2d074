import { useMemo, useState } from 'preact/hooks'
import { Badge, Frame } from '../parts/Frame.jsx'
import { bytes, plural } from '../format.js'
import { useFleet } from '../live.js'
import { href } from '../route.js'

/** More rows than this are not drawn at once: nobody reads them, and search finds the rest. */
const ROWS_DRAWN = 200

const trouble = (c) => (c.healthy ? 0 : 4) + (c.primary ? 0 : 2) + (c.halted ? 1 : 0) + (c.paused ? 0.5 : 0)

function byTrouble(clusters, search) {
  return [...clusters.values()]
    .filter((c) => c.cluster.includes(search) || (c.primary ?? '').includes(search))
    .sort((a, b) => trouble(b) - trouble(a) || a.cluster.localeCompare(b.cluster))
}

function health(c) {
  if (!c.healthy) return <Badge kind="bad">trouble</Badge>
  return c.halted ? <Badge kind="warn">halted</Badge> : c.paused ? <Badge kind="warn">paused</Badge> : <Badge kind="good">healthy</Badge>
}

function Line({ c }) {
  return (
    <tr>
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

/** Every cluster in a line, the troubled ones first. */
export function Fleet() {
  const { up, clusters } = useFleet()
  const [search, setSearch] = useState('')
  const lines = useMemo(() => (clusters ? byTrouble(clusters, search) : []), [clusters, search])
  const ill = clusters ? [...clusters.values()].filter((c) => !c.healthy).length : 0
  return (
    <Frame up={up} title="Clusters">
      <p role="status">
        {!clusters ? 'reading …' : `${plural(clusters.size, 'cluster')}, ${ill === 0 ? 'all healthy' : `${ill} in trouble`}`}
      </p>
      <label class="search">
        Search <input type="search" value={search} onInput={(e) => setSearch(e.currentTarget.value)} />
      </label>
      <div class="scroll">
        <table id="fleet">
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
          <tbody>
            {lines.slice(0, ROWS_DRAWN).map((c) => (
              <Line key={c.cluster} c={c} />
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > ROWS_DRAWN && <p>{lines.length - ROWS_DRAWN} more; search to see them.</p>}
    </Frame>
  )
}
