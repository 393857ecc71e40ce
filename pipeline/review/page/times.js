// Seconds as people read them.

export function clock(seconds, decimals = 2) {
  if (seconds === null || seconds === undefined) return "";
  const unit = 10 ** decimals;
  const all = Math.round(seconds * unit);
  const whole = Math.floor(all / unit);
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const two = (number) => String(number).padStart(2, "0");
  const head = hours ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  return decimals ? `${head}.${String(all % unit).padStart(decimals, "0")}` : head;
}

export const span = (start, end, decimals = 2) => `${clock(start, decimals)}–${clock(end, decimals)}`;
