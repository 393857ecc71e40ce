// A measured curve as the path of a picture of 1000 by 100.

// `lefts` are percent of the width; what is no number breaks the line.
export function curve(lefts, values, low, high) {
  const scale = high > low ? 100 / (high - low) : 0;
  let path = "";
  let isBegun = false;
  values.forEach((value, at) => {
    if (!Number.isFinite(value) || lefts[at] === undefined) {
      isBegun = false;
      return;
    }
    const height = Math.min(100, Math.max(0, scale * (value - low)));
    path += `${isBegun ? "L" : "M"}${(lefts[at] * 10).toFixed(1)} ${(100 - height).toFixed(1)}`;
    isBegun = true;
  });
  return path;
}
