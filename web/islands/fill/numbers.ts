// Numbers as people type and read them.

/** asciiDigits turns the full-width digits of a Chinese keyboard into plain ones. */
export function asciiDigits(text: string): string {
  return text.replace(/[０-９．－]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/。/g, ".").trim();
}

/** grouped sets commas between thousands: "1234567.5" as "1,234,567.5". */
export function grouped(value: string): string {
  return value.replace(/^([-+]?)(\d+)/, (_, sign, digits: string) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ","));
}

/** size is a number of bytes as people read it. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** clock is a number of seconds as minutes and seconds: "3:07". */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}
