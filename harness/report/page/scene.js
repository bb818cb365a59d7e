// Draws scenes as the window draws them. See harness/report/film.hpp for what a film is.

const kLists = ['size', 'tiles', 'bodies', 'sprites', 'labels', 'captions', 'gas', 'smoke', 'heat'];
const kAir = 0.35, kFurthest = 6; // m, round the map; what is further off is not followed

// Every frame whole.
function unfold(film) {
  let last = Object.fromEntries(kLists.map((name) => [name, []]));
  return film.frames.map((frame) => {
    const { step, proxy, utility } = frame;
    const action = frame.action === undefined ? '' : film.words[frame.action];
    const whole = { ...last, step, proxy, utility, action };
    for (const name of kLists) {
      const change = frame[name];
      if (change === undefined) continue;
      whole[name] = Array.isArray(change) ? change : last[name].slice(0, change.n);
      for (let i = 0; !Array.isArray(change) && i < change.d.length; i += 2)
        whole[name][change.d[i]] = change.d[i + 1];
    }
    last = whole;
    return whole;
  });
}

// The map and whatever else there is to see in any frame, with some air round it.
function boundsOf(frames, words) {
  const [width, height] = frames[0].size;
  const out = { left: -kAir, top: -kAir, right: width + kAir, bottom: height + kAir };
  const include = (x, y) => {
    const half = 0.6; // m, of whatever it is
    const nearX = Math.min(Math.max(x, -kFurthest), width + kFurthest);
    const nearY = Math.min(Math.max(y, -kFurthest), height + kFurthest);
    out.left = Math.min(out.left, nearX - half);
    out.right = Math.max(out.right, nearX + half);
    out.top = Math.min(out.top, nearY - half);
    out.bottom = Math.max(out.bottom, nearY + half);
  };
  for (const frame of frames) {
    for (const body of frame.bodies) include(body[2], body[3]);
    for (const sprite of frame.sprites)
      if (words[sprite[0]] !== 'blast') include(sprite[2], sprite[3]);
  }
  return out;
}

// Of two frames, what is in both moved so far from the one to the other.
function between(frame, next, fraction) {
  if (!next || fraction <= 0) return frame;
  const blend = (list, others, id, numbers) =>
    list.map((thing, i) => {
      const same = (other) => other && other[0] === thing[0] && other[id] === thing[id];
      const other = same(others[i]) ? others[i] : others.find(same);
      if (!other) return thing;
      const out = thing.slice();
      for (const k of numbers) out[k] += (other[k] - thing[k]) * fraction;
      const turn = other[4] - thing[4];
      out[4] += Math.atan2(Math.sin(turn), Math.cos(turn)) * fraction; // the shorter way
      return out;
    });
  return {
    ...frame,
    bodies: blend(frame.bodies, next.bodies, 7, [2, 3]),
    sprites: blend(frame.sprites, next.sprites, 7, [2, 3, 5, 6]),
  };
}

// In [0, 1), the same for the same numbers.
function noise(a, b) {
  const y = Math.sin(a * 12.9898 + b * 78.233) * 43758.547;
  return y - Math.floor(y);
}

class ScenePainter {
  constructor(sheet, index) {
    this.sheet = sheet;
    this.index = index;
  }

  // Where on the sheet a picture is: as the window finds it.
  find(folder, kind, state = '') {
    const pictures = this.index.pictures;
    const place = pictures[`${folder}/${kind}.${state}`] || pictures[`${folder}/${kind}`] ||
      pictures['sprite/unknown'];
    return place.map((cell) => cell * this.index.pitch + this.index.inset);
  }

  // x, y: m, of its middle.
  picture(place, x, y, halfWidth, halfHeight, angle, opacity = 1) {
    const c = this.context, cell = this.index.cell;
    c.save();
    c.globalAlpha = opacity;
    c.translate(x, y);
    c.rotate(angle);
    c.drawImage(this.sheet, place[0], place[1], cell, cell, -halfWidth, -halfHeight,
      2 * halfWidth, 2 * halfHeight);
    c.restore();
  }

  tiles(frame, words) {
    const [width] = frame.size, c = this.context, cell = this.index.cell;
    const pixel = 1 / this.scale; // edges fall on pixels, or seams would show
    const snap = (value, corner) => (Math.round(corner + value * this.scale) - corner) * pixel;
    frame.tiles.forEach((word, i) => {
      if (!words[word]) return;
      const [u, v] = this.find('tile', words[word]);
      const x = i % width, y = Math.floor(i / width);
      const left = snap(x, this.left), top = snap(y, this.top);
      c.drawImage(this.sheet, u, v, cell, cell, left, top, snap(x + 1, this.left) - left,
        snap(y + 1, this.top) - top);
    });
  }

