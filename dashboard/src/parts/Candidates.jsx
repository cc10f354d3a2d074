import { Badge, Wide } from './Frame.jsx'

const KIND = { chosen: 'good', outranked: 'warn', ineligible: 'bad' }

/** Who was or would be chosen, and why each other not. */
export function Verdicts({ id, candidates }) {
  return (
    <Wide label="candidates">
      <table id={id}>
        <thead>
          <tr>
            <th scope="col">node</th>
            <th scope="col">verdict</th>
            <th scope="col">why</th>
            <th scope="col">WAL up to</th>
            <th scope="col">priority</th>
          </tr>
        </thead>
        <tbody>
          {candidates.map((c) => (
            <tr key={c.node}>
              <th scope="row">{c.node}</th>
              <td>
                <Badge kind={KIND[c.verdict]}>{c.verdict}</Badge>
              </td>
              <td class="sentence">
                {c.node} {c.sentence}
              </td>
              <td class="number">{c.lsn ? `${c.lsn} (timeline ${c.timeline})` : '–'}</td>
              <td class="number">{c.priority}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}

/** If the primary died now: who would take over, and why each other would not. */
export function Candidates({ outlook }) {
  return (
    <section>
      <h2>If the primary died now</h2>
      <p id="outlook">
        {outlook.wouldBeChosen && outlook.heldBackBy.length === 0
          ? `${outlook.wouldBeChosen} would take over.`
          : `Nothing would happen by itself: ${outlook.heldBackBy.join('; ')}.`}
      </p>
      <Verdicts id="candidates" candidates={outlook.candidates} />
    </section>
  )
}
