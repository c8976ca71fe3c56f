// How a way or a piece of land is drawn without a map.
import type { Point } from "./engine/geo";

/** pointsOf reads a trace's or a shape's value: "latitude longitude altitude accuracy; …". */
export function pointsOf(value: string): string[] {
  return value.split(";").map(point => point.trim()).filter(Boolean);
}

/** isClosed: a shape ends where it begins. */
export function isClosed(points: string[]): boolean {
  return points.length > 3 && points[0] === points[points.length - 1];
}

/** corners are a shape's points, the one that closes it not counted again. */
export function corners(points: string[]): string[] {
  return isClosed(points) ? points.slice(0, -1) : points;
}

export function pointOf(text: string): Point {
  const [latitude = 0, longitude = 0] = text.split(" ").map(Number);
  return { latitude, longitude };
}

const radians = Math.PI / 180;

/** flat puts points on a plane: to the east and north of the first one, in degrees of latitude. */
function flat(points: Point[]): [number, number][] {
  const { latitude = 0, longitude = 0 } = points[0] ?? {};
  const scale = Math.cos(latitude * radians);
  return points.map(p => [(p.longitude - longitude) * scale, p.latitude - latitude]);
}

const least = 1e-5; // degrees, about a metre: what is smaller is not blown up

/** sketch fits points into a box, north up: as x and y from its upper left corner. */
export function sketch(points: Point[], width: number, height: number, margin: number): [number, number][] {
  const on = flat(points);
  const xs = on.map(([x]) => x), ys = on.map(([, y]) => y);
  const left = Math.min(...xs), right = Math.max(...xs), low = Math.min(...ys), high = Math.max(...ys);
  const scale = Math.min((width - 2 * margin) / Math.max(right - left, least), (height - 2 * margin) / Math.max(high - low, least));
  return on.map(([x, y]) => [width / 2 + (x - (left + right) / 2) * scale, height / 2 - (y - (low + high) / 2) * scale]);
}
