// The files of a form: what its labels show and play, and the tables that its lists read.
import type { FillData } from "./data";

/** mediaAddress is where a media file of the form lies, or undefined when it is not there. */
export function mediaAddress({ media = [], mediaUrl = "" }: FillData, name: string): string | undefined {
  return media.includes(name) ? mediaUrl + encodeURIComponent(name) : undefined;
}

/** fetchTexts brings the named files; of those that the form lacks none. It rejects with the name of one that does not come. */
export async function fetchTexts(names: string[], address: (name: string) => string | undefined): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  await Promise.all(names.map(async name => {
    const url = address(name);
    if (url === undefined) return;
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => undefined);
    if (!answer?.ok) throw name;
    files[name] = await answer.text();
  }));
  return files;
}
