import Lanes

/// The likelihood of one curve, written out for each kind of number.
@usableFromInline
struct CurveKernel<Shape: Curve>: Sendable {
  @usableFromInline let x: [[Double]]
  @usableFromInline let y: [Double]
  @usableFromInline let noise: CurveNoise
  /// ln(2 pi)/2 a measurement, and what else does not depend on psi.
  @usableFromInline let constant: Double

  @inlinable
  init(x: [[Double]], y: [Double], noise: CurveNoise) {
    (self.x, self.y, self.noise) = (x, y, noise)
    var sum = 0.5 * Double(y.count) * Double.log(2 * .pi)
    if noise == .lognormal { for y in y { sum += Double.log(y) } }
    constant = sum
  }

  @inlinable
  func negative<N: Lane>(_ psi: [N]) -> N {
    let spread = psi[psi.count - 1]
    let precision = N.exp(-spread)
    var squares = N(0)
    var logs = N(0)
    for k in y.indices {
      let mean = Shape.mean(psi, x[k])
      switch noise {
      case .additive:
        let r = N(y[k]) - mean
        squares = squares + r * r
      case .proportional:
        let r = N(y[k]) / mean - N(1)
        squares = squares + r * r
        logs = logs + N.scaled(N.log(mean * mean), by: 0.5)
      case .lognormal:
        let r = N(Double.log(y[k])) - N.log(mean)
        squares = squares + r * r
      }
    }
    return N.scaled(squares * precision * precision, by: 0.5)
      + N.scaled(spread, by: Double(y.count)) + logs + N(constant)
  }

  /// Expected information: slopes of the mean on the scale of the noise, and 2 an observation for
  /// ln s; proportional noise moves with the mean as well.
  @inlinable
  func information<Block: DirectionBlock>(
    _ psi: [Double], of: Block.Type
  ) -> LikelihoodExpansion? {
    let m = psi.count
    let numbers = psi.indices.map { Dual<Block>(psi[$0], direction: $0) }
    let precision = Double.exp(-psi[m - 1])
    let n = Double(y.count)
    var value = constant + n * psi[m - 1]
    var squares = 0.0
    var pull = Block()
    var gradient = [Double](repeating: 0, count: m)
    var curvature = [Double](repeating: 0, count: m * m)
    for k in y.indices {
      let mean = Shape.mean(numbers, x[k])
      let r: Double
      // Slope of the standardised mean, of ln of the deviation along psi, and of the value.
      var slope: Block
      var scale = 0.0
      switch noise {
      case .additive:
        r = (y[k] - mean.value) * precision
        slope = mean.partials * precision
        pull = pull + slope * -r
      case .proportional:
        let relative = 1 / mean.value
        r = (y[k] * relative - 1) * precision
        slope = mean.partials * relative
        pull = pull + slope * (1 - r * (precision + r))
        scale = 2
        value += Double.log(abs(mean.value))
      case .lognormal:
        r = (Double.log(y[k]) - Double.log(mean.value)) * precision
        slope = mean.partials * (precision / mean.value)
        pull = pull + slope * -r
      }
      squares += r * r
      let weight = noise == .proportional ? precision * precision + scale : 1
      for i in 0..<(m - 1) {
        let left = slope[i] * weight
        for j in 0...i { curvature[i * m + j] += left * slope[j] }
        curvature[(m - 1) * m + i] += scale * slope[i]
      }
    }
    value += 0.5 * squares
    for i in 0..<(m - 1) { gradient[i] = pull[i] }
    gradient[m - 1] = n - squares
    curvature[m * m - 1] = 2 * n
    for i in 0..<m { for j in 0..<i { curvature[j * m + i] = curvature[i * m + j] } }
    guard value.isFinite else { return nil }
    return LikelihoodExpansion(
      value: value, gradient: gradient, curvature: curvature, isExact: false)
  }

  @inlinable
  func hessian<Block: DirectionBlock>(_ psi: [Double], of: Block.Type) -> LikelihoodExpansion? {
    let m = psi.count
    var result = LikelihoodExpansion(
      value: 0, gradient: [], curvature: [Double](repeating: 0, count: m * m), isExact: true)
    for first in stride(from: 0, to: m, by: 4) {
      let numbers = psi.indices.map { i -> Jet<Dual<Block>> in
        var jet = Jet(still: Dual<Block>(psi[i], direction: i))
        if i >= first, i < first + 4 { jet[tangent: i - first] = Dual(1) }
        return jet
      }
      let f = negative(numbers)
      result.value = f.value
      result.gradient = (0..<m).map { f.base.partials[$0] }
      for i in first..<min(m, first + 4) {
        for j in 0..<m { result.curvature[i * m + j] = f[tangent: i - first].partials[j] }
      }
    }
    return result.value.isFinite ? result : nil
  }

  /// Third derivatives, on jets of jets.
  @inlinable
  func curvatureSlope(at psi: [Double], root: [Double], columns: Int) -> [Double]? {
    let m = psi.count
    guard m <= 16 else { return nil }
    var slope = [Double](repeating: 0, count: m)
    for first in stride(from: 0, to: columns, by: 4) {
      let some = first..<min(columns, first + 4)
      for block in stride(from: 0, to: m, by: 8) {
        let numbers = psi.indices.map { i -> Jet<Jet<Dual8>> in
          let here = i >= block && i < block + 8
          let still = here ? Dual8(psi[i], direction: i - block) : Dual8(psi[i])
          var inner = Jet(still: still)
          for c in some { inner[tangent: c - first] = Dual8(root[i * columns + c]) }
          var outer = Jet(still: inner)
          for c in some { outer[tangent: c - first] = Jet(still: Dual8(root[i * columns + c])) }
          return outer
        }
        let f = negative(numbers)
        for i in block..<min(m, block + 8) {
          for c in some {
            slope[i] += f[tangent: c - first][tangent: c - first].partials[i - block]
          }
        }
      }
    }
    return slope
  }
}
