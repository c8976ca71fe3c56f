import { useEffect, useState } from "preact/hooks";
import { t } from "../data";
import { size } from "../numbers";
import { hasWord } from "../pages";
import { part } from "../part";
import { fileName, shrink } from "../picture";
import type { Field } from "../engine/types";
import type { Filling } from "../filling";
import { aria, type InputProps } from "./input";
import type { KeepProps } from "./record";

export const Recorder = part<KeepProps>(() => import("./record"));
export const Canvas = part<KeepProps>(() => import("./canvas"));

const largest = 2048; // pixels, where the form does not say

/** usePreview gives an attachment an address for as long as it is shown. */
export function usePreview(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!blob) return setUrl(undefined);
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

/** What is attached, to be seen or heard, while this device has it. */
export function Preview({ blob, type }: { blob?: Blob; type: string }) {
  const url = usePreview(blob);
  if (!url) return null;
  if (type === "image") return <img class="picture" src={url} alt={t("fill.image.preview")} />;
  if (type === "audio") return <audio controls src={url} aria-label={t("fill.audio.preview")} />;
  if (type === "video") return <video controls playsInline src={url} aria-label={t("fill.video.preview")} />;
  return null;
}

/** isDrawn: a picture that is drawn on the screen. */
export function isDrawn(field: Field): boolean {
  return field.type === "image" && ["signature", "draw", "annotate"].some(word => hasWord(field, word));
}

/** isRecorded: the page itself can record it. */
export function isRecorded(field: Field): boolean {
  return (field.type === "audio" || field.type === "video") && field.parameters?.quality !== "external"
    && typeof MediaRecorder !== "undefined" && window.isSecureContext && !!navigator.mediaDevices;
}

/** tooLarge says why a file, in the place of another, could not be sent. */
function tooLarge({ limits, blobs, weight }: Filling, bytes: number, before: string): string {
  if (!blobs.has(before) && blobs.size >= limits.count) return t("fill.file.tooMany", limits.count);
  if (bytes > limits.file) return t("fill.file.tooLarge", size(bytes), size(limits.file));
  return weight - (blobs.get(before)?.size ?? 0) + bytes > limits.all ? t("fill.file.tooMuch", size(limits.all)) : "";
}

/** useKeep keeps a file as the question's answer, unless it is too large to be sent. */
function useKeep({ node, filling }: InputProps) {
  const { field } = node;
  const [busy, setBusy] = useState(false), [refused, setRefused] = useState("");
  const keep = async (file: Blob, given = "") => {
    setBusy(true);
    const max = Number(field.parameters?.["max-pixels"]) || largest;
    const kept = field.type === "image" ? await shrink(file, max) : file;
    const name = fileName(field.type === "file" ? "" : field.name, kept.type, given);
    const problem = tooLarge(filling, kept.size, node.value);
    if (!problem) await filling.attach(node.path, name, kept, node.value);
    setRefused(problem);
    setBusy(false);
    return problem ? "" : name;
  };
  return { busy, refused, keep };
}

function promptOf({ type }: Field, answered: boolean): string {
  switch (type) {
    case "image": return answered ? t("fill.image.retake") : t("fill.image.take");
    case "audio": return answered ? t("fill.file.other") : t("fill.audio.choose");
    case "video": return answered ? t("fill.file.other") : t("fill.video.choose");
    default: return answered ? t("fill.file.other") : t("fill.file.choose");
  }
}

/** captureOf says which of the phone's own apps takes it, where the form wants none that was there before. */
function captureOf(field: Field): "user" | "environment" | undefined {
  if (hasWord(field, "new-front")) return "user";
  return hasWord(field, "new") ? "environment" : undefined;
}

export function AttachmentInput(props: InputProps) {
  const { node, filling, id } = props, { field } = node;
  const { busy, refused, keep } = useKeep(props);
  const blob = filling.blobs.get(node.value), kind = field.type === "file" ? undefined : `${field.type}/*`;
  const drawn = isDrawn(field), recorded = isRecorded(field);
  const take = (input: HTMLInputElement) => {
    const file = input.files?.[0];
    input.value = "";
    if (file) void keep(file, file.name);
  };
  const prompt = drawn && !hasWord(field, "annotate") ? t("fill.draw.instead") : promptOf(field, node.value !== "");
  return <div class="attachment">
    {drawn && <Canvas {...props} keep={keep} />}
    {!drawn && <Preview blob={blob} type={field.type} />}
    {node.value !== "" && <p class="hint">{filling.shown(node)}</p>}
    {refused && <p class="error" role="alert">{refused}</p>}
    <div class="buttons">
      {recorded && <Recorder {...props} keep={keep} />}
      <label class={busy ? "quiet button busy" : "quiet button"}>{busy ? t("fill.file.busy") : prompt}
        <input type="file" id={id} aria-label={prompt} accept={kind ?? field.body?.accept ?? field.parameters?.accept} disabled={busy}
          capture={captureOf(field)} onChange={event => take(event.currentTarget)} {...aria(props)} />
      </label>
      {node.value !== "" && <button type="button" class="link" onClick={() => filling.unattach(node.path, node.value)}>{t("fill.file.remove")}</button>}
    </div>
  </div>;
}
