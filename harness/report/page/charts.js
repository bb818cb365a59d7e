// Lets the page's charts be read point by point, with a pointer or, once focused, with the arrow
// keys. The charts are in the page already: this reads them back through their scales, so that
// nothing is said twice. Also draws how a film's two numbers run. For D3 from version 5 on: events
// are the browser's own, because those of D3 changed with version 6.

const percent = d3.format('.0%'), steps = d3.format('.3~s');
const tip = d3.select('main').append('div').attr('class', 'tip').attr('role', 'status')
  .attr('hidden', '');

const pairs = (points) => points.trim().split(/\s+/).map((pair) => pair.split(',').map(Number));

// Takes an element's own hint away, which would be shown beside ours.
function hintOf(node) {
  const title = node.querySelector('title');
  if (!title) return '';
  const text = title.textContent;
  title.remove();
  return text;
}

// The chart's scales, of pixels of its picture.
function scalesOf(svg) {
  const [low, high, left, right, bottom, top] = svg.dataset.frame.split(' ').map(Number);
  const x = svg.dataset.scale === 'log' ? d3.scaleLog() : d3.scaleLinear();
  return {
    x: x.domain([low, high]).range([left, right]),
    y: d3.scaleLinear().domain([0, 1]).range([bottom, top]),
  };
}

// Curves and layers, as a share at each of their corners.
function seriesOf(svg, y) {
  const curves = [...svg.querySelectorAll('polyline[data-name]')].map((node) => ({
    name: node.dataset.name,
    style: node.getAttribute('class'),
    corners: pairs(node.getAttribute('points')).map(([x, at]) => ({ x, at, share: y.invert(at) })),
  }));
  const layers = [...svg.querySelectorAll('polygon[data-name]')].map((node) => {
    const corners = pairs(node.getAttribute('points')), half = corners.length / 2;
    return {
      name: node.dataset.name,
      style: node.getAttribute('class'),
      corners: corners.slice(0, half).map(([x, at], i) => (
        { x, at, share: y.invert(at) - y.invert(corners[2 * half - 1 - i][1]) })),
    };
  });
  return curves.concat(layers.reverse()); // the uppermost layer first
}

// At a pixel: the last corner at or before it.
const cornerBisector = d3.bisector((corner) => corner.x + 0.05);
function cornerAt(series, x) {
  return series.corners[Math.max(0, cornerBisector.right(series.corners, x + 0.1) - 1)];
}

function place(svg, x, y) {
  const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
  const left = box.left + window.scrollX + x / view.width * box.width;
  const width = tip.attr('hidden', null).node().offsetWidth;
  const room = document.documentElement.clientWidth - width - 12;
  tip.style('left', `${Math.max(8, Math.min(left + 14, room))}px`)
    .style('top', `${box.top + window.scrollY + y / view.height * box.height + 12}px`);
}

function rows(lines) {
  tip.selectAll('p').data(lines).join('p').attr('class', (line) => line.style || null)
    .text((line) => line.text);
}

// Where there is something to read, and what is shown there.
function readerOfCurves(svg) {
  const { x, y } = scalesOf(svg), all = seriesOf(svg, y);
  const places = Array.from(new Set(all.flatMap((s) => s.corners.map((c) => c.x))))
    .sort(d3.ascending).map((at) => ({ x: at, y: y(1) }));
  const mark = d3.select(svg).append('g').attr('class', 'reading');
  const [bottom, top] = y.range();
  return {
    places,
    show({ x: at }) {
      const here = all.map((series) => ({ ...series, ...cornerAt(series, at) }))
        .filter((s) => s.share > 0.0005 || svg.querySelector('polyline[data-name]'));
      mark.selectAll('line').data([at]).join('line').attr('x1', at).attr('x2', at)
        .attr('y1', bottom).attr('y2', top);
      mark.selectAll('circle').data(here).join('circle').attr('cx', at).attr('cy', (s) => s.at)
        .attr('r', 4);
      rows([{ text: `${steps(x.invert(at))} steps` },
        ...here.map((s) => ({ text: `${percent(s.share)}  ${s.name}`, style: s.style }))]);
    },
    hide: () => mark.selectAll('*').remove(),
  };
}

