/** A refusal in the words of its problem document (RFC 9457). */
export class Problem extends Error {
  constructor(document, status) {
    super(document.detail ?? document.title ?? `HTTP ${status}`)
    this.hint = document.hint
    this.code = document.code
    this.status = status
  }
}

async function exchange(path, options = {}) {
  const headers = { Accept: 'application/json, application/problem+json', ...options.headers }
  let answer
  try {
    answer = await fetch(`/api/v1${path}`, { ...options, headers })
  } catch {
    throw new Problem({ detail: 'the coordinator does not answer', hint: 'another coordinator serves the same page' }, 0)
  }
  const text = await answer.text()
  let document = {}
  try {
    document = JSON.parse(text)
  } catch {
    if (answer.ok) throw new Problem({ detail: 'the answer is no JSON', hint: 'is there a proxy in between?' }, answer.status)
  }
  if (!answer.ok) throw new Problem(document, answer.status)
  return document
}

export const get = (path) => exchange(path)

/** @param key the same for each try at the same thing: it is done once, whichever coordinator is asked how often */
export const post = (path, body, key) =>
  exchange(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key && { 'Idempotency-Key': key }) },
    body: JSON.stringify(body),
  })

/** `crypto.randomUUID` is there for https and localhost only. */
export const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('')

/** The address of something of a cluster. */
export const of = (cluster, path) => `/clusters/${encodeURIComponent(cluster)}${path}`
