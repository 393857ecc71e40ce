// How long somebody looks at a unit: while the page is seen and something is done on it.

const IDLE_MS = 60000;

let spentMs = 0;
let lastAct = 0;
let lastTick = performance.now();

export function beginUnit() {
  tick();
  spentMs = 0;
  lastAct = performance.now();
}

export function seconds() {
  tick();
  return Math.round(spentMs / 100) / 10;
}

function act() {
  tick();
  lastAct = performance.now();
}

function tick() {
  const now = performance.now();
  const until = Math.min(now, lastAct + IDLE_MS);
  if (!document.hidden) spentMs += Math.max(0, until - lastTick);
  lastTick = now;
}

for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) {
  addEventListener(kind, act, { passive: true, capture: true });
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    // The time up to here was seen.
    const now = performance.now();
    spentMs += Math.max(0, Math.min(now, lastAct + IDLE_MS) - lastTick);
    lastTick = now;
  } else {
    lastTick = performance.now();
    lastAct = lastTick;
  }
});