function readerOfPoints(svg) {
  const places = [...svg.querySelectorAll('g[data-point]')].map((node) => {
    const [x, y] = node.dataset.point.split(' ').map(Number);
    return { x, y, style: node.getAttribute('class'), text: hintOf(node) };
  }).sort((a, b) => a.x - b.x);
  const mark = d3.select(svg).append('g').attr('class', 'reading');
  return {
    places,
    show(point) {
      mark.selectAll('circle').data([point]).join('circle').attr('cx', point.x)
        .attr('cy', point.y).attr('r', 11);
      rows([point]);
    },
    hide: () => mark.selectAll('*').remove(),
  };
}

function read(svg) {
  const points = svg.querySelector('g[data-point]') !== null;
  const reader = points ? readerOfPoints(svg) : readerOfCurves(svg);
  if (reader.places.length === 0) return;
  svg.querySelectorAll('[data-name]').forEach(hintOf);
  let at = -1;
  const go = (index) => {
    at = Math.min(Math.max(index, 0), reader.places.length - 1);
    reader.show(reader.places[at]);
    place(svg, reader.places[at].x, reader.places[at].y);
  };
  const leave = () => {
    reader.hide();
    tip.attr('hidden', '');
  };
  const nearest = (event) => {
    const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
    const x = (event.clientX - box.left) / box.width * view.width;
    const y = (event.clientY - box.top) / box.height * view.height;
    const far = reader.places.map((p) => Math.hypot(p.x - x, points ? p.y - y : 0));
    go(far.indexOf(d3.min(far)));
  };
  const keys = { ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), Home: () => go(0),
    End: () => go(Infinity), Escape: leave };
  svg.setAttribute('tabindex', '0');
  svg.addEventListener('pointermove', nearest);
  svg.addEventListener('pointerleave', leave);
  svg.addEventListener('focus', () => svg.matches(':focus-visible') && go(Math.max(at, 0)));
  svg.addEventListener('blur', leave);
  svg.addEventListener('keydown', (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
}

// ---- The two numbers of a film, step by step ----------------------------------------------------

function drawCourse(svg, frames) {
  const left = 52, right = 560, top = 10, bottom = 88;
  const all = frames.flatMap((frame) => [frame.proxy, frame.utility, 0]);
  const x = d3.scaleLinear().domain(d3.extent(frames, (f) => f.step)).range([left, right]);
  const y = d3.scaleLinear().domain(d3.extent(all)).nice(3).range([bottom, top]);
  const lines = [{ name: 'proxy', words: 'proxy', of: (f) => f.proxy },
    { name: 'truth', words: 'truth', of: (f) => f.utility }];
  svg.selectAll('*').remove();
  svg.append('g').attr('transform', `translate(${left - 6},0)`).call(d3.axisLeft(y).ticks(3));
  svg.append('line').attr('class', 'grid').attr('x1', left).attr('x2', right).attr('y1', y(0))
    .attr('y2', y(0));
  svg.selectAll('path.course').data(lines).join('path').attr('class', (l) => `course ${l.name}`)
    .attr('d', (l) => d3.line().x((f) => x(f.step)).y((f) => y(l.of(f))).curve(d3.curveStepAfter)(
      frames));
  const last = frames[frames.length - 1];
  const feet = lines.map((l) => y(l.of(last)));
  const apart = Math.max(0, 17 - Math.abs(feet[0] - feet[1])) / 2;
  svg.selectAll('text.end').data(lines).join('text').attr('class', (l) => `end ${l.name}`)
    .attr('x', right + 10)
    .attr('y', (l, i) => feet[i] + 5 + (feet[i] < feet[1 - i] || (feet[0] === feet[1] && i === 0)
      ? -apart : apart))
    .text((l) => l.words);
  const now = svg.append('g').attr('class', 'reading');
  return (frame) => {
    now.selectAll('line').data([frame]).join('line').attr('x1', x(frame.step))
      .attr('x2', x(frame.step)).attr('y1', top).attr('y2', bottom);
    now.selectAll('circle').data(lines).join('circle').attr('class', (l) => l.name)
      .attr('cx', x(frame.step)).attr('cy', (l) => y(l.of(frame))).attr('r', 4.5);
  };
}

document.querySelectorAll('svg[data-frame]').forEach(read);
const stage = document.getElementById('stage');
if (stage) {
  let frames = [], mark = () => {};
  stage.addEventListener('film', (event) => {
    frames = event.detail;
    mark = drawCourse(d3.select(stage).select('[data-part="course"]'), frames);
  });
  stage.addEventListener('step', (event) => mark(frames[event.detail]));
}
