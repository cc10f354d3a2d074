import { Buttons } from './Action.jsx'

/** The buttons of a cluster. */
export function Actions({ cluster }) {
  const names = ['switchover', 'failover', cluster.paused ? 'resume' : 'pause', 'backup', 'restore']
  if (cluster.halted) names.unshift('reset-automation')
  return <Buttons id="actions" cluster={cluster} actions={names.map((name) => ({ name }))} />
}
