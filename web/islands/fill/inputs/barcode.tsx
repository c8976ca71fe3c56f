import { useState } from "preact/hooks";
import { t } from "../data";
import { aria, left, type InputProps } from "./input";

/** The browser's own reader of bar codes, where it has one. */
interface Detector { detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]> }
const reader = () => (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector;

/** A bar code: read from a photo where the browser can, or typed. */
export default function BarcodeInput(props: InputProps) {
  const { node, filling, id } = props;
  const [state, setState] = useState<"" | "busy" | "none">("");
  const Reader = reader();
  const read = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (!file || !Reader) return;
    setState("busy");
    const found = await createImageBitmap(file).then(image => new Reader().detect(image)).catch(() => []);
    setState(found[0] ? "" : "none");
    if (found[0]) filling.answer(node.path, found[0].rawValue);
  };
  return <>
    {Reader && <label class={state === "busy" ? "quiet button busy" : "quiet button"}>{state === "busy" ? t("fill.file.busy") : t("fill.barcode.scan")}
      <input type="file" accept="image/*" capture="environment" aria-label={t("fill.barcode.scan")} onChange={event => void read(event.currentTarget)} />
    </label>}
    {state === "none" && <p class="error" role="alert">{t("fill.barcode.none")}</p>}
    <input id={id} class="line" autocomplete="off" autocapitalize="off" placeholder={Reader ? t("fill.barcode.orType") : t("fill.barcode.type")} value={node.value}
      onInput={event => filling.answer(node.path, event.currentTarget.value)} onBlur={() => left(props)} {...aria(props)} />
  </>;
}
