// What two pictures have in common. A picture is { width, height, data } with RGBA8 rows from the top.

/** The mean colours of a grid of cells, row after row: `cells * cells * 3` numbers. */
export function meanColours({ width, height, data }, cells) {
  const sums = new Float64Array(cells * cells * 3);
  const counts = new Float64Array(cells * cells);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const cell = Math.floor((y * cells) / height) * cells + Math.floor((x * cells) / width);
      const start = (y * width + x) * 4;
      counts[cell] += 1;
      for (let channel = 0; channel < 3; channel += 1) sums[cell * 3 + channel] += data[start + channel];
    }
  }
  return Array.from(sums, (sum, idx) => sum / counts[Math.floor(idx / 3)]);
}

/** Pearson's correlation of two lists of numbers, −1 to 1. */
export function correlation(left, right) {
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [leftMean, rightMean] = [mean(left), mean(right)];
  let [both, leftSquares, rightSquares] = [0, 0, 0];
  left.forEach((value, idx) => {
    both += (value - leftMean) * (right[idx] - rightMean);
    leftSquares += (value - leftMean) ** 2;
    rightSquares += (right[idx] - rightMean) ** 2;
  });
  return both / Math.sqrt(leftSquares * rightSquares);
}

/** How well the layout of one picture is found again in another: correlation of their 8 × 8 mean colours. */
export function layoutCorrelation(left, right) {
  return correlation(meanColours(left, 8), meanColours(right, 8));
}

/** Mean and largest difference of two pictures of one size, in steps of 255, colours only. */
export function difference(left, right) {
  if (left.width !== right.width || left.height !== right.height) {
    throw new Error(`${left.width} × ${left.height} cannot be compared with ${right.width} × ${right.height}`);
  }
  let [sum, largest, count] = [0, 0, 0];
  for (let idx = 0; idx < left.data.length; idx += 1) {
    if (idx % 4 === 3) continue;
    const distance = Math.abs(left.data[idx] - right.data[idx]);
    sum += distance;
    count += 1;
    largest = Math.max(largest, distance);
  }
  return { mean: sum / count, largest };
}

/** Whether two pictures are the same bytes. */
export function isSame(left, right) {
  return left.width === right.width && left.height === right.height && Buffer.compare(left.data, right.data) === 0;
}

/** The picture scaled down by averaging; its size must be a multiple of the new one. */
export function averagedTo(picture, size) {
  const colours = meanColours(picture, size);
  const data = Buffer.alloc(size * size * 4, 255);
  colours.forEach((value, idx) => {
    data[Math.floor(idx / 3) * 4 + (idx % 3)] = Math.round(value);
  });
  return { width: size, height: size, data };
}
