import type { Scenario } from '../scenario.ts';
import { fairness } from './fairness.ts';
import { neighbour } from './neighbour.ts';
import { hangUps } from './soak.ts';
import { throughput } from './throughput.ts';
import { warm } from './warm.ts';

export const scenarios: readonly Scenario[] = [throughput, warm, fairness, neighbour, hangUps];