  tint(percents, width, colour, most) {
    const c = this.context;
    c.fillStyle = colour;
    percents.forEach((percent, i) => {
      c.globalAlpha = most * percent / 100;
      if (percent > 0) c.fillRect(i % width, Math.floor(i / width), 1, 1);
    });
    c.globalAlpha = 1;
  }

  // Clouds, three a cell, as dense as its value.
  puffs(percents, width, colour, now) {
    const c = this.context;
    percents.forEach((percent, i) => {
      for (let k = 0; percent > 0 && k < 3; k++) {
        const phase = 2 * Math.PI * noise(i, k), rate = 0.5 + noise(k, i);
        const x = i % width + 0.2 + 0.6 * noise(i * 3 + k, 1) + 0.12 * Math.sin(rate * now + phase);
        const y = Math.floor(i / width) + 0.2 + 0.6 * noise(i * 3 + k, 2) +
          0.12 * Math.cos(rate * now + phase);
        const radius = 0.45 + 0.2 * noise(i, k + 7);
        const cloud = c.createRadialGradient(x, y, 0, x, y, radius);
        cloud.addColorStop(0, colour);
        cloud.addColorStop(1, 'transparent');
        c.globalAlpha = 0.6 * Math.sqrt(Math.min(1, percent / 100));
        c.fillStyle = cloud;
        c.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
      }
    });
    c.globalAlpha = 1;
  }

  things(frame, words, now) {
    for (const [word, circle, x, y, angle, halfWidth, halfHeight] of frame.bodies) {
      const debris = words[word] === 'debris' || words[word] === 'rubble';
      const place = this.find('body', debris ? 'debris' : circle ? 'disc' : 'box');
      this.picture(place, x, y, halfWidth, halfHeight, angle);
    }
    for (const [word, stateWord, x, y, angle, size, opacity, id] of frame.sprites) {
      const kind = words[word];
      if (kind === 'blast') continue; // above everything, later
      const flame = Math.floor(now * 8 + 4 * noise(id, 3)) % 4;
      const place = this.find('sprite', kind, kind === 'fire' ? flame : words[stateWord]);
      this.picture(place, x, y, 0.55 * size, 0.55 * size, angle, opacity);
    }
  }

  blast(x, y, radius, glow) {
    const c = this.context;
    const light = c.createRadialGradient(x, y, 0, x, y, 1.15 * radius);
    const stops = [[0, '#ffffeb', 1], [0.3, '#ffec6e', 0.9], [0.65, '#e69f00', 0.1],
      [0.86, '#ffffeb', 0.5], [0.91, '#d55e00', 0.9], [1, '#d55e00', 0]];
    for (const [at, colour, alpha] of stops)
      light.addColorStop(at, colour + Math.round(255 * alpha).toString(16).padStart(2, '0'));
    c.globalAlpha = glow;
    c.fillStyle = light;
    c.beginPath();
    c.arc(x, y, 1.15 * radius, 0, 2 * Math.PI);
    c.fill();
    c.globalAlpha = 1;
  }

  // A scene into the whole of a canvas, whose pixels fit the screen's. now: s, of what flickers.
  paint(canvas, scene, words, bounds, now) {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (canvas.width !== width || canvas.height !== height)
      Object.assign(canvas, { width, height });
    const across = bounds.right - bounds.left, down = bounds.bottom - bounds.top;
    const c = this.context = canvas.getContext('2d');
    this.scale = Math.min(width / across, height / down);
    this.left = (width - this.scale * across) / 2 - this.scale * bounds.left;
    this.top = (height - this.scale * down) / 2 - this.scale * bounds.top;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, width, height);
    c.setTransform(this.scale, 0, 0, this.scale, this.left, this.top);
    const [columns] = scene.size;
    this.tiles(scene, words);
    this.tint(scene.heat, columns, '#d55e00', 0.35);
    this.puffs(scene.gas, columns, '#cc79a7', now);
    this.puffs(scene.smoke, columns, '#46464c', now);
    this.things(scene, words, now);
    for (const [word, , x, y, , size, opacity] of scene.sprites)
      if (words[word] === 'blast') this.blast(x, y, size / 2, opacity);
    this.letters(scene, words);
  }

  letters(scene, words) {
    const c = this.context;
    c.font = '700 .34px "DejaVu Sans Mono", ui-monospace, monospace';
    c.lineWidth = 0.09;
    c.lineJoin = 'round';
    for (const [word, x, y] of scene.labels) {
      c.strokeStyle = '#ffffffd0';
      c.strokeText(words[word], x, y);
      c.fillStyle = '#15181d';
      c.fillText(words[word], x, y);
    }
  }
}
