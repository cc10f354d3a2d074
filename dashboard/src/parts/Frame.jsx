import { href } from '../route.js'

/** The head of every page; says when what is shown is not live any more. */
export function Frame({ up, title, children, nav }) {
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
        <h1>{title}</h1>
        {children}
      </main>
    </>
  )
}

export function Badge({ kind, children }) {
  return <span class={`badge ${kind}`}>{children}</span>
}
