import Lanes

/// The stages' weights in a dense output, polynomials in theta without constant term.
@usableFromInline
struct DensePolynomials {
  @usableFromInline let count: Int
  @usableFromInline let degree: Int
  /// Row by row, the coefficients of theta, theta^2 ..., then room for the weights at one theta.
  @usableFromInline let memory: UnsafeMutablePointer<Double>

  @usableFromInline
  init(_ rows: [[Double]]) {
    count = rows.count
    degree = rows.first?.count ?? 0
    let flat = rows.flatMap { $0 } + [Double](repeating: 0, count: rows.count)
    memory = .allocate(capacity: max(flat.count, 1))
    memory.initialize(from: flat, count: flat.count)
  }

  @usableFromInline
  func deallocate() { memory.deallocate() }

  /// target_i = base_i + step * sum_j b_j(theta) blocks_(j * n + i).
  @inlinable
  func interpolate<Number: Lane>(
    theta: Double, step: Double, blocks: UnsafePointer<Number>, count n: Int,
    base: UnsafePointer<Number>, into target: UnsafeMutablePointer<Number>
  ) {
    let weights = memory + count * degree
    for j in 0..<count {
      var weight = 0.0
      for power in stride(from: degree - 1, through: 0, by: -1) {
        weight = (weight + memory[j * degree + power]) * theta
      }
      weights[j] = weight
    }
    for i in 0..<n {
      var sum = Number.scaled(blocks[i], by: weights[0])
      for j in 1..<max(count, 1) { sum = Number.axpy(weights[j], blocks[j * n + i], sum) }
      target[i] = Number.axpy(step, sum, base[i])
    }
  }
}
