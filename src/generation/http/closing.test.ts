import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, it } from 'vitest';
import { loadConfig } from '../../ops/config.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { type RunningGenerator, runGenerator } from '../serve.ts';

let service: RunningGenerator;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** A connection on which these bytes were sent. */
async function connection(bytes: string): Promise<Socket> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

const head = (length: number) =>
  `POST /completion HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const asking = (body: object) => {
  const json = JSON.stringify({ prompt: 'Once upon a time', n_predict: 400, ...body });
  return head(json.length) + json;
};

it('closes whatever its connections are doing', async () => {
  const config = loadConfig({ GENERATOR_PORT: '0', GENERATOR_PARALLEL: '1', GENERATOR_THREADS: '1' });
  service = await runGenerator({ config, logger: pino({ level: 'silent' }), modelPath: bundledModelPath });
  const reading = await connection(asking({ stream: true }));
  await once(reading, 'data');
  const unread = await connection(asking({ stream: true }));
  unread.pause();
  await connection(asking({ stream: false }));
  await connection(asking({ stream: true, return_progress: true }).repeat(3));
  const tooMuch = await connection(head(50_000_000) + 'x'.repeat(1_000_000));
  await once(tooMuch, 'data');
  const kept = await connection('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(kept, 'data');
  for (const bytes of ['', 'GET / HT', head(100), `${head(100)}{"prompt":`]) await connection(bytes);
  await service.close();
  await Promise.all(sockets.map((socket) => socket.closed || once(socket.resume(), 'close')));
});
