import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { clock, size } from "../numbers";
import type { InputProps } from "./input";

/** keep answers with a file and gives its name; none when it is refused. */
export interface KeepProps extends InputProps { keep(file: Blob): Promise<string> }

const types = {
  audio: ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"],
  video: ["video/mp4;codecs=avc1.42E01E,mp4a.40.2", "video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
};
// Bits a second: a village's network carries them. The form's parameter quality says how good a voice must be.
const voice: Record<string, number> = { "voice-only": 16_000, low: 24_000, normal: 64_000 };
const picture = 1_000_000;

export interface Recording { stop(): Promise<Blob>; pause(): void; resume(): void; stream: MediaStream }

/** record begins; heard is told of the bytes so far every second, with the blob when asked for by stop. */
export async function record(kind: "audio" | "video", quality: string | undefined, heard: (parts: Blob[]) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: kind === "video" && { facingMode: "environment", width: { ideal: 640 }, height: { ideal: 480 } } });
  const mimeType = types[kind].find(type => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: voice[quality ?? ""] ?? 32_000, ...kind === "video" ? { videoBitsPerSecond: picture } : {} });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => {
    if (data.size > 0) parts.push(data);
    heard(parts);
  };
  const ended = new Promise<Blob>(resolve => {
    recorder.onstop = () => {
      for (const track of stream.getTracks()) track.stop();
      resolve(new Blob(parts, { type: (recorder.mimeType || mimeType || "").split(";")[0] }));
    };
  });
  recorder.start(1000);
  return {
    stream, pause: () => recorder.pause(), resume: () => recorder.resume(),
    stop: () => {
      if (recorder.state !== "inactive") recorder.stop();
      return ended;
    },
  };
}

/** Records sound, or a small film, in the page. */
export default function Recorder({ node, filling, keep }: KeepProps) {
  const kind = node.field.type as "audio" | "video";
  const [state, setState] = useState<"idle" | "asking" | "running" | "paused" | "denied">("idle");
  const [heard, setHeard] = useState({ seconds: 0, bytes: 0 });
  const running = useRef<Recording>(), finder = useRef<HTMLVideoElement>(null), since = useRef(0);
  const stop = async () => {
    const recording = running.current;
    running.current = undefined;
    if (!recording) return;
    setState("idle");
    await keep(await recording.stop());
  };
  useEffect(() => () => void stop(), []);
  useEffect(() => {
    if (finder.current && running.current) finder.current.srcObject = running.current.stream;
  }, [state]);
  const start = async () => {
    setState("asking");
    since.current = 0;
    setHeard({ seconds: 0, bytes: 0 });
    try {
      running.current = await record(kind, node.field.parameters?.quality, parts => {
        const bytes = parts.reduce((sum, part) => sum + part.size, 0);
        setHeard({ seconds: ++since.current, bytes });
        if (bytes > filling.limits.file * 0.95) void stop();
      });
      setState("running");
    } catch {
      setState("denied");
    }
  };
  const toggle = () => {
    if (state === "paused") running.current?.resume();
    else running.current?.pause();
    setState(state === "paused" ? "running" : "paused");
  };
  if (state === "running" || state === "paused") return <div class="recorder">
    {kind === "video" && <video ref={finder} muted autoplay playsInline aria-label={t("fill.video.finder")} />}
    <p class="recording" role="status"><span class={state === "running" ? "dot" : "dot still"} aria-hidden="true" />
      {state === "running" ? t("fill.record.running") : t("fill.record.paused")} <span aria-hidden="true">{clock(heard.seconds)} · {size(heard.bytes)}</span></p>
    <button type="button" class="main" onClick={() => void stop()}>{t("fill.record.stop")}</button>
    <button type="button" class="quiet" onClick={toggle}>{state === "paused" ? t("fill.record.resume") : t("fill.record.pause")}</button>
  </div>;
  const prompt = kind === "audio" ? node.value ? t("fill.audio.again") : t("fill.audio.record") : node.value ? t("fill.video.again") : t("fill.video.record");
  return <>
    {state === "denied" && <p class="error recorder" role="alert">{kind === "audio" ? t("fill.audio.denied") : t("fill.video.denied")}</p>}
    <button type="button" class="quiet" disabled={state === "asking"} onClick={() => void start()}>{prompt}</button>
  </>;
}
