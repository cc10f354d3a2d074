import { useEffect, useState } from 'preact/hooks'
import { get } from '../api.js'
import { bytes, moment, plural } from '../format.js'
import { Badge } from '../parts/Frame.jsx'

const LOOK_EVERY = 5000
const BACKUP_EVENTS = /^(Backup|WalArchiving)/

/** `{backups, wal, problem}`; looked at again every few seconds and whenever the log tells of a backup. */
function useArchive(name, news) {
  const [found, setFound] = useState({})
  useEffect(() => {
    let gone = false
    const look = async () => {
      try {
        const cluster = encodeURIComponent(name)
        const [backups, wal] = await Promise.all([get(`/clusters/${cluster}/backups`), get(`/clusters/${cluster}/wal`)])
        if (!gone) setFound({ backups, wal })
      } catch (problem) {
        if (!gone) setFound((before) => ({ ...before, problem }))
      }
    }
    look()
    const timer = setInterval(look, LOOK_EVERY)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [name, news])
  return found
}

function depth(backup, byId) {
  let steps = 0
  for (let at = byId.get(backup.parent); at && steps < 100; at = byId.get(at.parent)) steps++
  return steps
}

/** Each after the one that it rests upon, so that a chain reads from top to bottom. */
function inChains(backups) {
  const byId = new Map(backups.map((b) => [b.id, b]))
  const children = new Map()
  backups.forEach((b) => {
    const parent = byId.has(b.parent) ? b.parent : null
    children.set(parent, [...(children.get(parent) ?? []), b])
  })
  const lines = []
  const walk = (parent) =>
    (children.get(parent) ?? []).forEach((b) => {
      lines.push({ backup: b, depth: depth(b, byId) })
      walk(b.id)
    })
  walk(null)
  return lines
}

/** What the storage service knows of it beyond its manifest. */
function State({ state }) {
  if (!state) return 'not known'
  if (state.removing) return <Badge kind="bad">being removed</Badge>
  if (state.damaged.length > 0) return <Badge kind="bad">{plural(state.damaged.length, 'damaged object')}</Badge>
  return (
    <>
      {state.verified ? <Badge kind="good">verified {moment(state.verified)}</Badge> : 'not verified yet'}
      {state.pinned && <> · pinned by {state.pinned.actor}: {state.pinned.reason}</>}
      {state.expired && <> · will be removed</>}
    </>
  )
}

function Chains({ backups }) {
  if (backups.length === 0) return <p>There is no backup yet.</p>
  return (
    <div class="scroll">
      <table id="backups">
        <thead>
          <tr>
            <th scope="col">backup</th>
            <th scope="col">type</th>
            <th scope="col">of</th>
            <th scope="col">ended</th>
            <th scope="col">WAL from</th>
            <th scope="col">to</th>
            <th scope="col">restores</th>
            <th scope="col">takes</th>
            <th scope="col">wrong pages</th>
            <th scope="col">state</th>
          </tr>
        </thead>
        <tbody>
          {inChains(backups).map(({ backup: b, depth }) => (
            <tr key={b.id}>
              <th scope="row" class={`chain depth${Math.min(depth, 6)}`}>
                {depth > 0 && <span aria-label="rests upon the one above">└ </span>}
                {b.id}
              </th>
              <td>{b.type}</td>
              <td>{b.node}</td>
              <td>{moment(b.stopTime)}</td>
              <td class="number">{b.startLsn}</td>
              <td class="number">{b.stopLsn}</td>
              <td class="number">{bytes(b.sourceBytes)}</td>
              <td class="number">{bytes(b.storedBytes)}</td>
              <td>{b.suspect ? <Badge kind="bad">{b.wrongPages}</Badge> : 'none seen'}</td>
              <td>
                <State state={b.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** From when to when one can go back, with each backup where it ended. */
function Window({ wal, backups }) {
  const { window } = wal
  if (!window) return <p id="window">One cannot go back to any moment yet: there is no good backup.</p>
  const from = Date.parse(window.from)
  const to = Math.max(Date.parse(window.newest ?? window.from), from + 1)
  const at = (time) => (100 * (time - from)) / (to - from)
  const holes = wal.timelines.flatMap((t) => t.holes.map((h) => ({ ...h, timeline: t.timeline })))
  return (
    <div id="window">
      <p>
        One can go back to any moment from <strong>{moment(window.from)}</strong> to{' '}
        <strong>{moment(window.newest ?? window.from)}</strong>
        {holes.length > 0 && `, except across ${plural(holes.length, 'hole')} in the WAL`}.
      </p>
      <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="backups within the recovery window">
        <rect x="0" y="2" width="100" height="2" />
        {backups
          .filter((b) => Date.parse(b.stopTime) >= from)
          .map((b) => (
            <line key={b.id} class={b.type} x1={at(Date.parse(b.stopTime))} x2={at(Date.parse(b.stopTime))} y1="0" y2="6" />
          ))}
      </svg>
      {holes.map((h) => (
        <p key={h.start} class="refused">
          WAL is missing on timeline {h.timeline} from {h.start} to {h.end}
        </p>
      ))}
    </div>
  )
}

function Wal({ wal }) {
  return (
    <dl class="facts">
      <div>
        <dt>kept by</dt>
        <dd>{wal.keeping ? `${wal.keeping.node}, ${wal.keeping.state.toLowerCase()}` : 'nobody'}</dd>
      </div>
      <div>
        <dt>stored up to</dt>
        <dd>{wal.stored ?? '–'}</dd>
      </div>
      <div>
        <dt>behind the primary</dt>
        <dd>{bytes(wal.behindBytes)}</dd>
      </div>
      {wal.timelines.map((t) => (
        <div key={t.timeline}>
          <dt>timeline {t.timeline}</dt>
          <dd>
            {t.start} to {t.end}, {bytes(t.bytes)}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Running({ running }) {
  if (!running) return null
  return (
    <p role="status" id="running">
      A {running.type} backup of {running.node} is being taken: {running.files ?? 0} files, {bytes(running.bytes ?? 0)} read,{' '}
      {bytes(running.stored ?? 0)} stored, {running.seconds ?? 0} s.
    </p>
  )
}

/** What can be restored. */
export function Backups({ name, live }) {
  const news = live.events.findLast((e) => BACKUP_EVENTS.test(e.name))?.offset
  const { backups, wal, problem } = useArchive(name, news)
  if (problem && !backups) return <p class="refused">{problem.message}</p>
  if (!backups) return <p role="status">reading …</p>
  return (
    <>
      {backups.why && <p class="refused">Told from the log alone: {backups.why}</p>}
      <Running running={backups.running} />
      <section>
        <h2>Recovery window</h2>
        <Window wal={wal} backups={backups.backups} />
      </section>
      <section>
        <h2>Backups</h2>
        <Chains backups={backups.backups} />
      </section>
      <section>
        <h2>WAL archive</h2>
        <Wal wal={wal} />
      </section>
    </>
  )
}
