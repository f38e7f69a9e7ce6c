/// Weighted sums of scores and second derivatives over the integration points of one donor.
///
/// Along the field w of a transport the score is dh/dtheta_k + dh/dv . w_k - tr B_k, and the second
/// derivative is that along v + sum_k delta_k w_k(v). What is needed for each point is kept between
/// points, so that nothing is allocated for them.
struct ScoreSum {
  private struct Element {
    let column, row, position: Int
    let weight: Double
    let isDiagonal: Bool
  }

  private let h: DonorIntegrand
  private let transport: Transport
  private let mode: [Double]
  private let elements: [[Element]]
  private let wantsInformation: Bool
  /// Sum of weight times score.
  private(set) var score: [Double]
  /// Sum of weight times second derivative, row by row; the lower triangle until `finish`.
  private(set) var complete: [Double]
  /// Sum of weight times score times score, likewise.
  private(set) var outer: [Double]
  // Room for one point.
  private var field: [Double]
  private var own: [Double]
  private var slopes: [Double]
  private var turned: [Double]
  private let designs: [[Double]]

  init(_ h: DonorIntegrand, _ transport: Transport, mode: [Double], wantsInformation: Bool) {
    self.h = h
    self.transport = transport
    self.mode = mode
    self.wantsInformation = wantsInformation
    let (n, m, d) = (h.layout.count, h.centres.first?.count ?? 0, h.dimension)
    var elements: [[Element]] = []
    for j in h.centres.indices {
      var list: [Element] = []
      h.forEachElement(j) { column, row, position, weight in
        list.append(
          Element(
            column: column, row: row, position: position, weight: weight,
            isDiagonal: h.layout.isDiagonal(column)))
      }
      elements.append(list)
    }
    self.elements = elements
    designs = h.donor.occasions.map { occasion in
      let p = h.layout.fixed
      var rows = [Double](repeating: 0, count: m * n)
      for i in 0..<m {
        for k in 0..<p { rows[i * n + k] = occasion.designRows[i * p + k] }
      }
      return rows
    }
    score = [Double](repeating: 0, count: n)
    complete = [Double](repeating: 0, count: wantsInformation ? n * n : 0)
    outer = complete
    field = [Double](repeating: 0, count: d * n)
    own = score
    slopes = [Double](repeating: 0, count: m * n)
    turned = slopes
  }

  /// Adds the point v, where the runs' likelihoods have the expansions `parts`.
  mutating func add(_ v: [Double], _ parts: [LikelihoodExpansion], weight: Double) {
    let n = score.count
    transport.fill(&field, v, mode)
    addPrior(v, weight)
    for (j, part) in parts.enumerated() { add(j, v, part, weight) }
    for k in 0..<n { score[k] += weight * own[k] }
    guard wantsInformation else { return }
    for k in 0..<n {
      let left = weight * own[k]
      for l in 0...k { outer[k * n + l] += left * own[l] }
    }
  }

  private mutating func addPrior(_ v: [Double], _ weight: Double) {
    let (n, d) = (score.count, v.count)
    let isNormal = h.layout.structure.studentDegrees == nil
    let prior = isNormal ? nil : h.priorExpansion(v, exactly: true)
    for k in 0..<n {
      var sum = -transport.traces[k]
      for l in 0..<d { sum += (prior?.gradient[l] ?? v[l]) * field[l * n + k] }
      own[k] = sum
    }
    guard wantsInformation else { return }
    for a in 0..<d {
      for b in 0..<d {
        let c = prior.map { $0.curvature[a * d + b] } ?? (a == b ? 1 : 0)
        guard c != 0 else { continue }
        for k in 0..<n {
          let left = weight * c * field[a * n + k]
          for l in 0...k { complete[k * n + l] += left * field[b * n + l] }
        }
      }
    }
  }

  private mutating func add(
    _ j: Int, _ v: [Double], _ part: LikelihoodExpansion, _ weight: Double
  ) {
    let (n, d, m) = (score.count, v.count, part.gradient.count)
    let lever = h.levers[j]
    for k in slopes.indices { slopes[k] = designs[j][k] }
    for e in elements[j] { slopes[e.row * n + e.column] = e.weight * v[e.position] }
    for i in 0..<m {
      for l in 0..<d {
        let pull = lever[i * d + l]
        guard pull != 0 else { continue }
        for k in 0..<n { slopes[i * n + k] += pull * field[l * n + k] }
      }
      let g = part.gradient[i]
      for k in 0..<n { own[k] += g * slopes[i * n + k] }
    }
    guard wantsInformation else { return }
    for i in 0..<m {
      for k in 0..<n { turned[i * n + k] = 0 }
      for l in 0..<m {
        let c = weight * part.curvature[i * m + l]
        guard c != 0 else { continue }
        for k in 0..<n { turned[i * n + k] += c * slopes[l * n + k] }
      }
      for k in 0..<n {
        let left = slopes[i * n + k]
        guard left != 0 else { continue }
        for l in 0...k { complete[k * n + l] += left * turned[i * n + l] }
      }
    }
    // psi = X beta + L(tau) v is bilinear in tau and v, and L_aa is the exponential of its tau.
    for e in elements[j] {
      let pull = weight * part.gradient[e.row] * e.weight
      if e.isDiagonal { complete[e.column * n + e.column] += pull * v[e.position] }
      for k in 0..<n {
        let term = pull * field[e.position * n + k]
        if k <= e.column { complete[e.column * n + k] += term }
        if k >= e.column { complete[k * n + e.column] += term }
      }
    }
  }

  /// Adds tr(B_k B_l) and mirrors the triangles.
  mutating func finish() {
    guard wantsInformation else { return }
    let (n, d) = (score.count, mode.count)
    for k in 0..<n where !transport.stretch[k].isEmpty {
      for l in 0...k where !transport.stretch[l].isEmpty {
        for a in 0..<d {
          for b in 0..<d {
            complete[k * n + l] += transport.stretch[k][a * d + b] * transport.stretch[l][b * d + a]
          }
        }
      }
    }
    for k in 0..<n {
      for l in 0..<k {
        complete[l * n + k] = complete[k * n + l]
        outer[l * n + k] = outer[k * n + l]
      }
    }
  }
}
