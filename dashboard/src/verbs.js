import { get, of, post } from './api.js'
import { bytes, moment, plural } from './format.js'

/**
 * What an operator can ask for. A verb has
 *
 * - `fields`: what is to be said beside who and why; see Fields.jsx for their kinds;
 * - `foresee(cluster, wish)`: what would come of it, as `{outcome, lines, facts, loses}`; left out where nothing is lost by doing it at once.
 *   `loses` says what may be gone afterwards: then the cluster's name is to be typed;
 * - `act(cluster, wish, key)`: does it, and gives the `operation` to be followed, or what was `done` in lines.
 */

/** A verb of the log: decided by the rules, so its dry run is their decision. */
const request = (verb, more) => ({
  foresee: async (cluster, wish) => foreseen(await post(of(cluster, `/requests/${verb}?dryRun=true`), wish)),
  act: async (cluster, wish, key) => {
    const accepted = await post(of(cluster, `/requests/${verb}`), wish, key)
    return { operation: accepted.operation.replace('/api/v1', '') }
  },
  ...more,
})

const foreseen = (answer) => ({
  outcome: answer.outcome,
  lines: [answer.sentence ?? 'No decision would be made yet.', `Rule ${answer.rule}: ${answer.because}`],
  facts: [],
})

const losing = (verb, loses, more) => {
  const asked = request(verb, more)
  return { ...asked, loses, foresee: async (cluster, wish) => ({ ...(await asked.foresee(cluster, wish)), loses }) }
}

/** What a restore to a goal takes, in the order in which one asks. */
export async function preview(cluster, goal) {
  const [found, { backups }] = await Promise.all([post(of(cluster, '/restore/preview'), goal), get(of(cluster, '/backups'))])
  const proven = backups.find((b) => b.id === found.backup)?.state?.proven
  const chain = found.chain.length > 1 ? `, which rests upon ${found.chain.slice(0, -1).join(', ')}` : ''
  return [
    ['ends', found.ends],
    ['begins with', `${found.type} backup ${found.backup} of ${found.node}, ended ${moment(found.backupEnded)}${chain}`],
    ['then replays', `${found.walFrom} to ${found.walUpTo} at the latest, on timeline ${found.timeline}: ${plural(found.walSegments, 'segment')}`],
    ['downloads', `${bytes(found.downloadBytes)}: ${bytes(found.backupBytes)} of backups at the most, ${bytes(found.walBytes)} of WAL`],
    ['takes', proven ? `about ${Math.ceil(proven.seconds)} s by the last drill of that backup, ${moment(proven.at)}` : 'not known: no drill has restored that backup yet'],
    ...(found.complete ? [] : [['hole', `WAL is missing after ${found.walUpTo}: what lies behind it cannot be reached from this backup`]]),
  ]
}

const goal = ({ to, exclusive, backup }) => ({ to, exclusive, backup })

const COMMITS_GO = 'What was committed after the target is discarded.'
const restored = request('restore')

const restore = {
  ...restored,
  title: 'Restore',
  says: 'Stops the cluster, brings one member back to a moment, makes it the primary and fills the others anew.',
  loses: COMMITS_GO,
  fields: [
    { name: 'to', label: 'to', kind: 'text', required: true, begin: 'latest', hint: 'latest, a time with its zone, an LSN, xid:N or name:NAME' },
    { name: 'exclusive', label: 'stop just before it', kind: 'check' },
    { name: 'backup', label: 'begin with the backup', kind: 'text', hint: 'left empty: the last one before the target' },
    { name: 'node', label: 'on', kind: 'node', any: 'the present primary' },
  ],
  foresee: async (cluster, wish) => {
    const [facts, decided] = await Promise.all([preview(cluster, goal(wish)), restored.foresee(cluster, wish)])
    return { ...decided, facts, loses: COMMITS_GO }
  },
}

/** The new cluster's log is another one: its dry run and its operation are asked for there. */
const cloneBody = (source, { actor, reason, to, exclusive, sync, first }) => ({
  actor,
  reason,
  first,
  config: { profile: 'normal', sync: !!sync },
  data: { cluster: source, to, exclusive },
})

