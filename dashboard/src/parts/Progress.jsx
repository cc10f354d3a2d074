import { useEffect, useRef, useState } from 'preact/hooks'
import { get } from '../api.js'
import { Badge, Refusal } from './Frame.jsx'

const FINAL = ['SUCCEEDED', 'REFUSED', 'FAILED']
const LOOK_EVERY = 400

export const KIND = { granted: 'good', waits: 'warn', planned: 'warn', refused: 'bad', SUCCEEDED: 'good', RUNNING: 'warn', PENDING: 'warn', REFUSED: 'bad', FAILED: 'bad' }

/** Looks until it has ended; a coordinator that does not answer now may answer again. */
function useOperation(path) {
  const [operation, setOperation] = useState(null)
  const [problem, setProblem] = useState(null)
  useEffect(() => {
    let timer
    let gone = false
    const look = async () => {
      let next
      try {
        next = await get(path)
        if (gone) return
        setOperation(next)
        setProblem(null)
      } catch (failure) {
        if (gone) return
        setProblem(failure)
      }
      if (!next || !FINAL.includes(next.state)) timer = setTimeout(look, LOOK_EVERY)
    }
    look()
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [path])
  return { operation, problem }
}

/** How far a request has come: its steps from the log, and what each agent does meanwhile. */
export function Progress({ path, cluster }) {
  const { operation, problem } = useOperation(path)
  const place = useRef(null)
  useEffect(() => place.current.focus(), [])
  const busy = operation && !FINAL.includes(operation.state) ? cluster.members.filter((m) => m.activity) : []
  return (
    <div id="progress" ref={place} tabIndex={-1} aria-live="polite">
      {operation && (
        <p>
          <Badge kind={KIND[operation.state]}>{operation.state.toLowerCase()}</Badge> {operation.message}
        </p>
      )}
      <ol>
        {operation?.steps.map((s, i) => (
          <li key={i}>{s.sentence}</li>
        ))}
      </ol>
      {busy.map((m) => (
        <p key={m.name} class="dim">
          {m.name} is busy: {m.activity}
        </p>
      ))}
      {problem && <Refusal problem={problem} />}
    </div>
  )
}
