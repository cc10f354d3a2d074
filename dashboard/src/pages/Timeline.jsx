import { useMemo, useState } from 'preact/hooks'
import { actor, Events } from '../parts/Events.jsx'
import { offsetAt, Past } from '../parts/Past.jsx'
import { get } from '../api.js'

/** Drawn at once; older ones are a button away. */
const PAGE = 100

function matches(event, { text, kind, node }) {
  return (
    (kind === '' || event.kind === kind) &&
    (node === '' || event.nodes.includes(node)) &&
    (text === '' || `${event.sentence} ${event.name} ${actor(event)} ${event.event.basis?.rule ?? ''}`.toLowerCase().includes(text.toLowerCase()))
  )
}

function Choice({ label, value, options, onChoose }) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(e) => onChoose(e.currentTarget.value)}>
        <option value="">all</option>
        {options.map((o) => (
          <option key={o}>{o}</option>
        ))}
      </select>
    </label>
  )
}

/** What came before the stream's first event, asked for once. */
function useOlder(name, first) {
  const [older, setOlder] = useState([])
  const [failure, setFailure] = useState(null)
  const fetchAll = async () => {
    try {
      const before = []
      let after = -1
      while (true) {
        const page = await get(`/clusters/${encodeURIComponent(name)}/events?after=${after}&limit=1000`)
        before.push(...page.filter((e) => e.offset < first))
        if (page.length < 1000 || page.at(-1).offset >= first) break
        after = page.at(-1).offset
      }
      setOlder(before)
    } catch (problem) {
      setFailure(problem)
    }
  }
  return { older, fetchAll, failure }
}

/** Every event of the cluster's log, the newest first. */
export function Timeline({ name, live }) {
  const [filter, setFilter] = useState({ text: '', kind: '', node: '' })
  const [drawn, setDrawn] = useState(PAGE)
  const [time, setTime] = useState(null)
  const first = live.events[0]?.offset ?? 0
  const { older, fetchAll, failure } = useOlder(name, first)
  const all = useMemo(() => [...older, ...live.events], [older, live.events])
  const found = useMemo(() => {
    const last = time == null ? Infinity : offsetAt(all, time)
    return all.filter((e) => matches(e, filter) && e.offset <= last).reverse()
  }, [all, filter, time])
  const nodes = live.cluster?.members.map((m) => m.name) ?? []
  const set = (field) => (value) => setFilter({ ...filter, [field]: value })
  return (
    <>
      <div class="filter" role="search">
        <label>
          Filter <input type="search" value={filter.text} onInput={(e) => set('text')(e.currentTarget.value)} />
        </label>
        <Choice label="kind" value={filter.kind} options={['decision', 'request', 'fact']} onChoose={set('kind')} />
        <Choice label="node" value={filter.node} options={nodes} onChoose={set('node')} />
        <span role="status">
          {found.length} of {all.length}
        </span>
      </div>
      <Past name={name} events={all} time={time} onMove={setTime} />
      <Events name={name} events={found.slice(0, drawn)} />
      {failure && <p class="refused">{failure.message}</p>}
      {found.length > drawn && <button onClick={() => setDrawn(drawn + PAGE)}>more</button>}
      {older.length === 0 && first > 0 && <button onClick={fetchAll}>everything since the log began</button>}
    </>
  )
}
