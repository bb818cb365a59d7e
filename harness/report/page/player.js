// Plays the films of the page, on one stage. Space plays and pauses, the arrows step, Home and End
// go to the ends; #replay-3 in the address shows the third film, and #play-3 plays it.

const kLongestStep = 0.35, kLongestFilm = 18; // s

const data = JSON.parse(document.getElementById('films').textContent);
const stage = document.getElementById('stage');
const part = (name) => stage.querySelector(`[data-part="${name}"]`);
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const painter = new ScenePainter(document.getElementById('sheet'), data.sprites);
const opened = new Map();
let shown = -1, at = 0, playing = false, clock = 0;

// Unfolded when it is first wanted.
function open(number) {
  if (!opened.has(number)) {
    const film = data.films[number], frames = unfold(film);
    opened.set(number, { ...film, frames, bounds: boundsOf(frames, film.words) });
  }
  return opened.get(number);
}

function paintStage() {
  if (shown < 0) return;
  const film = open(shown), here = Math.floor(at), frames = film.frames;
  const scene = still.matches ? frames[here] : between(frames[here], frames[here + 1], at - here);
  painter.paint(part('canvas'), scene, film.words, film.bounds, still.matches ? 0 : clock);
}

function write(name, text) {
  if (part(name).textContent !== text) part(name).textContent = text;
}

const figure = (value) => (Math.round(value * 100) / 100).toString().replace('-', '\u2212');

function show() {
  const film = open(shown), here = Math.floor(at), frame = film.frames[here];
  const last = here === film.frames.length - 1;
  paintStage();
  part('slider').value = here;
  part('slider').setAttribute('aria-valuetext', `step ${frame.step} of ${film.steps}`);
  write('step', `${frame.step}`);
  write('steps', `of ${film.steps}`);
  write('action', frame.action ? frame.action.replaceAll('_', ' ') : 'the beginning');
  write('proxy', figure(frame.proxy));
  write('utility', figure(frame.utility));
  write('outcome', last ? `${film.sign} ${film.label} (${film.kind})` : 'not over yet');
  part('outcome').className = last ? `ended k-${film.style}` : '';
  write('captions', frame.captions.map((word) => film.words[word]).join('\n'));
  write('play', playing ? '\u2759\u2759 Pause' : '\u25b6 Play');
  stage.dispatchEvent(new CustomEvent('step', { detail: here }));
}

function seek(frame) {
  playing = false;
  at = Math.min(Math.max(frame, 0), open(shown).frames.length - 1);
  show();
}

function select(number) {
  if (number < 0 || number >= data.films.length) return;
  shown = number;
  const film = open(number);
  part('slider').max = film.frames.length - 1;
  write('title', film.title);
  write('about', film.about);
  stage.querySelectorAll('[data-film]').forEach((link) => link.removeAttribute('aria-current'));
  const link = stage.querySelector(`[data-film="${number}"]`), list = link.closest('ol');
  link.setAttribute('aria-current', 'true');
  list.scrollTop = link.offsetTop - (list.clientHeight - link.offsetHeight) / 2;
  stage.dispatchEvent(new CustomEvent('film', { detail: film.frames }));
  seek(0);
}

// With the next picture of the screen, or a little later where none is drawn.
function soon(then) {
  let done = false;
  const once = () => {
    if (!done) then(performance.now());
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, 100);
}

// One picture of the time line after another, until it is over or paused.
function run(before) {
  soon((now) => {
    if (!playing) return;
    const film = open(shown), last = film.frames.length - 1;
    const seconds = Math.min(Math.max((now - before) / 1000, 0), 0.1);
    clock += seconds;
    at = Math.min(last, at + seconds / Math.min(kLongestStep, kLongestFilm / (last || 1)));
    if (at >= last) playing = false;
    show();
    run(now);
  });
}

function play() {
  if (playing) return;
  if (at >= open(shown).frames.length - 1) at = 0;
  playing = true;
  show();
  run(performance.now());
}

const deeds = {
  play: () => (playing ? seek(Math.floor(at)) : play()),
  back: () => seek(Math.ceil(at) - 1),
  on: () => seek(Math.floor(at) + 1),
  first: () => seek(0),
  last: () => seek(Infinity),
};
const keys = { ' ': 'play', ArrowLeft: 'back', ArrowRight: 'on', Home: 'first', End: 'last' };

// Not where the key has a meaning of its own: a link or a field; a button's is the space bar.
function press(event) {
  const target = event.target, deed = keys[event.key];
  if (!deed || event.ctrlKey || event.altKey || event.metaKey) return;
  const elsewhere = target !== document.body && !stage.contains(target);
  if (elsewhere || target.matches('input, select, textarea') && event.key !== ' ') return;
  if (target.matches('button, summary') && event.key === ' ') return;
  event.preventDefault();
  deeds[deed]();
}

// "#play-3": true where it names a film.
function follow(hash) {
  const found = /^#(play|replay)(?:-(\d+))?$/.exec(hash);
  if (!found) return false;
  select(found[2] ? Number(found[2]) - 1 : Math.max(shown, 0));
  stage.scrollIntoView({ block: 'nearest', behavior: still.matches ? 'auto' : 'smooth' });
  if (found[1] === 'play') play();
  return true;
}

function listen() {
  for (const name of Object.keys(deeds))
    part(name)?.addEventListener('click', deeds[name]);
  part('slider').addEventListener('input', (event) => seek(Number(event.target.value)));
  document.addEventListener('keydown', press);
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !follow(link.hash)) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
  });
  window.addEventListener('hashchange', () => follow(location.hash));
  new ResizeObserver(() => paintStage()).observe(part('canvas'));
}

// The last scene of every film, in its cell.
function paintStills() {
  document.querySelectorAll('canvas[data-film]').forEach((canvas) => {
    const film = open(Number(canvas.dataset.film));
    painter.paint(canvas, film.frames.at(-1), film.words, film.bounds, 0);
  });
}

async function start() {
  if (!painter.sheet.complete)
    await new Promise((done) => painter.sheet.addEventListener('load', done));
  document.documentElement.classList.add('plays');
  listen();
  paintStills();
  if (!follow(location.hash)) select(0);
}

start();
