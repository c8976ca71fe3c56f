import { useEffect, useState } from "preact/hooks";
import { t } from "../data";
import type { InputProps } from "./input";
import { NumberInput } from "./text";

interface Heading extends DeviceOrientationEvent { webkitCompassHeading?: number }
const patience = 5_000;

/** headingOf is where the top of the phone points, in degrees from north; undefined when it cannot tell. */
function headingOf({ webkitCompassHeading, absolute, alpha }: Heading): number | undefined {
  return webkitCompassHeading ?? (absolute && alpha !== null ? (360 - alpha) % 360 : undefined);
}

/** A bearing: the phone's compass where it has one, or typed. */
export default function BearingInput(props: InputProps) {
  const { node, filling } = props;
  const [state, setState] = useState<"" | "busy" | "none">("");
  useEffect(() => {
    if (state !== "busy") return;
    const timer = setTimeout(() => setState("none"), patience);
    const hear = (event: Event) => {
      const heading = headingOf(event as Heading);
      if (heading === undefined) return;
      filling.answer(node.path, heading.toFixed(1));
      setState("");
    };
    const kinds = ["deviceorientationabsolute", "deviceorientation"];
    for (const kind of kinds) addEventListener(kind, hear);
    return () => {
      clearTimeout(timer);
      for (const kind of kinds) removeEventListener(kind, hear);
    };
  }, [state]);
  const press = async () => {
    const { DeviceOrientationEvent: events } = globalThis as { DeviceOrientationEvent?: { requestPermission?(): Promise<string> } };
    const allowed = events?.requestPermission ? await events.requestPermission().catch(() => "denied") : "granted";
    setState(allowed === "granted" ? "busy" : "none");
  };
  return <>
    <button type="button" class="quiet" disabled={state === "busy"} onClick={() => void press()}>{state === "busy" ? t("fill.bearing.busy") : t("fill.bearing.take")}</button>
    {state === "none" && <p class="hint" role="status">{t("fill.bearing.none")}</p>}
    <NumberInput {...props} />
  </>;
}
