import { useEffect, useState } from 'preact/hooks'
import { get } from '../api.js'
import { bytes, moment, plural } from '../format.js'
import { Buttons } from '../parts/Action.jsx'
import { Badge, Wide } from '../parts/Frame.jsx'
import { Window } from '../parts/Window.jsx'

const LOOK_EVERY = 5000
const BACKUP_EVENTS = /^(Backup|Drill|Dump|WalArchiving|Retention)/

const REPOSITORY = ['backup', 'retention', 'verify', 'clone'].map((name) => ({ name }))

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

/** Whether one can rely on it. */
function State({ backup }) {
  const { state, suspect, wrongPages } = backup
  if (suspect) return <Badge kind="bad">{plural(wrongPages, 'wrong page')}</Badge>
  if (!state) return 'not known'
  if (state.removing) return <Badge kind="bad">being removed</Badge>
  if (state.damaged.length > 0) return <Badge kind="bad">{plural(state.damaged.length, 'damaged object')}</Badge>
  return (
    <>
      {state.proven && (
        <>
          <Badge kind="good">proven {moment(state.proven.at)}</Badge> restored in {Math.ceil(state.proven.seconds)} s ·{' '}
        </>
      )}
      {state.verified ? <Badge kind="good">verified {moment(state.verified)}</Badge> : 'not verified yet'}
      {state.pinned && <> · pinned by {state.pinned.actor}: {state.pinned.reason}</>}
      {state.expired && <> · will be removed</>}
    </>
  )
}

/** A backup that is being removed can no longer be kept, nor is it worth a proof. */
function BackupActions({ backup, cluster, proves }) {
  if (!backup.state || backup.state.removing) return null
  const names = [backup.state.pinned ? 'unpin' : 'pin', ...(proves ? ['drill'] : [])]
  return <Buttons cluster={cluster} actions={names.map((name) => ({ name, begin: { backup: backup.id }, label: `${name} ${backup.id} …` }))} />
}

function Chains({ backups, cluster }) {
  if (backups.length === 0) return <p>There is no backup yet.</p>
  return (
    <Wide label="backups">
      <table id="backups">
        <thead>
          <tr>
            <th scope="col">backup</th>
            <th scope="col">type</th>
            <th scope="col">of</th>
            <th scope="col">ended</th>
            <th scope="col">WAL</th>
            <th scope="col">restores</th>
            <th scope="col">takes</th>
            <th scope="col">state</th>
            <th scope="col">keep, prove</th>
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
              <td class="number">
                {b.startLsn} to {b.stopLsn}
              </td>
              <td class="number">{bytes(b.sourceBytes)}</td>
              <td class="number">{bytes(b.storedBytes)}</td>
              <td class="sentence">
                <State backup={b} />
              </td>
              <td>{cluster && <BackupActions backup={b} cluster={cluster} proves />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** Logical backups: nothing is recovered from them, so they stand apart. */
function Dumps({ dumps, cluster }) {
  if (dumps.length === 0) return null
  return (
    <section>
      <h2>Logical backups</h2>
      <Wide label="logical backups">
        <table id="dumps">
          <thead>
            <tr>
              <th scope="col">backup</th>
              <th scope="col">of</th>
              <th scope="col">ended</th>
              <th scope="col">databases</th>
              <th scope="col">dumps</th>
              <th scope="col">takes</th>
              <th scope="col">state</th>
              <th scope="col">keep</th>
            </tr>
          </thead>
          <tbody>
            {dumps.map((d) => (
              <tr key={d.id}>
                <th scope="row">{d.id}</th>
                <td>{d.node}</td>
                <td>{moment(d.stopTime)}</td>
                <td class="sentence">{d.databases ? d.databases.map((b) => b.name).join(', ') : d.databaseCount}</td>
                <td class="number">{bytes(d.sourceBytes)}</td>
                <td class="number">{bytes(d.storedBytes)}</td>
                <td class="sentence">
                  <State backup={d} />
                </td>
                <td>{cluster && <BackupActions backup={d} cluster={cluster} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </section>
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

function Running({ running, cluster }) {
  if (!running) return null
  return (
    <div role="status" id="running">
      A {running.type} backup of {running.node} is being taken: {running.files ?? 0} {running.type === 'logical' ? 'databases' : 'files'}, {bytes(running.bytes ?? 0)} read,{' '}
      {bytes(running.stored ?? 0)} stored, {running.seconds ?? 0} s.
      {cluster && <Buttons cluster={cluster} actions={[{ name: 'backup-cancel' }]} />}
    </div>
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
      <Running running={backups.running} cluster={live.cluster} />
      <section>
        <h2>Recovery window</h2>
        <Window wal={wal} backups={backups.backups} cluster={live.cluster} />
      </section>
      <section>
        <h2>Backups</h2>
        <Chains backups={backups.backups} cluster={live.cluster} />
        {live.cluster && <Buttons id="repository" cluster={live.cluster} actions={REPOSITORY} />}
      </section>
      <Dumps dumps={backups.dumps ?? []} cluster={live.cluster} />
      <section>
        <h2>WAL archive</h2>
        <Wal wal={wal} />
      </section>
    </>
  )
}
