import { useEffect, useState } from "preact/hooks";
import { t } from "../data";
import { hasWord } from "../pages";
import { fileName, shrink } from "../picture";
import { aria, type InputProps } from "./input";

const largest = 2048;   // pixels, where the form does not say

/** usePreview gives an attachment an address for as long as it is shown. */
function usePreview(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The picture that is attached, while this device has it. */
export function Picture({ blob }: { blob?: Blob }) {
  const url = usePreview(blob);
  return url ? <img class="picture" src={url} alt={t("fill.image.preview")} /> : null;
}

export function AttachmentInput(props: InputProps) {
  const { node, filling, id } = props;
  const [busy, setBusy] = useState(false);
  const picture = node.field.type === "image";
  const blob = filling.blobs.get(node.value);
  const take = async (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (!file) return;
    setBusy(true);
    const max = Number(node.field.parameters?.["max-pixels"]) || largest;
    const kept = picture ? await shrink(file, max) : file;
    await filling.attach(node.path, fileName(picture ? node.field.name : "", kept.type, file.name), kept);
    setBusy(false);
  };
  const prompt = node.value === "" ? picture ? t("fill.image.take") : t("fill.file.choose") : picture ? t("fill.image.retake") : t("fill.file.other");
  return <div class="attachment">
    {picture && <Picture blob={blob} />}
    {node.value !== "" && <p class="hint">{node.value}{blob ? ` · ${size(blob.size)}` : ` · ${t("fill.file.missing")}`}</p>}
    <div class="buttons">
      <label class={busy ? "quiet button busy" : "quiet button"}>{busy ? t("fill.file.busy") : prompt}
        <input type="file" id={id} aria-label={prompt} accept={picture ? "image/*" : node.field.parameters?.accept} disabled={busy}
          capture={picture && hasWord(node.field, "new") ? "environment" : undefined}
          onChange={event => void take(event.currentTarget)} {...aria(props)} />
      </label>
      {node.value !== "" && <button type="button" class="link" onClick={() => filling.answer(node.path, "")}>{t("fill.file.remove")}</button>}
    </div>
  </div>;
}
