// The points of a way or a piece of land.
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
