import type { Scenario } from '../scenario.ts';
import { bound } from './bound.ts';
import { fairness } from './fairness.ts';
import { firstToken } from './first-token.ts';
import { firstWords } from './first-words.ts';
import { neighbour } from './neighbour.ts';
import { pause } from './pause.ts';
import { hangUps } from './soak.ts';
import { speculation } from './speculation.ts';
import { throughput } from './throughput.ts';
import { warm } from './warm.ts';
import { wholeWay } from './whole-way.ts';

export const scenarios: readonly Scenario[] = [
  wholeWay,
  firstWords,
  throughput,
  firstToken,
  bound,
  warm,
  fairness,
  neighbour,
  pause,
  hangUps,
  speculation,
];
