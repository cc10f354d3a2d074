import { useEffect, useRef } from 'preact/hooks'
import { href } from '../route.js'

/** The title of the page before; the first one takes no focus. */
let shown = null

/** The head of every page; says when what is shown is not live any more. Whoever does not see the page change hears its title. */
export function Frame({ up, title, children, nav }) {
  const heading = useRef(null)
  useEffect(() => {
    document.title = `${title} – pgprimacy`
    if (shown !== null && shown !== title) heading.current.focus()
    shown = title
  }, [title])
  return (
    <>
      <a class="skip" href="#content">
        to the content
      </a>
      <header>
        <a class="home" href={href()}>
          pgprimacy
        </a>
        {nav}
        <span class={`link ${up ? 'up' : 'down'}`} role="status">
          {up === null ? 'connecting' : up ? 'live' : 'not live: trying again'}
        </span>
      </header>
      <main id="content" tabIndex={-1} class={up === false ? 'stale' : ''}>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {children}
      </main>
    </>
  )
}

/** What may be wider than a phone; the keyboard scrolls it too. */
export function Wide({ label, children }) {
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}

export function Badge({ kind, children }) {
  return <span class={`badge ${kind}`}>{children}</span>
}

export function Refusal({ problem }) {
  return (
    <p class="refused" role="alert">
      {problem.message}
      {problem.hint && <br />}
      {problem.hint}
    </p>
  )
}

/** Names and what is to be said of each, as `[[name, value]]`. */
export function Facts({ facts }) {
  if (facts.length === 0) return null
  return (
    <dl class="lines">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
