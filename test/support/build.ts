import { execFileSync } from 'node:child_process';
import { packageRoot } from '../../src/ops/paths.ts';

/** Builds once before the tests: end-to-end tests run the built program, as people do. */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: packageRoot, stdio: 'inherit' });
}