const clone = {
  title: 'Clone',
  says: "Makes a new cluster of what the repository holds of this one. Its agents run already, with the new cluster's name in their settings and empty directories; this cluster goes on and is not touched.",
  fields: [
    { name: 'name', label: 'name of the new cluster', kind: 'text', required: true },
    { name: 'to', label: 'as of', kind: 'text', required: true, begin: 'latest', hint: 'latest, a time with its zone, an LSN, xid:N or name:NAME' },
    { name: 'exclusive', label: 'stop just before it', kind: 'check' },
    { name: 'sync', label: 'a commit waits for any one standby', kind: 'check' },
    { name: 'first', label: 'the node that restores', kind: 'text', hint: 'left empty: the first that is there' },
  ],
  foresee: async (cluster, wish) => foreseen(await post(of(wish.name, '/requests/create?dryRun=true'), cloneBody(cluster, wish))),
  act: async (cluster, wish, key) => {
    const accepted = await post(of(wish.name, '/requests/create'), cloneBody(cluster, wish), key)
    return { operation: accepted.operation.replace('/api/v1', '') }
  },
}

const POLICY = ['full', 'window', 'daily', 'weekly', 'monthly']
const policy = (wish) => Object.fromEntries(POLICY.filter((f) => wish[f]).map((f) => [f, f === 'window' ? wish[f] : Number(wish[f])]))

/** Without a policy it is the configured one. */
const retentionBody = ({ actor, reason, ...wish }) => {
  const wanted = policy(wish)
  return Object.keys(wanted).length > 0 ? { actor, reason, policy: wanted } : { actor, reason }
}

const listed = (names, what) => (names.length > 0 ? [`${what}: ${names.join(', ')}`] : [])

const retention = {
  title: 'Apply retention',
  says: 'Marks what the policy does not keep. It is removed when retention is applied again after the grace, unless it has been pinned by then. Left empty it is the configured policy.',
  fields: [
    { name: 'full', label: 'full backups', kind: 'number', hint: 'so many, with all that rests upon them and all WAL since' },
    { name: 'window', label: 'window', kind: 'text', hint: 'every moment since so long ago, such as 7d' },
    { name: 'daily', label: 'daily', kind: 'number', hint: 'the newest good one of each of so many days' },
    { name: 'weekly', label: 'weekly', kind: 'number' },
    { name: 'monthly', label: 'monthly', kind: 'number' },
  ],
  foresee: async (cluster, wish) => {
    const [plan, decided] = await Promise.all([
      post(of(cluster, '/retention/plan'), policy(wish)),
      post(of(cluster, '/requests/retention?dryRun=true'), retentionBody(wish)),
    ])
    const goes = plan.backups.filter((b) => !b.stays)
    return {
      outcome: decided.outcome,
      lines: [
        ...foreseen(decided).lines,
        goes.length === 0 ? 'Every backup stays.' : `${plural(goes.length, 'backup')} of ${plan.backups.length} would go.`,
        plan.walGoes.objects === 0 ? 'All WAL stays.' : `${bytes(plan.walGoes.bytes)} of WAL would go.`,
      ],
      facts: plan.backups.map((b) => [`${b.backup} ${b.stays ? 'stays' : 'goes'}`, b.because.join('; ')]),
      loses: goes.length > 0 ? 'Moments that one can go back to now will be out of reach.' : null,
    }
  },
  act: async (cluster, wish, key) => {
    const accepted = await post(of(cluster, '/requests/retention'), retentionBody(wish), key)
    return { operation: accepted.operation.replace('/api/v1', '') }
  },
}

const verify = {
  title: 'Verify the repository',
  says: 'Reads what is stored, hashes it and compares. It changes nothing; a run that ends before it is through is taken up by the next one.',
  unasked: true,
  fields: [{ name: 'seconds', label: 'for at most, in seconds', kind: 'number', begin: '60', required: true }],
  act: async (cluster, { seconds }) => {
    const found = await post(of(cluster, '/verifications'), { seconds: Number(seconds) })
    const bad = found.damaged.length + found.unreadable.length
    return {
      bad: bad > 0,
      done: [
        `${plural(found.objects, 'object')}, ${bytes(found.bytes)} read: ${bad === 0 ? 'all of it is what was stored' : `${bad} not what was stored`}.`,
        ...listed(found.passed, 'all of it has now been read of'),
        ...listed(found.damaged, 'damaged'),
        ...listed(found.unreadable, 'cannot be read'),
      ],
    }
  },
}

