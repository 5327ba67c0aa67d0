import { once } from 'node:events';
import { connect } from 'node:net';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { soon } from '../../../test/support/soon.ts';
import { loadConfig } from '../../ops/config.ts';
import { bundledModelPath } from '../../ops/paths.ts';
import { runGenerator } from '../serve.ts';

it('a client that hangs up aborts also what it asked for before its first answer was there', async () => {
  const config = loadConfig({ GENERATOR_PORT: '0', GENERATOR_PARALLEL: '1', GENERATOR_THREADS: '1' });
  const service = await runGenerator({
    config,
    logger: pino({ level: 'silent' }),
    modelPath: bundledModelPath,
  });
  const body = JSON.stringify({ prompt: 'Once upon a time', max_tokens: 400, stream: true });
  const request = `POST /v1/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  socket.write(request.repeat(3));
  await once(socket, 'data');
  socket.destroy();
  const texts = await soon(async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('storyteller_generator_waiting 0\n');
    expect(metrics).toContain('storyteller_generator_writing 0\n');
    return metrics.match(/^storyteller_generator_texts_total.*$/gm);
  });
  expect(texts).toEqual(['storyteller_generator_texts_total{reason="abort"} 3']);
  await service.close();
});
