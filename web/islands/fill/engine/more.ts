// Functions of places, secrets, chance and other tables: those that few forms call.

import type { Context } from "./evaluate";
import { type Value, nodes, text, texts } from "./values";
import { bytes, digest } from "./digest";
import * as geo from "./geo";
import { Item } from "./items";
import { seedOf, seeded, shuffle } from "./random";
import { opened } from "./signed";

type Eager = (args: Value[], context: Context) => Value;

const pointsOf = (...args: (Value | undefined)[]) => geo.points(([] as string[]).concat(...args.map(texts)));

function measured(measure: (points: geo.Point[]) => number): Eager {
  return args => {
    const points = pointsOf(...args);
    return points ? measure(points) : NaN;
  };
}

// With padding or without; white space in it does not matter.
function decoded(encoded: string): Uint8Array {
  try {
    return Uint8Array.from(atob(encoded.replace(/\s/g, "").replace(/=+$/, "")), c => c.charCodeAt(0));
  } catch (e) {
    return bytes("");
  }
}

// "" for what is no UTF-8.
function readable(data: Uint8Array | undefined): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch (e) {
    return "";
  }
}

// pulldata(instance, wanted column, known column, its value)
function pulldata([name, wanted, column, value]: Value[], { host }: Context): string {
  const top = host.instance(text(name)), root = top && top.down("*")[0];
  if (!(root instanceof Item)) return "";
  const found = root.where("item", text(column), text(value)).map(place => root.down("item")[place]!.down(text(wanted))[0]);
  return text(found.filter(cell => cell !== undefined) as Value);
}

export const more: Record<string, Eager> = {
  digest: ([s, algorithm, encoding]) => digest(text(s), text(algorithm).toUpperCase(), encoding === undefined ? "base64" : text(encoding).toLowerCase()),
  "base64-decode": ([s]) => readable(decoded(text(s))),
  "extract-signed": ([signed, key]) => readable(opened(decoded(text(signed)), decoded(text(key)))),
  randomize: ([set, seed], { host }) => shuffle(nodes(set), seed === undefined ? host.environment.random : seeded(seedOf(seed))),
  pulldata,
  property: ([name], { host }) => host.property(text(name)),
  version: (_, { host }) => host.version(),
  "jr:itext": ([id], { host }) => host.itext(text(id)),
  "namespace-uri": () => "",
  lang: () => false,
  id: () => [],
  area: measured(geo.area),
  "enclosed-area": measured(geo.area),
  distance: measured(geo.distance),
  geofence: ([point, shape]) => {
    const at = pointsOf(point), fence = pointsOf(shape);
    return !!at && at.length === 1 && !!fence && geo.geofence(at[0]!, fence);
  },
  intersects: ([line]) => geo.intersects(pointsOf(line) || []),
};
