import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Request {
  readonly path: string
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

/** What the server does with one request. `number` counts the requests from 0. */
export type Behaviour = (request: Request, response: ServerResponse, number: number) => void

export interface TestServer {
  readonly address: string
  readonly requests: readonly Request[]
}

/** Runs `use` with a web server on this machine alone. */
export async function withServer(behaviour: Behaviour, use: (server: TestServer) => Promise<void>): Promise<void> {
  const requests: Request[] = []
  const server = createServer((incoming: IncomingMessage, response) => {
    const request = { path: incoming.url ?? '', range: incoming.headers.range, ifRange: headerOf(incoming, 'if-range') }
    requests.push(request)
    behaviour(request, response, requests.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    await use({ address: `http://127.0.0.1:${port}`, requests })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

function headerOf(incoming: IncomingMessage, name: string): string | undefined {
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : undefined
}

export interface SendOptions {
  readonly etag?: string | undefined
  /** Ends the connection after so many bytes. */
  readonly dropAfter?: number | undefined
  /** False: `Range` is ignored. */
  readonly ranges?: boolean | undefined
}

/** Answers as a good server of files does: `Range` is honoured where `If-Range` names the present version. */
export function send(request: Request, response: ServerResponse, body: Uint8Array, options: SendOptions = {}): void {
  const { etag = '"v1"', dropAfter, ranges = true } = options
  const from = Number(/^bytes=(\d+)-$/.exec(request.range ?? '')?.[1] ?? Number.NaN)
  const partial = ranges && Number.isFinite(from) && (request.ifRange === undefined || request.ifRange === etag)
  if (partial && from >= body.length) {
    response.writeHead(416, { 'content-range': `bytes */${body.length}` }).end()
    return
  }
  const start = partial ? from : 0
  const rest = body.subarray(start)
  const headers = { etag, 'content-length': rest.length }
  const range = { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` }
  response.writeHead(partial ? 206 : 200, partial ? { ...headers, ...range } : headers)
  if (dropAfter === undefined) response.end(rest)
  else response.write(rest.subarray(0, dropAfter), () => setTimeout(() => response.destroy(), 100))
}
