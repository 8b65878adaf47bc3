import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

/** Addresses of the local stack of this test run, and the environment for its commands. */
export interface Stack {
  readonly root: string
  readonly page: string
  readonly api: string
  readonly issuer: string
  readonly env: Readonly<Record<string, string>>
}

declare module 'vitest' {
  export interface ProvidedContext {
    stack: Stack
  }
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const timeout = 200_000 // milliseconds

/**
 * Starts the local stack on free ports with an empty data folder. Returns a function that
 * removes both.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [port, webPort, issuerPort] = await freePorts(3)
  const data = await mkdtemp(join(tmpdir(), 'securedpets-'))
  const env = { PORT: `${port}`, WEB_PORT: `${webPort}`, ISSUER_PORT: `${issuerPort}`, DATA_DIR: data }
  const { NODE_ENV: _, ...surroundings } = globalThis.process.env // vitest's "test" is not for the stack
  const process = spawn('make', ['run'], { cwd: root, env: { ...surroundings, ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async (): Promise<void> => {
    await end(process)
    await rm(data, { recursive: true, force: true })
  }
  try {
    await ready(process)
  } catch (error) {
    await stop()
    throw error
  }
  project.provide('stack', {
    root, env, api: `http://localhost:${port}`, page: `http://localhost:${webPort}`, issuer: `http://localhost:${issuerPort}/`,
  })
  return stop
}

/** Waits for the ready line. Prints the last output of a stack that ends by itself. */
async function ready(process: ChildProcess): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`make run was not ready in ${timeout} ms:\n${output}`)), timeout)
    const read = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4000)
      if (!/^ready: /m.test(output)) return
      clearTimeout(timer)
      resolve()
    }
    process.stdout?.on('data', read)
    process.stderr?.on('data', read)
    process.once('exit', (code, signal) => {
      clearTimeout(timer)
      const last = `make run ended with ${code ?? signal}:\n${output}`
      reject(new Error(last))
      if (!stopping.has(process)) globalThis.process.stderr.write(`${last}\n`)
    })
  })
}

const stopping = new WeakSet<ChildProcess>()

async function end(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.pid === undefined) return
  stopping.add(process)
  const gone = new Promise((resolve) => process.once('exit', resolve))
  globalThis.process.kill(-process.pid, 'SIGINT')
  await gone
}

/** Returns free ports below the ephemeral range, so that they stay free until the stack starts. */
async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = 20_000 + Math.floor(Math.random() * 9000); ports.length < count; port++) {
    if (await isFree(port)) ports.push(port)
  }
  return ports
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (free) await new Promise((resolve) => server.close(resolve))
  return free
}
