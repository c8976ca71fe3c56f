// Photographs are made small before they are kept: a village's network carries them. They are drawn
// anew, so that nothing stays in them of where, when and by whom they were taken.

/** shrink makes a picture at most max pixels on its longer side; what cannot be read as one, and a moving one, stays as it is. */
export async function shrink(file: Blob, max: number): Promise<Blob> {
  if (file.type === "image/gif" || file.type === "image/svg+xml") return file;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = reject;
      image.src = url;
    });
    const scale = Math.min(1, max / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const type = file.type === "image/png" ? "image/png" : "image/jpeg";
    const small = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, type, 0.85));
    return small ?? file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}

const extensions: Record<string, string> = {
  "image/jpeg": ".jpg", "image/png": ".png", "audio/webm": ".webm", "video/webm": ".webm", "audio/mp4": ".m4a", "video/mp4": ".mp4", "audio/ogg": ".ogg",
};

/** fileName makes a name that no other attachment of the instance has, from the file's own or the question's. */
export function fileName(base: string, type: string, given: string, now = new Date()): string {
  const own = /^(.*?)(\.[A-Za-z0-9]{1,8})?$/.exec(given)!;
  const extension = extensions[type] ?? (own[2] ?? "").toLowerCase();
  const name = (base || own[1]!).replace(/[\\/:*?"<>|\s\u0000-\u001f]+/g, "-").slice(0, 40).replace(/^-+|-+$/g, "");
  const stamp = now.getTime().toString(36) + Math.floor(Math.random() * 1296).toString(36).padStart(2, "0");
  return `${name || "file"}-${stamp}${extension}`;
}
