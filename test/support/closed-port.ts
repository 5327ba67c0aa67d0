import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll } from 'vitest';

/** A port of 127.0.0.1 on which nobody listens, nor can while the file's tests run: it is one end of a connection. */
export function useClosedPort(): { port: number } {
  const closed = { port: 0 };
  const server = createServer();
  let socket: Socket | undefined;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    closed.port = socket.localPort ?? 0;
  });
  afterAll(() => {
    socket?.destroy();
    server.close();
  });
  return closed;
}
