import { useState } from 'preact/hooks'
import { bytes, millis, moment } from '../format.js'
import { Action, Buttons } from './Action.jsx'
import { Badge, Wide } from './Frame.jsx'

const GOOD = ['running', 'streaming']
const BUSY = ['replaying', 'promoting', 'starting', 'rebuilding', 'empty']

const kind = (state) => (GOOD.includes(state) ? 'good' : BUSY.includes(state) ? 'warn' : 'bad')

function Lease({ left, of }) {
  if (left == null) return '–'
  return (
    <span class="lease">
      <meter min={0} max={of} low={of / 4} value={Math.min(left, of)} aria-label="lease left" /> {millis(left)}
    </span>
  )
}

/** What can be done to one node. */
function NodeActions({ m, cluster }) {
  const names = m.membership !== 'member' ? ['admit'] : m.role === 'primary' ? ['reload'] : ['reload', 'restart', 'rebuild', 'remove']
  return <Buttons cluster={cluster} actions={names.map((name) => ({ name, begin: { node: m.name }, label: `${name} ${m.name} …` }))} />
}

function Member({ m, lease, cluster }) {
  return (
    <>
      <tr>
        <th scope="row">{m.name}</th>
        <td>{m.role === 'primary' ? <strong>primary</strong> : m.role}</td>
        <td>
          <Badge kind={kind(m.state)}>{m.state}</Badge>
          {m.membership !== 'member' && ` ${m.membership}`}
        </td>
        <td class="number">{m.timeline ?? '–'}</td>
        <td class="number">{m.receivedLsn ?? '–'}</td>
        <td class="number">{m.replayedLsn ?? '–'}</td>
        <td class="number">{m.role === 'primary' ? '' : bytes(m.lagBytes)}</td>
        <td>{m.upstream ?? ''}</td>
        <td>{m.syncState ?? ''}</td>
        <td>
          <Lease left={m.leaseRemainingMillis} of={lease} />
        </td>
        <td class="number">{millis(m.heardMillisAgo)}</td>
        <td>
          <NodeActions m={m} cluster={cluster} />
        </td>
      </tr>
      {(m.quarantine || m.activity) && (
        <tr class="detail">
          <td colSpan={12}>
            {m.quarantine ? `${m.name} is quarantined: ${m.quarantine.reason}. Next step: ${m.quarantine.nextStep}` : m.activity}
          </td>
        </tr>
      )}
    </>
  )
}

/** What restores have replaced, and rebuilds that could not look through it, until somebody says that it can go. */
function OldData({ cluster }) {
  // The dialog outlives the line that it was opened from: that goes when what it asks for is done.
  const [confirming, setConfirming] = useState(null)
  const kept = cluster.members.flatMap((m) => m.oldData.map((old) => ({ ...old, node: m.name })))
  return (
    <>
      {kept.map((old) => (
        <div key={old.node + old.location} class="buttons">
          {old.node} keeps what was replaced under term {old.term}: {bytes(old.bytes)} in {old.location} since {moment(old.since)}.
          {old.trouble && ` It could not be removed: ${old.trouble}.`}{' '}
          {old.removing ? (
            'It is being removed.'
          ) : (
            <button class="danger" aria-label={`confirm the restore on ${old.node} …`} onClick={() => setConfirming(old.node)}>
              Confirm the restore …
            </button>
          )}
        </div>
      ))}
      {confirming && <Action name="restore-confirm" begin={{ node: confirming }} cluster={cluster} onClose={() => setConfirming(null)} />}
    </>
  )
}

/** Every node with its positions. */
export function Members({ cluster }) {
  const lease = cluster.config?.leaseMillis ?? 6000
  const columns = ['node', 'role', 'state', 'timeline', 'received', 'replayed', 'lag', 'from', 'sync', 'lease', 'heard ago', 'do']
  return (
    <section>
      <h2>Members</h2>
      <Wide label="members">
        <table id="members">
          <thead>
            <tr>
              {columns.map((c) => (
                <th key={c} scope="col">
                  {c}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cluster.members.map((m) => (
              <Member key={m.name} m={m} lease={lease} cluster={cluster} />
            ))}
          </tbody>
        </table>
      </Wide>
      <OldData cluster={cluster} />
      {cluster.removed.map((name) => (
        <div key={name} class="buttons">
          {name} was removed. <Buttons cluster={cluster} actions={[{ name: 'admit', begin: { node: name }, label: `admit ${name} …` }]} />
        </div>
      ))}
    </section>
  )
}
