// area(), distance(), geofence() and intersects(), as JavaRosa has them: on a sphere of
// the Earth's radius at the Equator, to hundredths of a metre.

export interface Point { latitude: number; longitude: number }

const radius = 6378100;
const radians = (degrees: number) => degrees * Math.PI / 180;
const hundredths = (n: number) => Math.abs(Math.round(n * 100) / 100);

/** The points of geopoints, traces and shapes; undefined when one is none. */
export function points(values: string[]): Point[] | undefined {
  const found: Point[] = [];
  for (const value of values) {
    for (const piece of value.split(";")) {
      const parts = piece.trim().split(/\s+/), [latitude, longitude] = parts.map(Number);
      if (!piece.trim()) continue;
      if (parts.length < 2 || parts.length > 4 || !(Math.abs(latitude!) <= 90) || !(Math.abs(longitude!) <= 180)) return undefined;
      found.push({ latitude: latitude!, longitude: longitude! });
    }
  }
  return found;
}

/** Square metres within a shape, closed where it is open. */
export function area(shape: Point[]): number {
  let total = 0;
  shape.forEach((from, i) => {
    const to = shape[(i + 1) % shape.length]!;
    total += radians(to.longitude - from.longitude) * (2 + Math.sin(radians(from.latitude)) + Math.sin(radians(to.latitude)));
  });
  return hundredths(total * radius * radius / 2);
}

/** Metres along a line. */
export function distance(line: Point[]): number {
  let total = 0;
  for (let i = 1; i < line.length; i++) total += between(line[i - 1]!, line[i]!);
  return hundredths(total);
}

function between(a: Point, b: Point): number {
  const x = radians(a.latitude), y = radians(b.latitude);
  const cosine = Math.sin(x) * Math.sin(y) + Math.cos(x) * Math.cos(y) * Math.cos(radians(a.longitude - b.longitude));
  return Math.acos(Math.min(1, cosine)) * radius;
}

/** Whether a point is within a shape: a ray from it crosses the shape's line an odd number of times. */
export function geofence({ latitude, longitude }: Point, shape: Point[]): boolean {
  let inside = false;
  shape.forEach((a, i) => {
    const b = shape[(i + shape.length - 1) % shape.length]!;
    const crosses = (a.longitude > longitude) !== (b.longitude > longitude)
      && latitude < (b.latitude - a.latitude) * (longitude - a.longitude) / (b.longitude - a.longitude) + a.latitude;
    if (crosses) inside = !inside;
  });
  return inside;
}

/** Whether a line crosses or touches itself, other than by its end meeting its beginning. */
export function intersects(line: Point[]): boolean {
  const last = line.length - 2; // the last segment
  for (let i = 0; i <= last; i++) {
    for (let j = i + 2; j <= last; j++) {
      const closing = i === 0 && j === last && same(line[0]!, line[last + 1]!);
      if (!closing && cross(line[i]!, line[i + 1]!, line[j]!, line[j + 1]!)) return true;
    }
  }
  return false;
}

const same = (a: Point, b: Point) => a.latitude === b.latitude && a.longitude === b.longitude;

function side(a: Point, b: Point, c: Point): number {
  return Math.sign((b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude));
}

function on(a: Point, b: Point, c: Point): boolean {
  return Math.min(a.longitude, b.longitude) <= c.longitude && c.longitude <= Math.max(a.longitude, b.longitude)
    && Math.min(a.latitude, b.latitude) <= c.latitude && c.latitude <= Math.max(a.latitude, b.latitude);
}

function cross(a: Point, b: Point, c: Point, d: Point): boolean {
  const p = side(a, b, c), q = side(a, b, d), r = side(c, d, a), s = side(c, d, b);
  if (p !== q && r !== s) return true;
  return (p === 0 && on(a, b, c)) || (q === 0 && on(a, b, d)) || (r === 0 && on(c, d, a)) || (s === 0 && on(c, d, b));
}
