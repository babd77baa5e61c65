// A node with two networks that the target knows and one that it does not, as a survey finds it.
import type { Plan } from '../../../harness/faults/cut/survey.ts'

export const plan: Plan = {
  priority: -500,
  links: [
    { device: 'eth0', ours: true, known: { network: 'public', own: '10.10.10.5', peers: [{ node: 'secondary-node', address: '10.10.10.10' }] } },
    { device: 'eth1', ours: false, known: { network: 'heartbeat', own: '192.168.1.4', peers: [{ node: 'secondary-node', address: '192.168.1.5' }] } },
    { device: 'eth2', ours: false },
  ],
  ssh: { harness: '10.10.10.1', own: '10.10.10.5', ports: [22], nextHop: '10.10.10.1' },
  answering: [],
}
