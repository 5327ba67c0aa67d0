import { drawCharts } from './charts.ts';
import { followExport } from './export.ts';
import { followLive } from './live.ts';

// Each page works without this; with it, it moves.
const live = document.getElementById('live');
if (live) followLive(live);
const charts = document.getElementById('charts');
if (charts) void drawCharts(charts);
const form = document.getElementById('export');
if (form instanceof HTMLFormElement) followExport(form);
const opened = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
if (opened) {
  // What is looked for may stand in a version that is folded away.
  for (let at = opened.parentElement; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  opened.scrollIntoView();
}
