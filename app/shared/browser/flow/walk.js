// The walk through the stages: a bar of buttons, one sentence, and a clock while it plays.

const SECONDS = 4; // at a stage, at speed 1
const SPEEDS = [0.5, 1, 2];
const TRAVEL = 0.7; // seconds of them that the dot takes to get there
const REPORT = 500; // milliseconds of rest before the address is told

function drawWalk(view) {
  const { root, data } = view;
  const bar = make(root, "steps");
  const buttons = make(bar, "buttons");
  if (!buttons.children.length) {
    buttons.setAttribute("role", "toolbar");
    buttons.setAttribute("aria-label", "Walk through the stages");
    const add = (name, sign, text, act) => {
      const button = make(buttons, name, "button");
      button.type = "button";
      button.title = button.ariaLabel = text;
      button.textContent = sign;
      button.onclick = act;
    };
    add("first", "⇤", "To the first stage", () => step(view, -Infinity));
    add("back", "←", "One stage back (arrow left)", () => step(view, -1));
    add("play", "▶", "Play (space bar)", () => toggle(view));
    add("onward", "→", "One stage on (arrow right)", () => step(view, 1));
    add("speed", "1×", "Speed", () => {
      view.speed = SPEEDS[(SPEEDS.indexOf(view.speed) + 1) % SPEEDS.length];
      drawWalk(view);
    });
    bar.onkeydown = (event) => walkKey(view, event);
  }
  write(make(buttons, "speed"), `${view.speed}×`);
  const play = make(buttons, "play");
  write(play, view.playing ? "Pause" : "Play");
  play.ariaLabel = play.title = view.playing ? "Pause (space bar)" : "Play (space bar)";
  const stage = data.stages[view.stage];
  const says = make(bar, "says", "p");
  says.setAttribute("aria-live", view.playing ? "off" : "polite");
  write(make(says, "name", "b"), `${view.stage + 1}/${data.stages.length} ${stage.title}. `);
  write(make(says, "text", "span"), stage.text);
}

// Whether a key was one of the walk's.
function walkKey(view, event) {
  const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (way) step(view, way);
  else if (event.key === " ") toggle(view);
  else return false;
  event.preventDefault();
  return true;
}

// A step by hand; it ends the play.
function step(view, way) {
  view.playing = false;
  go(view, clamp(view.stage + way, 0, view.data.stages.length - 1));
  report(view);
}

function toggle(view) {
  view.playing = !view.playing;
  if (view.playing) {
    if (view.stage === view.data.stages.length - 1) go(view, 0);
    view.since = performance.now();
    tick(view);
  } else report(view);
  drawWalk(view);
  drawMarks(view);
}

function go(view, stage) {
  Object.assign(view, { before: view.stage, stage, since: performance.now() });
  drawWalk(view);
  drawMarks(view);
  bringIntoSight(view);
}

function tick(view) {
  if (!view.playing || !view.root.isConnected) return;
  const seconds = ((performance.now() - view.since) / 1000) * view.speed;
  if (seconds >= SECONDS) {
    if (view.stage === view.data.stages.length - 1) return toggle(view);
    go(view, view.stage + 1);
  } else if (seconds < TRAVEL + 0.1) drawMarks(view);
  requestAnimationFrame(() => tick(view));
}

// Tells the server where the walk stands, after some rest: the address then leads there.
function report(view) {
  clearTimeout(view.reporting);
  view.reporting = setTimeout(() => {
    const { id } = view.data.stages[view.stage];
    if (id === view.told || !view.root.isConnected) return;
    view.told = id;
    view.send("stage", id);
  }, REPORT);
}

// Takes the stage from the address when that changed by itself: opened by a link, or the browser's back button.
function takeStage(view) {
  const { stages, stage } = view.data;
  const known = stages.findIndex(({ id }) => id === stage);
  const here = stages.findIndex(({ id }) => id === view.name);
  const asked = stage !== view.told && known >= 0;
  if (asked) Object.assign(view, { told: stage, playing: false });
  view.stage = asked ? known : Math.max(0, here);
}

// Scrolls the page so far that what the stage is about can be seen.
function bringIntoSight(view) {
  const places = stagePlaces(view);
  if (!places.length) return;
  const size = unit(view.root);
  const anchor = make(view.root.querySelector(".sheet"), "anchor");
  const top = Math.min(...places.map(({ y }) => y)) - 64;
  const bottom = Math.max(...places.map(({ y, h }) => y + h)) + 24;
  anchor.style.top = `${top * size}px`;
  anchor.style.height = `${(bottom - top) * size}px`;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  anchor.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still ? "auto" : "smooth" });
}
