import { median, percentile } from './statistics.ts';

/**
 * How long the admin's pages take on a long history, whole requests: `node dist/bench/admin-pages.js URL ADMIN_TOKEN`
 * against a running web page. The first request of each kind is told by itself, then the median and p95 of twenty.
 */
const [url = '', token = ''] = process.argv.slice(2);
const rounds = 20;

async function ask(path: string): Promise<{ ms: number; status: number; body: string }> {
  const started = performance.now();
  const headers = { authorization: `Bearer ${token}`, accept: 'text/html' };
  const response = await fetch(new URL(path, url), { headers });
  const body = await response.text();
  return { ms: performance.now() - started, status: response.status, body };
}

if (!url || !token) {
  process.stderr.write('Usage: node dist/bench/admin-pages.js http://127.0.0.1:8501 ADMIN_TOKEN\n');
  process.exit(2);
}
const { body } = await ask('/admin/stories');
const story = /\/admin\/stories\/([0-9a-f-]{36})/.exec(body)?.[1];
const channel = /channel=([0-9a-f-]{36})/.exec(body)?.[1];
const paths = [
  '/admin',
  '/admin/api/stats?days=90',
  '/admin/stories',
  `/admin/stories?channel=${channel}`,
  `/admin/stories/${story}`,
  '/admin/stories?q=forest',
  '/admin/stories?q=lantern77',
  '/admin/stories?q=lantern77+whale',
  `/admin/stories?q=${encodeURIComponent('фонарь')}`,
  `/admin/stories?q=forest&channel=${channel}`,
  '/admin/authors',
  '/admin/exports',
  '/admin/audit',
  '/admin/live',
];
for (const path of paths) {
  const first = await ask(path);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push((await ask(path)).ms);
  const figures = [first.ms, median(times), percentile(times, 0.95)].map((ms) => ms.toFixed(0));
  process.stdout.write(
    `${path}: first ${figures[0]} ms, median ${figures[1]} ms, p95 ${figures[2]} ms, ${first.status}\n`,
  );
}
