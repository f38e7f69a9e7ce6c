#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A smooth map from the whole line onto one parameter's range.
///
/// x = l + (h - l) / (1 + e^-u) between two finite bounds, x = l + e^u above a lower one,
/// x = h - e^u below an upper one, and x = u without bounds. Densities over u carry ln |dx/du|, so
/// draws of x follow the density truncated to the range.
/// Reference: Stan Reference Manual, chapter Constraint transforms.
struct BoxTransform: Sendable {
  let lower: Double
  let upper: Double

  /// A coordinate carried onto its range.
  struct Image {
    /// The parameter, inside the bounds.
    let x: Double
    /// dx/du.
    let slope: Double
    /// ln |dx/du|.
    let logSlope: Double
    /// d ln |dx/du| / du.
    let logSlopeRate: Double
  }

  func image(_ u: Double) -> Image {
    switch (lower.isFinite, upper.isFinite) {
    case (true, true):
      let width = upper - lower
      let small = exp(-abs(u))
      // The smaller of s and 1 - s, without cancellation.
      let near = small / (1 + small)
      let x = u < 0 ? lower + width * near : upper - width * near
      let slope = width * near * (1 - near)
      return Image(
        x: x, slope: slope, logSlope: log(width) - abs(u) - 2 * log1p(small),
        logSlopeRate: u < 0 ? 1 - 2 * near : 2 * near - 1)
    case (true, false):
      let e = exp(u)
      return Image(x: lower + e, slope: e, logSlope: u, logSlopeRate: 1)
    case (false, true):
      let e = exp(u)
      return Image(x: upper - e, slope: -e, logSlope: u, logSlopeRate: 1)
    case (false, false):
      return Image(x: u, slope: 1, logSlope: 0, logSlopeRate: 0)
    }
  }

  /// The coordinate of a parameter strictly inside its bounds.
  func coordinate(_ x: Double) -> Double {
    switch (lower.isFinite, upper.isFinite) {
    case (true, true): log((x - lower) / (upper - x))
    case (true, false): log(x - lower)
    case (false, true): log(upper - x)
    case (false, false): x
    }
  }

  /// Where a chain's coordinates are centred, and how wide they are, for an estimate x with a
  /// standard error (nil or 0 on a bound, or where there is none).
  ///
  /// Beside a bound the density in u is about that of the logarithm of an exponential variable,
  /// whose standard deviation is 1.3; no width is taken above 1.5.
  func scale(estimate: Double, error: Double?) -> (center: Double, width: Double) {
    let span = upper - lower
    guard let error, error > 0, error.isFinite else {
      // A tenth of the range inside, or 1 where the range is endless.
      let depth = span.isFinite ? 0.1 * span : 1
      return (coordinate(inside(estimate, depth: depth)), 1)
    }
    let x = inside(estimate, depth: span.isFinite ? min(0.5 * error, 0.25 * span) : 0.5 * error)
    let width = error / abs(image(coordinate(x)).slope)
    return (coordinate(x), lower.isFinite || upper.isFinite ? min(width, 1.5) : width)
  }

  private func inside(_ x: Double, depth: Double) -> Double {
    var moved = x
    if lower.isFinite, !(moved > lower + depth) { moved = lower + depth }
    if upper.isFinite, !(moved < upper - depth) { moved = upper - depth }
    return moved
  }
}
