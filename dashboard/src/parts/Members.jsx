import { bytes, millis } from '../format.js'
import { Badge } from './Frame.jsx'

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

function Member({ m, lease }) {
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
      </tr>
      {(m.quarantine || m.activity) && (
        <tr class="detail">
          <td colSpan={11}>
            {m.quarantine ? `${m.name} is quarantined: ${m.quarantine.reason}. Next step: ${m.quarantine.nextStep}` : m.activity}
          </td>
        </tr>
      )}
    </>
  )
}

/** Every node with its positions. */
export function Members({ members, lease }) {
  const columns = ['node', 'role', 'state', 'timeline', 'received', 'replayed', 'lag', 'from', 'sync', 'lease', 'heard ago']
  return (
    <section>
      <h2>Members</h2>
      <div class="scroll">
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
            {members.map((m) => (
              <Member key={m.name} m={m} lease={lease} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
