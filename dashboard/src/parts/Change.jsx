import { useEffect, useState } from 'preact/hooks'
import { get, of } from '../api.js'
import { bytes, millis } from '../format.js'
import { phases } from '../phases.js'
import { Badge, Refusal } from './Frame.jsx'
import { Verdicts } from './Candidates.jsx'

const KIND = { HEALTHY: 'good', DONE: 'good', DEGRADED: 'warn', UNDER_WAY: 'warn', GIVEN_UP: 'bad', REPLACED: 'warn', IGNORED: 'warn' }

function Phases({ explained }) {
  const found = phases(explained)
  const whole = Math.max(1, found.reduce((sum, p) => sum + p.took, 0))
  return (
    <table class="phases">
      <caption>Phases</caption>
      <thead>
        <tr>
          <th scope="col">phase</th>
          <th scope="col">began</th>
          <th scope="col">took</th>
          <th scope="col" aria-hidden="true" />
        </tr>
      </thead>
      <tbody>
        {found.map((p) => (
          <tr key={p.name}>
            <th scope="row">{p.name}</th>
            <td class="number">+{millis(p.from)}</td>
            <td class="number">{millis(p.took)}</td>
            <td class="bar" aria-hidden="true">
              <svg viewBox="0 0 100 6" preserveAspectRatio="none">
                <rect x={(100 * p.from) / whole} width={Math.max(0.5, (100 * p.took) / whole)} y="0" height="6" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Steps({ steps }) {
  return (
    <ol class="steps">
      {steps.map((s, i) => (
        <li key={i}>
          <span class="number">+{millis(s.millis)}</span> {s.sentence}
          {s.ignored && <> (it changed nothing: {s.ignored})</>}
        </li>
      ))}
    </ol>
  )
}

function loss(found) {
  if (!found) return null
  if (found.possibleBytes == null) return 'Lost: not known, for there was no position to compare with.'
  return found.possibleBytes === 0 ? 'Lost: nothing that is known of.' : `Lost: up to ${bytes(found.possibleBytes)} of WAL.`
}

/** A change of primary: how long each part of it took, each step, who else was considered, and what came of it. */
export function Change({ cluster, event }) {
  const [explained, setExplained] = useState(null)
  const [problem, setProblem] = useState(null)
  useEffect(() => {
    let gone = false
    get(of(cluster, `/explain/${encodeURIComponent(event)}`)).then(
      (found) => !gone && setExplained(found),
      (failure) => !gone && setProblem(failure),
    )
    return () => (gone = true)
  }, [cluster, event])
  if (problem) return <Refusal problem={problem} />
  if (!explained) return <p role="status">reading …</p>
  const { outcome } = explained
  return (
    <div class="change">
      <p>
        <Badge kind={KIND[outcome.state]}>{outcome.state.toLowerCase().replace('_', ' ')}</Badge> {outcome.sentence}
        {outcome.interruptedMillis != null && `; writes were interrupted for about ${millis(outcome.interruptedMillis)}`}
      </p>
      {loss(explained.loss) && <p>{loss(explained.loss)}</p>}
      <Phases explained={explained} />
      <Steps steps={explained.steps} />
      {explained.candidates.length > 0 && <Verdicts candidates={explained.candidates} />}
    </div>
  )
}
