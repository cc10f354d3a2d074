const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

export function bytes(number) {
  if (number == null) return '–'
  let value = number
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

export function millis(number) {
  if (number == null) return '–'
  return number < 1000 ? `${number} ms` : `${(number / 1000).toFixed(number < 10000 ? 1 : 0)} s`
}

/** "0/3000060" as a number of bytes, for differences. */
export function lsn(text) {
  if (!text) return null
  const [high, low] = text.split('/').map((part) => parseInt(part, 16))
  return high * 2 ** 32 + low
}

export function time(iso) {
  return new Date(iso).toLocaleTimeString([], { hour12: false }) + '.' + String(new Date(iso).getMilliseconds()).padStart(3, '0')
}

export function moment(iso) {
  return iso == null ? '–' : new Date(iso).toLocaleString([], { hour12: false })
}

/** A time in milliseconds as an input of type datetime-local has it: by the reader's own clock, to the second. */
export function localInput(time) {
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

export function plural(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`
}
