// The ground on which a way or a piece of land is drawn: a blank grid around its points, or the picture of
// a map that the form brings along: its media file map.png (.jpg, .jpeg, .webp) with map.json beside it, which
// says where its edges are, in degrees: {"west": 118.5, "south": 28.6, "east": 118.7, "north": 28.8}.
import type { Point } from "./engine/geo";

/** A stretch of the Earth, in degrees; so small that it is flat. */
export interface Frame { west: number; south: number; east: number; north: number }

const radians = Math.PI / 180, degree = 111_320; // metres of a degree of latitude
const least = 60; // metres across: what is smaller is not blown up

const stretch = ({ south, north }: Frame) => Math.cos(((south + north) / 2) * radians);

/** frameAround is a frame of a shape (width by height) around points, with a margin. */
export function frameAround(points: Point[], shape: number): Frame {
  const ups = points.map(p => p.latitude), ways = points.map(p => p.longitude);
  const south = Math.min(...ups), north = Math.max(...ups), west = Math.min(...ways), east = Math.max(...ways);
  const narrowing = stretch({ west, south, east, north });
  const high = Math.max((north - south) * 1.25, ((east - west) * 1.25 * narrowing) / shape, least / degree);
  const wide = (high * shape) / narrowing, middle = (west + east) / 2, centre = (south + north) / 2;
  return { west: middle - wide / 2, east: middle + wide / 2, south: centre - high / 2, north: centre + high / 2 };
}

/** shapeOf is a frame's width by its height, as it lies on the ground. */
export const shapeOf = (frame: Frame) => ((frame.east - frame.west) * stretch(frame)) / (frame.north - frame.south);

/** onto gives where a point lies in a picture of the frame: x and y from its upper left corner. */
export function onto({ west, south, east, north }: Frame, width: number, height: number, { latitude, longitude }: Point): [number, number] {
  return [((longitude - west) / (east - west)) * width, ((north - latitude) / (north - south)) * height];
}

/** under gives the point that lies at a place of the picture. */
export function under({ west, south, east, north }: Frame, width: number, height: number, x: number, y: number): Point {
  return { latitude: north - (y / height) * (north - south), longitude: west + (x / width) * (east - west) };
}

/** spacing is how many metres apart a grid's lines are: four to ten of them from west to east. */
export function spacing(frame: Frame): number {
  const wide = (frame.east - frame.west) * stretch(frame) * degree;
  const power = 10 ** Math.floor(Math.log10(wide / 4));
  return [5, 2, 1].map(n => n * power).find(n => wide / n >= 4)!;
}

/** gridOf gives the lines of a grid, as shares of the frame's width and height. */
export function gridOf(frame: Frame): { xs: number[]; ys: number[] } {
  const apart = spacing(frame), wide = (frame.east - frame.west) * stretch(frame) * degree, high = (frame.north - frame.south) * degree;
  const lines = (length: number) => Array.from({ length: Math.ceil(length / apart) - 1 }, (_, i) => ((i + 1) * apart) / length);
  return { xs: lines(wide), ys: lines(high) };
}

/** readFrame reads map.json; undefined when it makes no sense. */
export function readFrame(value: unknown): Frame | undefined {
  const { west, south, east, north } = (value ?? {}) as Frame;
  const sound = [west, south, east, north].every(n => typeof n === "number" && isFinite(n)) && west < east && south < north
    && west >= -180 && east <= 180 && south > -90 && north < 90;
  return sound ? { west, south, east, north } : undefined;
}
