// A server that misbehaves in every way that a client of a failing cluster can meet, on a loopback address.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createServer as createPlainServer, type AddressInfo, type Socket } from 'node:net'

/** Made for these tests and good for nothing else: its key is no secret. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBoTCCAUigAwIBAgIUHUYVafEaARwnLHyaw0Ik0n0BmiEwCgYIKoZIzj0EAwIw
HTEbMBkGA1UEAwwSaGF5d2lyZSB1bml0IHRlc3RzMCAXDTI2MTEyMTAzMjAzMVoY
DzIxMjYxMDI4MDMyMDMxWjAdMRswGQYDVQQDDBJoYXl3aXJlIHVuaXQgdGVzdHMw
WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAR2vT89InYYsP2lSpyOn7WLXezo7AtT
kPovgFt/Tug8t/9mXG+dM56M2afiERXEKcote2Bm0vggk4fjdnRnudGxo2QwYjAd
BgNVHQ4EFgQULYloa/Edsy0TmR50kCVRp4WeF6gwHwYDVR0jBBgwFoAULYloa/Ed
sy0TmR50kCVRp4WeF6gwDwYDVR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAAB
MAoGCCqGSM49BAMCA0cAMEQCIFcYAgXQYjQodl+TjwEIWFP2B7AvPXO0Qzey6Rqf
nEmYAiBsfFGotAnzQ3f8lIKrtOftNzfgkBx1FcnY6zxd3d0Gnw==
-----END CERTIFICATE-----
`
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpf2xN4/CPOHeG8bw
35sVULKHqO6QEmvXF1wb+dMOtdOhRANCAAR2vT89InYYsP2lSpyOn7WLXezo7AtT
kPovgFt/Tug8t/9mXG+dM56M2afiERXEKcote2Bm0vggk4fjdnRnudGx
-----END PRIVATE KEY-----
`

/** `wire` is the connection below TLS. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, wire: Socket) => void

/** The product's own manners: a session, a form with a token, an account that is taken. */
export const wellBehaved: Behaviour = (request, response) => {
  response.setHeader('x-ssm-server', 'primary-node')
  if (request.url === '/login') response.writeHead(303, { location: '/', 'set-cookie': 'ssm_session=v1.one; Path=/; HttpOnly' }).end()
  else if (request.url === '/accounts/new') response.end('<form><input type="hidden" name="csrf" value="token-1"></form>')
  else if (request.url === '/health') response.end('ok\n')
  else response.writeHead(303, { location: '/accounts' }).end()
}

/** Answers every form for a new account in that way, and everything else as it should. */
export function onCreate(behaviour: Behaviour): Behaviour {
  return (request, response, wire) => {
    if (request.method === 'POST' && request.url === '/accounts') request.resume().once('end', () => behaviour(request, response, wire))
    else wellBehaved(request, response, wire)
  }
}

export interface TestServer {
  port: number
  /** bodies of the forms that arrived */
  forms: string[]
  [Symbol.asyncDispose](): Promise<void>
}

export async function serve(behaviour: Behaviour): Promise<TestServer> {
  const forms: string[] = []
  let wire: Socket | undefined
  const server = createServer({ key, cert: certificate }, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (part: string) => { body += part })
    request.once('end', () => { if (request.method === 'POST') forms.push(body) })
    behaviour(request, response, wire as Socket)
  })
  // Our clients begin a connection for each request.
  server.on('connection', (socket: Socket) => { wire = socket })
  return { ...(await listening(server)), forms }
}

/** Accepts connections and does that with them, without a word of TLS. */
export async function servePlain(behaviour: (socket: Socket) => void, port = 0): Promise<TestServer> {
  const server = createPlainServer(socket => {
    socket.on('error', () => undefined)
    behaviour(socket)
  })
  return { ...(await listening(server, port)), forms: [] }
}

/** A port on which nobody listens. */
export async function nobody(): Promise<number> {
  const server = await servePlain(() => undefined)
  await server[Symbol.asyncDispose]()
  return server.port
}

async function listening(server: Server | ReturnType<typeof createPlainServer>, port = 0): Promise<Omit<TestServer, 'forms'>> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
