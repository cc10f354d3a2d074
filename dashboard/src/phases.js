/** Whatever ends a phase of a change of primary, in the order in which they come; a change has some of them. */
const ENDS = [
  ['noticed and opened', ['FailoverOpened', 'SwitchoverStarted', 'RestoreOpened']],
  ['target made ready', ['PrimaryStopOrdered']],
  ['restored', ['DataRestored']],
  ['pledged, and primary chosen', ['PrimaryChosen']],
  ['promoted: writes again', ['Promoted']],
]

/** Events that belong to a change of primary and open into its phases. */
export const CHANGES = ['FailoverOpened', 'SwitchoverStarted', 'RestoreOpened', 'PrimaryStopOrdered', 'PrimaryChosen', 'Promoted']

/** `[{name, from, took}]` in milliseconds since the first step. */
export function phases({ steps, outcome }) {
  const found = []
  let at = 0
  const end = (name, millis) => {
    found.push({ name, from: at, took: millis - at })
    at = millis
  }
  for (const [name, types] of ENDS) {
    const step = steps.findLast((s) => types.includes(s.type) && !s.ignored)
    if (step && step.millis >= at) end(name, step.millis)
  }
  if (outcome.healthyAfterMillis != null && outcome.healthyAfterMillis >= at) end('the others followed', outcome.healthyAfterMillis)
  return found
}
