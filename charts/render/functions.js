// The functions that a chart's option may name. The server's renderer and the page
// both load this file, so that a chart looks the same on screen and on paper.
//
// An option is plain JSON; where ECharts wants a function it holds
//   {"$fn": "number", "args": ["zh"]}
// Only objects are looked at: a text that someone typed never becomes a function.

// trim writes a number with at most so many digits after the point.
function trim(value, digits) {
  return String(Number(Number(value).toFixed(digits)));
}

function grouped(value, digits) {
  const [whole, fraction] = trim(value, digits).split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction ? `${text}.${fraction}` : text;
}

// short says a number as people do: 12.5万, 3亿; 12,500 in English.
function short(value, language, digits) {
  if (value === null || value === undefined || value === '' || !Number.isFinite(Number(value))) return '';
  const size = Math.abs(value);
  if (language === 'zh' && size >= 1e8) return grouped(value / 1e8, digits) + '亿';
  if (language === 'zh' && size >= 1e4) return grouped(value / 1e4, digits) + '万';
  return grouped(value, digits);
}

// numberOf finds the number that a formatter is to say: an axis gives the number
// itself, a label gives its parameters, whose value may be a row.
function numberOf(given, dimension) {
  let value = given !== null && typeof given === 'object' && 'value' in given ? given.value : given;
  if (Array.isArray(value)) value = value[dimension === undefined ? value.length - 1 : dimension];
  return value;
}

const missing = value => value === null || value === undefined || value === '' || !Number.isFinite(Number(value));

function escapeHTML(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text).replace(/[&<>"']/g, c => entities[c]);
}

// lines are the rows of a tooltip: a heading, then label and number.
function lines(heading, rows) {
  const body = rows.map(([label, value]) => `${escapeHTML(label)}: <b>${escapeHTML(value)}</b>`);
  return [escapeHTML(heading), ...body].join('<br>');
}

const stroke = (api, width) => ({ stroke: api.visual('color'), lineWidth: width, fill: 'none' });

// Each entry takes the arguments of "args" and gives the function for ECharts.
const library = {
  // number: axis or label formatter. Language zh counts in 万 and 亿.
  number: (language = 'zh', digits = 2, dimension) => given => short(numberOf(given, dimension), language, digits),

  // unit: the number with a unit behind it.
  unit: (unit, language = 'zh', digits = 2, dimension) => given => {
    const text = short(numberOf(given, dimension), language, digits);
    return text === '' ? '' : text + unit;
  },

  // percent: a share of one (0.25) as 25%. Shares below the least one get no label.
  percent: (digits = 0, least = 0, dimension) => given => {
    const value = numberOf(given, dimension);
    return missing(value) || Math.abs(value) < least ? '' : `${(Number(value) * 100).toFixed(digits)}%`;
  },

  // fixed: a number with exactly so many digits after the point.
  fixed: (digits = 2, dimension) => given => {
    const value = numberOf(given, dimension);
    return missing(value) ? '' : Number(value).toFixed(digits);
  },

  // wrap: a long category name in lines of so many characters.
  wrap: (width = 6, most = 3) => given => {
    const characters = Array.from(String(given));
    const rows = [];
    for (let i = 0; i < characters.length && rows.length < most; i += width) {
      rows.push(characters.slice(i, i + width).join(''));
    }
    if (characters.length > width * most) rows[most - 1] = rows[most - 1].slice(0, -1) + '…';
    return rows.join('\n');
  },

  // area: a symbol whose area, not its diameter, grows with the number.
  area: (greatest, largest = 40, dimension = 2) => value => {
    const share = Math.max(0, Number(value[dimension]) || 0) / (greatest || 1);
    return Math.max(3, largest * Math.sqrt(share));
  },

  // boxTooltip: the five numbers of a box, with labels in the reader's language.
  boxTooltip: (labels, digits = 2) => params => {
    const numbers = params.value.slice(-5);
    return lines(params.name, labels.map((label, i) => [label, grouped(numbers[i], digits)]));
  },

  // interval: renderItem of a custom series whose rows are [category, low, high];
  // turned = true when the categories stand on the vertical axis.
  interval: (turned = false, cap = 6, width = 1.5) => (params, api) => {
    const at = value => api.coord(turned ? [value, api.value(0)] : [api.value(0), value]);
    const low = at(api.value(1));
    const high = at(api.value(2));
    const line = (x1, y1, x2, y2) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke(api, width) });
    const capAt = ([x, y]) => (turned ? line(x, y - cap, x, y + cap) : line(x - cap, y, x + cap, y));
    return { type: 'group', children: [line(low[0], low[1], high[0], high[1]), capAt(low), capAt(high)] };
  },

  // violin: renderItem of a custom series whose rows are [category]; shapes[i] are
  // the row's [value, density] pairs, density from 0 to 1; half is the half width in pixels.
  violin: (shapes, half = 30) => (params, api) => {
    const pairs = shapes[params.dataIndex] || [];
    const side = sign => pairs.map(([value, density]) => {
      const [x, y] = api.coord([api.value(0), value]);
      return [x + sign * density * half, y];
    });
    const points = [...side(1), ...side(-1).reverse()];
    return { type: 'polygon', shape: { points }, style: { fill: api.visual('color'), opacity: 0.6, stroke: api.visual('color') } };
  },
};

/**
 * revive puts the library's functions where an option names them; it changes the
 * option in place. An unknown name is an error.
 * @template T
 * @param {T} option
 * @returns {T}
 */
export function revive(option) {
  if (option === null || typeof option !== 'object') return option;
  for (const key of Object.keys(option)) {
    const value = option[key];
    if (value === null || typeof value !== 'object') continue;
    if (typeof value.$fn !== 'string') {
      revive(value);
      continue;
    }
    if (!Object.prototype.hasOwnProperty.call(library, value.$fn)) throw new Error(`unknown function ${value.$fn}`);
    option[key] = library[value.$fn](...(value.args || []));
  }
  return option;
}
