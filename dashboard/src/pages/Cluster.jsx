import { Frame } from '../parts/Frame.jsx'
import { useCluster } from '../live.js'
import { href } from '../route.js'
import { Backups } from './Backups.jsx'
import { Now } from './Now.jsx'
import { Timeline } from './Timeline.jsx'

const PAGES = [
  ['now', 'Now'],
  ['timeline', 'Timeline'],
  ['backups', 'Backups'],
]

function Tabs({ name, page }) {
  return (
    <nav aria-label={`cluster ${name}`}>
      {PAGES.map(([id, title]) => (
        <a key={id} href={id === 'now' ? href(name) : href(name, id)} aria-current={id === page ? 'page' : undefined}>
          {title}
        </a>
      ))}
    </nav>
  )
}

/** One cluster: its pages share one stream, so going from one to another loses nothing. */
export function Cluster({ name, page }) {
  const live = useCluster(name)
  return (
    <Frame up={live.up} title={page === 'now' ? `Cluster ${name}` : `Cluster ${name}: ${page}`} nav={<Tabs name={name} page={page} />}>
      {page === 'timeline' ? (
        <Timeline name={name} live={live} />
      ) : page === 'backups' ? (
        <Backups name={name} live={live} />
      ) : live.cluster ? (
        <Now name={name} live={live} />
      ) : (
        <p role="status">reading …</p>
      )}
    </Frame>
  )
}
