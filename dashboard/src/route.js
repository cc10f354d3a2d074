import { useEffect, useState } from 'preact/hooks'

const read = () => location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent)

/** The parts of the address behind '#', such as ['main', 'timeline']. */
export function useRoute() {
  const [parts, setParts] = useState(read)
  useEffect(() => {
    const changed = () => setParts(read())
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return parts
}

export const href = (...parts) => '#/' + parts.map(encodeURIComponent).join('/')