const pinned = (verb, more) => ({
  act: async (cluster, { actor, reason, backup }, key) => {
    await post(of(cluster, `/backups/${encodeURIComponent(backup)}/${verb}`), { actor, reason }, key)
    return { done: [`${backup} is ${verb}ned.`] }
  },
  fields: [],
  about: (wish) => wish.backup,
  ...more,
})

export const VERBS = {
  switchover: request('switchover', {
    title: 'Switch over',
    says: 'Moves the primary; nothing is lost.',
    fields: [{ name: 'to', label: 'to', kind: 'standby', any: 'the fittest' }],
  }),
  failover: losing('failover', 'Writes may be lost.', {
    title: 'Fail over',
    says: 'Makes another member the primary although the old one may be gone. What the old one has acknowledged and not sent is lost.',
    fields: [
      { name: 'to', label: 'to', kind: 'standby', any: 'the fittest' },
      { name: 'allowDataLoss', label: 'also when acknowledged writes are known to be missing on it', kind: 'check' },
      { name: 'oldPrimaryIsDown', label: 'I have made sure that the old primary is down; if it is not, two may accept writes', kind: 'check' },
    ],
  }),
  pause: request('pause', { title: 'Pause', says: 'Nothing is automatic until it is resumed: no failover either.', fields: [] }),
  resume: request('resume', { title: 'Resume', says: 'Automation goes on.', fields: [] }),
  'reset-automation': request('reset-automation', {
    title: 'Allow automatic failovers again',
    says: 'There were too many in a short time, so pgprimacy stopped and waits for a person. Their count starts anew.',
    fields: [],
  }),
  backup: request('backup', {
    title: 'Back up',
    says: 'Takes a backup.',
    fields: [
      { name: 'from', label: 'of', kind: 'node', any: 'the fittest' },
      { name: 'type', label: 'type', kind: 'choice', options: ['full', 'differential', 'incremental', 'logical'], begin: 'full' },
    ],
  }),
  'backup-cancel': request('backup-cancel', { title: 'Cancel the backup', says: 'Ends the backup that is being taken; what it has stored so far is removed.', fields: [] }),
  drill: request('drill', {
    title: 'Drill',
    says: 'Restores the backup where nobody can reach it, checks all of it, and removes it again. The cluster goes on meanwhile.',
    fields: [{ name: 'on', label: 'on', kind: 'node', any: 'the fittest standby' }],
    about: (wish) => wish.backup,
  }),
  clone,
  restore,
  'restore-confirm': losing('restore-confirm', 'What the restore has replaced cannot be looked into any more.', {
    title: 'Confirm the restore',
    says: 'What was restored is right: the node removes what restores have replaced on it.',
    fields: [],
    about: (wish) => wish.node,
  }),
  rebuild: request('rebuild', {
    title: 'Rebuild',
    says: "Throws the standby's data away and fills it anew: from the newest backup and the WAL since, or from the primary where that cannot be.",
    fields: [],
    about: (wish) => wish.node,
  }),
  restart: request('restart', {
    title: 'Restart',
    says: "Stops the standby's PostgreSQL and starts it again, for parameters that wait for that.",
    fields: [],
    about: (wish) => wish.node,
  }),
  reload: request('reload', {
    title: 'Reload',
    says: 'Has PostgreSQL read its configuration again. Nobody is disturbed.',
    fields: [],
    about: (wish) => wish.node,
  }),
  admit: request('admit', { title: 'Admit', says: 'Lets the node in again.', fields: [], about: (wish) => wish.node }),
  remove: request('remove', { title: 'Remove', says: 'Takes the member out of the cluster. Its data stays on its disk.', fields: [], about: (wish) => wish.node }),
  pin: pinned('pin', { title: 'Pin', says: 'No policy removes the backup, nor what it rests upon.' }),
  unpin: pinned('unpin', { title: 'Unpin', says: 'The retention policy alone decides about the backup again. Nothing is removed now.' }),
  retention,
  verify,
}
