import { render } from 'preact'
import 'uplot/dist/uPlot.min.css'
import './style.css'
import { Cluster } from './pages/Cluster.jsx'
import { Fleet } from './pages/Fleet.jsx'
import { useRoute } from './route.js'

function App() {
  const [cluster, page] = useRoute()
  return cluster ? <Cluster key={cluster} name={cluster} page={page ?? 'now'} /> : <Fleet />
}

render(<App />, document.getElementById('app'))
