// Functions of places, secrets, chance and other tables: those that few forms call.

import type { Context } from "./evaluate";
import { type Value, nodes, number, text, texts } from "./values";
import { digest } from "./digest";
import * as geo from "./geo";
import { Item } from "./items";
import { seeded, shuffle } from "./random";

type Eager = (args: Value[], context: Context) => Value;

function measured(measure: (points: geo.Point[]) => number, least: number): Eager {
  return args => {
    const points = geo.points(([] as string[]).concat(...args.map(texts)));
    return points && points.length >= least ? measure(points) : NaN;
  };
}

function decoded(encoded: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded.replace(/\s/g, "")), c => c.charCodeAt(0)));
  } catch (e) {
    return "";
  }
}

// pulldata(instance, wanted column, known column, its value)
function pulldata([name, wanted, column, value]: Value[], { host }: Context): string {
  const top = host.instance(text(name)), root = top && top.down("*")[0];
  if (!(root instanceof Item)) return "";
  const [place] = root.where("item", text(column), text(value));
  return place === undefined ? "" : text(root.down("item")[place]!.down(text(wanted)));
}

function property([name]: Value[], { host: { environment } }: Context): string {
  switch (text(name)) {
    case "deviceid": return environment.deviceID;
    case "username": return environment.username;
    case "email": return environment.email || "";
    case "phone number": case "phonenumber": return environment.phoneNumber || "";
    default: return "";
  }
}

export const more: Record<string, Eager> = {
  digest: ([s, algorithm, encoding]) => digest(text(s), text(algorithm), encoding === undefined ? "base64" : text(encoding)),
  "base64-decode": ([s]) => decoded(text(s)),
  randomize: ([set, seed], { host }) => shuffle(nodes(set), seed === undefined ? host.environment.random : seeded(number(seed))),
  pulldata,
  property,
  area: measured(geo.area, 1),
  distance: measured(geo.distance, 2),
  geofence: ([point, shape]) => {
    const [at] = geo.points([text(point)]) || [], fence = geo.points([text(shape)]);
    return !!at && !!fence && geo.geofence(at, fence);
  },
  intersects: ([line]) => geo.intersects(geo.points([text(line)]) || []),
};
more["enclosed-area"] = more.area!;
