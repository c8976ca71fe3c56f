// Asking the phone where it is. Browsers tell over TLS alone, and only when allowed to.

const patience = 30_000;

/** A place in XForms' form: latitude, longitude, altitude, accuracy in metres. */
export function placeText({ latitude, longitude, altitude, accuracy }: GeolocationCoordinates): string {
  return [latitude.toFixed(7), longitude.toFixed(7), (altitude ?? 0).toFixed(1), accuracy.toFixed(1)].join(" ");
}

export const canLocate = () => window.isSecureContext && "geolocation" in navigator;

export type Failure = "denied" | "failed";

/** follow tells of every place until it is stopped. Without permission it stops by itself; other failures may pass. */
export function follow(found: (coords: GeolocationCoordinates) => void, failed: (why: Failure) => void): () => void {
  const watch = navigator.geolocation.watchPosition(({ coords }) => found(coords), error => {
    if (error.code === 1) stop();
    failed(error.code === 1 ? "denied" : "failed");
  }, { enableHighAccuracy: true, timeout: patience, maximumAge: 0 });
  const stop = () => navigator.geolocation.clearWatch(watch);
  return stop;
}

/** locate tells of ever better places until one is good enough (metres), the patience is over or it is stopped; then ended is called. */
export function locate(good: number, found: (place: string) => void, ended: (why?: Failure) => void): () => void {
  let best = Infinity;
  const end = (why?: Failure) => {
    unfollow();
    clearTimeout(timer);
    ended(why);
  };
  const timer = setTimeout(() => end(best === Infinity ? "failed" : undefined), patience);
  const unfollow = follow(coords => {
    if (coords.accuracy >= best) return;
    best = coords.accuracy;
    // Whoever hears of the place may ask for another: a browser answers that only when nobody follows any more.
    if (best <= good) unfollow();
    found(placeText(coords));
    if (best <= good) end();
  }, why => { if (why === "denied") end(why); });
  return () => end();
}
