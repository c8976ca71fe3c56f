import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../data";
import { hasWord } from "../pages";
import type { KeepProps } from "./record";

interface Stroke { colour: string; points: [number, number][] }

const colours = ["#111111", "#b3261e", "#1c5fb0"];
const pause = 500, thick = 4, largest = 1024; // milliseconds, pixels

/** draw puts strokes onto what is below them. */
function draw(canvas: HTMLCanvasElement, below: CanvasImageSource | undefined, strokes: Stroke[]): void {
  const to = canvas.getContext("2d")!;
  to.fillStyle = "#fff";
  to.fillRect(0, 0, canvas.width, canvas.height);
  if (below) to.drawImage(below, 0, 0, canvas.width, canvas.height);
  to.lineCap = to.lineJoin = "round";
  to.lineWidth = thick * Math.max(1, canvas.width / 600);
  for (const { colour, points } of strokes) {
    to.strokeStyle = colour;
    to.beginPath();
    points.forEach(([x, y], i) => i === 0 ? to.moveTo(x, y) : to.lineTo(x, y));
    if (points.length === 1) to.lineTo(points[0]![0] + 0.1, points[0]![1]);
    to.stroke();
  }
}

/** imageOf opens a picture, or gives nothing when it is none. */
async function imageOf(blob: Blob | undefined): Promise<HTMLImageElement | undefined> {
  if (!blob) return undefined;
  const image = new Image(), url = URL.createObjectURL(blob);
  return new Promise(resolve => {
    image.onload = () => resolve(image);
    image.onerror = () => resolve(undefined);
    image.src = url;
  }).then(found => {
    URL.revokeObjectURL(url);
    return found as HTMLImageElement | undefined;
  });
}

/** What is drawn: on white, or on the picture that was answered before this was opened. */
function useDrawing({ node, filling, keep }: KeepProps, annotate: boolean) {
  const canvas = useRef<HTMLCanvasElement>(null), strokes = useRef<Stroke[]>([]), below = useRef<HTMLImageElement>();
  const mine = useRef(""), saving = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const [count, setCount] = useState(0), [ready, setReady] = useState(!annotate);
  const show = () => {
    if (canvas.current) draw(canvas.current, below.current, strokes.current);
    setCount(strokes.current.length);
  };
  useEffect(() => {
    if (saving.current) mine.current = node.value;
    if (node.value !== "" && node.value === mine.current) return;
    // Another picture than the one that was drawn here.
    void imageOf(filling.blobs.get(node.value)).then(image => {
      below.current = image;
      strokes.current = [];
      mine.current = node.value;
      setReady(!annotate || image !== undefined);
      if (image && canvas.current) fit(canvas.current, image, Number(node.field.parameters?.["max-pixels"]) || largest);
      show();
    });
  }, [node.value, ready]);
  const save = () => {
    timer.current = undefined;
    canvas.current?.toBlob(blob => {
      if (!blob) return;
      saving.current = true;
      void keep(blob).then(() => { saving.current = false; });
    }, annotate ? "image/jpeg" : "image/png", 0.85);
  };
  const later = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(save, pause);
  };
  useEffect(() => () => {
    if (timer.current !== undefined) save();
  }, []);
  return { canvas, strokes, show, later, count, ready };
}

function fit(canvas: HTMLCanvasElement, { naturalWidth, naturalHeight }: HTMLImageElement, max: number): void {
  const scale = Math.min(1, max / Math.max(naturalWidth, naturalHeight));
  canvas.width = Math.round(naturalWidth * scale);
  canvas.height = Math.round(naturalHeight * scale);
}

/**
 * A signature, a drawing, or a drawing on a photo. It is kept a moment after each stroke. The finger
 * that scrolls the page must not draw: drawing is opened first.
 */
export default function Canvas(props: KeepProps) {
  const { field } = props.node;
  const signature = hasWord(field, "signature"), annotate = hasWord(field, "annotate");
  const [colour, setColour] = useState(colours[0]!), [open, setOpen] = useState(false);
  const { canvas, strokes, show, later, count, ready } = useDrawing(props, annotate);
  const place = ({ clientX, clientY }: PointerEvent): [number, number] => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    return [(clientX - left) / width * canvas.current!.width, (clientY - top) / height * canvas.current!.height];
  };
  const down = (event: PointerEvent) => {
    canvas.current!.setPointerCapture(event.pointerId);
    strokes.current.push({ colour, points: [place(event)] });
    show();
  };
  const move = (event: PointerEvent) => {
    const last = strokes.current[strokes.current.length - 1];
    if (!last || !canvas.current!.hasPointerCapture(event.pointerId)) return;
    last.points.push(place(event));
    show();
  };
  const back = () => {
    strokes.current.pop();
    show();
    later();
  };
  if (!ready) return <p class="hint">{t("fill.draw.first")}</p>;
  return <div class="drawing">
    <canvas ref={canvas} width={600} height={signature ? 260 : 600} role="img" aria-label={signature ? t("fill.draw.sign") : t("fill.draw.here")}
      class={open ? "open" : ""} onPointerDown={open ? down : undefined} onPointerMove={move} onPointerUp={open ? later : undefined} onPointerCancel={open ? later : undefined} />
    <div class="buttons">
      <button type="button" class={open ? "main" : "quiet"} aria-pressed={open} onClick={() => setOpen(!open)}>{open ? t("fill.draw.done") : signature ? t("fill.draw.signNow") : t("fill.draw.drawNow")}</button>
      {open && !signature && colours.map((each, i) => <button key={each} type="button" class="square colour" aria-pressed={each === colour}
        aria-label={[t("fill.draw.black"), t("fill.draw.red"), t("fill.draw.blue")][i]} style={{ color: each }} onClick={() => setColour(each)}>●</button>)}
      {open && <button type="button" class="quiet" disabled={count === 0} onClick={back}>{t("fill.draw.back")}</button>}
    </div>
  </div>;
}
