// area(), distance(), geofence() and intersects(), as JavaRosa has them: on a sphere of
// the Earth's radius at the Equator, to hundredths of a metre.

export interface Point { latitude: number; longitude: number }

const radius = 6378100;
const radians = (degrees: number) => degrees * Math.PI / 180;
const hundredths = (n: number) => Math.floor(n * 100 + 0.5) / 100;

/** The points of geopoints, traces and shapes as one line, the unanswered left out; undefined when something is no position. */
export function points(values: string[]): Point[] | undefined {
  const found: Point[] = [];
  for (const piece of values.join(";").split(";")) {
    const parts = piece.split(/\s+/).filter(Boolean);
    if (!parts.length) continue;
    const [latitude, longitude] = parts.map(part => (/^-?(\d+\.?\d*|\.\d+)$/.test(part) ? Number(part) : NaN));
    if (parts.length < 2 || parts.length > 4 || !(Math.abs(latitude!) <= 90) || !(Math.abs(longitude!) <= 180)) return undefined;
    found.push({ latitude: latitude!, longitude: longitude! });
  }
  return found;
}

const same = (a: Point, b: Point) => a.latitude === b.latitude && a.longitude === b.longitude;

/** Square metres within a shape: the triangles between its first point and the others, on the plane that touches the Earth there. */
export function area(shape: Point[]): number {
  const metres = 2 * radius * Math.PI / 360; // a degree
  let total = 0, lastX = 0, lastY = 0;
  for (const { latitude, longitude } of shape) {
    const y = (latitude - shape[0]!.latitude) * metres;
    const x = (longitude - shape[0]!.longitude) * metres * Math.cos(radians(latitude));
    total += (lastY * x - lastX * y) / 2;
    [lastX, lastY] = [x, y];
  }
  return hundredths(Math.abs(total));
}

/** Metres along a line. */
export function distance(line: Point[]): number {
  let total = 0;
  for (let i = 1; i < line.length; i++) total += between(line[i - 1]!, line[i]!);
  return hundredths(total);
}

function between(a: Point, b: Point): number {
  if (same(a, b)) return 0;
  const x = radians(a.latitude), y = radians(b.latitude);
  const cosine = Math.sin(x) * Math.sin(y) + Math.cos(x) * Math.cos(y) * Math.cos(radians(a.longitude - b.longitude));
  return Math.acos(Math.max(-1, Math.min(1, cosine))) * radius;
}

/** Whether a point is within a shape: a ray from it crosses an odd number of sides. */
export function geofence(at: Point, shape: Point[]): boolean {
  let odd = false;
  shape.forEach((b, i) => {
    const a = shape[(i + shape.length - 1) % shape.length]!;
    const crosses = (b.latitude > at.latitude) !== (a.latitude > at.latitude)
      && at.longitude < (a.longitude - b.longitude) * (at.latitude - b.latitude) / (a.latitude - b.latitude) + b.longitude;
    if (crosses) odd = !odd;
  });
  return odd;
}

type Segment = [Point, Point];

/** Whether a line meets itself but where its segments join, on the plane of degrees. */
export function intersects(line: Point[]): boolean {
  const segments: Segment[] = [];
  for (let i = 1; i < line.length; i++) if (!same(line[i - 1]!, line[i]!)) segments.push([line[i - 1]!, line[i]!]);
  const closed = segments.length > 2 && same(line[0]!, line[line.length - 1]!);
  return segments.some((one, i) => segments.some((other, j) =>
    j > i && !(closed && i === 0 && j === segments.length - 1) && meet(one, other, j === i + 1)));
}

// Whether segments have a point in common; joined, another than the end of the one and the start of the other.
function meet([a, b]: Segment, [c, d]: Segment, joined: boolean): boolean {
  const turnA = turn(a, c, d), turnD = turn(a, b, d);
  if ((turnA === 0 && holds(c, d, a)) || (turnD === 0 && holds(a, b, d))) return true;
  if (joined && same(b, c)) return false;
  const turnB = turn(b, c, d), turnC = turn(a, b, c);
  return (turnA * turnB < 0 && turnC * turnD < 0) || (turnB === 0 && holds(c, d, b)) || (turnC === 0 && holds(a, b, c));
}

/** 1 or -1 by the side of the line from a to b on which c lies, 0 on it. */
function turn(a: Point, b: Point, c: Point): number {
  return Math.sign((b.longitude - a.longitude) * (c.latitude - a.latitude) - (b.latitude - a.latitude) * (c.longitude - a.longitude));
}

// Whether c is within the rectangle around a and b.
function holds(a: Point, b: Point, c: Point): boolean {
  const between = (x: number, y: number, z: number) => z >= Math.min(x, y) && z <= Math.max(x, y);
  return between(a.latitude, b.latitude, c.latitude) && between(a.longitude, b.longitude, c.longitude);
}
