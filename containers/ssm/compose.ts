// docker-compose.yml starts the same twin by hand; it is made from the twin's one description. `npm run compose` writes it anew.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { labels } from '../../harness/engine/engine.ts'
import { hostOf } from '../../harness/engine/subnets.ts'
import { demonstrations } from './demonstrations.ts'
import { centralHost, products } from './surroundings.ts'
import { centralName, certifiedNames, clientHost, clusterConf, containerNeeds, guiPort, latestTag, productConf } from './twin.ts'

/** Outside of what labs take for themselves; another place is named in the environment. */
const subnets = { public: '${SSM_PUBLIC:-10.93.0}.0/24', heartbeat: '${SSM_HEARTBEAT:-10.93.1}.0/24' }
const demonstration = 'A'
const { nodes, vip } = demonstrations[demonstration]
const password = '${SSM_ADMIN_PASSWORD:-Haywire-1}'

const own = { [labels.ours]: 'container', [labels.lab]: 'by-hand' }
const ownNetwork = { [labels.ours]: 'network', [labels.lab]: 'by-hand' }

const header = `# The SSM twin, started by hand: docker compose up -d (v2), or docker-compose up -d (v1.29).
# Made from containers/ssm/twin.ts by \`npm run compose\`; change it there.
#
#   page      https://10.93.0.${vip}:${guiPort}   admin / Haywire-1 (SSM_ADMIN_PASSWORD); its CA is in the volume "credentials", tls/ca.crt
#   console   ssh admin@10.93.0.${nodes[0].public}   the same password
#   subnets   SSM_PUBLIC=10.93.0 and SSM_HEARTBEAT=10.93.1 are the first three numbers of two networks that are free on this host
#   image     \`npx haywire engine start\` builds it where no registry can be reached, and says which DOCKER_HOST it is in
#   remove    docker compose down --volumes
`

export function composeFile(): string {
  return `${header}${stringify({ services: { credentials: credentials(), ...Object.fromEntries(nodes.map(node => [node.name, server(node)])), client: client(), ...surroundings() }, networks: networks(), volumes: { credentials: {} } }, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

/** Keys and certificates, made once, before anything else starts. Central's is made last: without it, as in a volume of before there was one, all certificates are made, because CAs have no keys to add one. */
function credentials(): unknown {
  const script = [
    'set -e',
    'cd /credentials',
    "[ -e id.pub ] || ssh-keygen -q -t ed25519 -N '' -f id",
    "[ -e ssh_host_key.pub ] || ssh-keygen -q -t ed25519 -N '' -f ssh_host_key",
    'cp id.pub authorized_keys',
    `[ -e tls/central.crt ] || sh /tls.sh /credentials/tls ${centralName(subnets)} ${certifiedNames(demonstration, subnets).join(' ')}`,
  ]
  return { image: latestTag, build: image(), entrypoint: ['/bin/sh', '-c'], command: [script.join('\n')], volumes: ['credentials:/credentials', './containers/ssm/tls.sh:/tls.sh:ro'], network_mode: 'none', labels: own }
}

function server({ name, public: publicHost, heartbeat }: (typeof nodes)[number]): unknown {
  return machine(name, {
    // The gateway is on the public network, so its interface comes first.
    public: { ipv4_address: hostOf(subnets.public, publicHost), priority: 1000 },
    heartbeat: { ipv4_address: hostOf(subnets.heartbeat, heartbeat), priority: 100 },
  })
}

function client(): unknown {
  return machine('client', { public: { ipv4_address: hostOf(subnets.public, clientHost) } })
}

/** Cisco Software Central and the products. */
function surroundings(): Record<string, unknown> {
  const central = light('central', 'software-central', centralHost, 'NODE=software-central\n', [
    'mkdir -p /etc/central/tls', 'cp /credentials/tls/central.crt /etc/central/tls/server.crt', 'cp /credentials/tls/central.key /etc/central/tls/server.key',
    'cp /credentials/tls/licensing-ca.crt /etc/central/tls/ca.crt', 'cp /credentials/tls/licensing-ca.key /etc/central/tls/ca.key',
  ])
  return { 'software-central': central, ...Object.fromEntries(products.map(product => [product.name, light('product', product.name, product.public, productConf(product, subnets, demonstration), certificates('licensing-ca.crt', 'server.crt', 'server.key'))])) }
}

/** By name, as twin.ts gives them: the keys of Cisco's are nobody else's. */
function certificates(...files: string[]): string[] {
  return ['mkdir -p /etc/ssm/tls', `cp ${files.map(file => `/credentials/tls/${file}`).join(' ')} /etc/ssm/tls/`]
}

function light(role: string, name: string, host: number, conf: string, files: string[]): unknown {
  const boot = ['set -e', 'mkdir -p /etc/ssm', 'cp /credentials/authorized_keys /credentials/ssh_host_key /etc/ssm/', ...files, 'printf "%s" "$$CLUSTER_CONF" > /etc/ssm/cluster.conf', `exec /usr/lib/haywire/around ${role}`]
  return {
    image: latestTag,
    hostname: name,
    depends_on: { credentials: { condition: 'service_completed_successfully' } },
    environment: { CLUSTER_CONF: conf },
    command: ['/bin/sh', '-c', boot.join('\n')],
    volumes: ['credentials:/credentials:ro'],
    networks: { public: { ipv4_address: hostOf(subnets.public, host) } },
    tmpfs: ['/run', '/tmp'],
    labels: own,
  }
}

function machine(name: string, attached: Record<string, unknown>): unknown {
  const boot = ['set -e', 'mkdir -p /etc/ssm', 'cp /credentials/authorized_keys /credentials/ssh_host_key /etc/ssm/', ...certificates('ca.crt', 'licensing-ca.crt', 'server.crt', 'server.key'), 'printf "%s" "$$CLUSTER_CONF" > /etc/ssm/cluster.conf', 'chmod 600 /etc/ssm/ssh_host_key', containerNeeds.command[2].replaceAll('$', '$$$$')]
  return {
    image: latestTag,
    hostname: name,
    depends_on: { credentials: { condition: 'service_completed_successfully' } },
    environment: { CLUSTER_CONF: clusterConf(name, subnets, { demonstration, password }) },
    command: ['/bin/sh', '-c', boot.join('\n')],
    volumes: [...containerNeeds.mounts, 'credentials:/credentials:ro'],
    networks: attached,
    cap_add: containerNeeds.capabilities,
    shm_size: `${containerNeeds.shmMiB}m`,
    tmpfs: containerNeeds.tmpfs,
    security_opt: containerNeeds.securityOptions,
    labels: own,
  }
}

function image(): unknown {
  // apt reaches its archives over the host's network: containers of a private engine reach nothing else.
  return { context: './containers/ssm', network: 'host', args: { BASE: '${HAYWIRE_BASE:-debian:bookworm-slim}' } }
}

function networks(): unknown {
  return {
    public: { ipam: { config: [{ subnet: subnets.public }] }, labels: ownNetwork },
    heartbeat: { internal: true, ipam: { config: [{ subnet: subnets.heartbeat }] }, labels: ownNetwork },
  }
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', '..', 'docker-compose.yml'), composeFile())
