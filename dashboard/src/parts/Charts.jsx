import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import { bytes } from '../format.js'

const HEIGHT = 180

/** Seconds on the axis before there is that much to show. */
const SHORTEST = 60

const COLOURS = ['#2f7d5b', '#c2702d', '#4a68b8', '#a3467f', '#7a7a2e', '#4d8a99']

function walRate(samples) {
  return samples.map((s, i) => {
    const before = samples[i - 1]
    const known = before && s.wal != null && before.wal != null && s.timeline === before.timeline && s.at > before.at
    return known ? Math.max(0, (s.wal - before.wal) / (s.at - before.at)) : null
  })
}

/** From the first sample to the last; uPlot would give a single one some years. */
function shown(chart) {
  const times = chart.data[0]
  const last = times.at(-1) ?? Date.now() / 1000
  return [Math.min(times[0] ?? last, last - SHORTEST), last]
}

function Chart({ title, names, data }) {
  const holder = useRef(null)
  const chart = useRef(null)
  const latest = useRef(data)
  latest.current = data
  const drawnNames = names.join()
  useEffect(() => {
    const place = holder.current
    const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim()
    const axis = { stroke: ink, grid: { stroke: '#8884', width: 1 }, ticks: { stroke: '#8884' } }
    const made = new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        series: [
          { value: '{HH}:{mm}:{ss}' },
          ...names.map((label, i) => ({ label, stroke: COLOURS[i % COLOURS.length], width: 2, value: (_, v) => bytes(v) })),
        ],
        axes: [axis, { ...axis, size: 70, values: (_, ticks) => ticks.map(bytes) }],
        scales: { x: { range: shown }, y: { range: (_, __, max) => [0, Math.max(max ?? 0, 1024) * 1.1] } },
      },
      latest.current,
      place,
    )
    chart.current = made
    const resized = new ResizeObserver(() => made.setSize({ width: place.clientWidth, height: HEIGHT }))
    resized.observe(place)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [drawnNames])
  useEffect(() => chart.current?.setData(data), [data])
  const now = names.map((n, i) => `${n}: ${bytes(data[i + 1].at(-1))}`).join(', ')
  return (
    <figure>
      <figcaption>
        {title} <span class="now">{now}</span>
      </figcaption>
      <div ref={holder} role="img" aria-label={`${title}. ${now}`} />
    </figure>
  )
}

/** What the page has seen since it was opened. */
export function Charts({ cluster, samples }) {
  const times = samples.map((s) => s.at)
  const standbys = cluster.members.filter((m) => m.role !== 'primary').map((m) => m.name)
  const lags = standbys.map((n) => samples.map((s) => s.lags[n] ?? null))
  return (
    <section>
      <h2>Since this page was opened</h2>
      <div class="charts">
        <Chart title="WAL written per second" names={['WAL']} data={[times, walRate(samples)]} />
        <Chart title="Behind the primary" names={standbys} data={[times, ...lags]} />
      </div>
    </section>
  )
}
