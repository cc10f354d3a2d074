import { useEffect, useReducer } from 'preact/hooks'
import { lsn } from './format.js'

/** Events and samples that a page holds; the log holds all of them. */
const EVENTS_KEPT = 2000
const SAMPLES_KEPT = 900

/** The service sends something at least once a second. */
const SILENT_AFTER = 4000
const AGAIN_AFTER = 1000

/**
 * Follows an address of server-sent events. The browser comes back by itself with the last id it has seen; where it gives up
 * (a proxy's error page, say), or where nothing comes although the connection stands, this comes back for it.
 */
function follow(address, handlers, onLink) {
  let source
  let watchdog
  let last = null
  let closed = false

  const again = () => {
    source.close()
    onLink(false)
    clearTimeout(watchdog)
    watchdog = setTimeout(open, AGAIN_AFTER)
  }
  const heard = () => {
    onLink(true)
    clearTimeout(watchdog)
    watchdog = setTimeout(again, SILENT_AFTER)
  }
  function open() {
    if (closed) return
    source = new EventSource(last == null ? address : `${address}?after=${last}`)
    source.onerror = again
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (message) => {
        if (message.lastEventId) last = message.lastEventId
        heard()
        handle(JSON.parse(message.data))
      })
    }
    watchdog = setTimeout(again, SILENT_AFTER * 2)
  }
  open()
  return () => {
    closed = true
    clearTimeout(watchdog)
    source.close()
  }
}

function useFollowed(address, begin, reduce) {
  const [state, dispatch] = useReducer(reduce, begin)
  useEffect(() => {
    dispatch({ name: 'begin' })
    const handler = (name) => (data) => dispatch({ name, data })
    const names = ['fleet', 'clusters', 'state', 'event', 'reset']
    return follow(
      address,
      Object.fromEntries(names.map((n) => [n, handler(n)])),
      (up) => dispatch({ name: 'link', data: up }),
    )
  }, [address])
  return state
}

const NO_FLEET = { up: null, clusters: null }

function fleet(state, { name, data }) {
  switch (name) {
    case 'begin':
      return NO_FLEET
    case 'link':
      return state.up === data ? state : { ...state, up: data }
    case 'fleet':
      return { ...state, clusters: new Map(data.map((c) => [c.cluster, c])) }
    case 'clusters': {
      if (data.changed.length + data.gone.length === 0) return state
      const clusters = new Map(state.clusters)
      data.changed.forEach((c) => clusters.set(c.cluster, c))
      data.gone.forEach((c) => clusters.delete(c))
      return { ...state, clusters }
    }
    default:
      return state
  }
}

/** `{up, clusters: Map}`; null where nothing has come yet. */
export const useFleet = () => useFollowed('/api/v1/live', NO_FLEET, fleet)

const NO_CLUSTER = { up: null, cluster: null, outlook: null, events: [], samples: [] }

function sample(cluster) {
  const primary = cluster.members.find((m) => m.role === 'primary')
  const lags = {}
  cluster.members.forEach((m) => (lags[m.name] = m.lagBytes))
  return { at: Date.now() / 1000, wal: lsn(primary?.receivedLsn), timeline: primary?.timeline, lags }
}

/** Offsets only grow; what comes twice, after a change of coordinator say, is there already. */
function withEvent(events, event) {
  if (events.length > 0 && event.offset <= events[events.length - 1].offset) return events
  return [...events, event].slice(-EVENTS_KEPT)
}

function cluster(state, { name, data }) {
  switch (name) {
    case 'begin':
      return NO_CLUSTER
    case 'link':
      return state.up === data ? state : { ...state, up: data }
    case 'reset':
      return { ...state, events: [], samples: [] }
    case 'event':
      return { ...state, events: withEvent(state.events, data) }
    case 'state':
      return {
        ...state,
        cluster: data.cluster,
        outlook: data.outlook,
        samples: [...state.samples, sample(data.cluster)].slice(-SAMPLES_KEPT),
      }
    default:
      return state
  }
}

/** `{up, cluster, outlook, events, samples}` of one cluster, oldest first. */
export const useCluster = (name) => useFollowed(`/api/v1/clusters/${encodeURIComponent(name)}/live`, NO_CLUSTER, cluster)
