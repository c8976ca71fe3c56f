import { useState } from "preact/hooks";
import { t } from "./data";
import type { Media } from "./engine/types";
import type { Filling } from "./filling";

interface Props { media?: Media; filling: Filling; alt: string }

/** What is shown and played beside a text. */
export function MediaView({ media, filling, alt }: Props) {
  const [whole, setWhole] = useState(false);
  if (!media) return null;
  const image = filling.file(media.image), big = filling.file(media["big-image"]), audio = filling.file(media.audio), video = filling.file(media.video);
  const lacking = Object.values(media).length > 0 && !image && !big && !audio && !video;
  return <div class="media">
    {image && !whole && <img class="picture" src={image} alt={alt} loading="lazy" />}
    {big && <button type="button" class="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>{whole ? t("fill.media.smaller") : t("fill.media.larger")}</button>}
    {big && whole && <div class="whole" tabIndex={0}><img src={big} alt={alt} /></div>}
    {audio && <audio controls preload="none" src={audio} aria-label={t("fill.media.audio", alt)} />}
    {video && <video controls preload="metadata" playsInline src={video} aria-label={t("fill.media.video", alt)} />}
    {lacking && <p class="hint">{t("fill.media.lacking")}</p>}
  </div>;
}
