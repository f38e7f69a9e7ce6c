import LinearAlgebra
import Statistics

/// One donor's negative log joint density of measurements and random effects, h(v).
///
/// v holds standard random effects: q of the donor, then q' of each run. With the factors L and L'
///   psi_j = offset_j + X_j beta + E L v_donor + E' L' v_j
///   h(v) = sum_j f_j(psi_j) - ln p(v),  v ~ N(0, I), or the donor's part a multivariate t.
/// Standard effects keep every term finite when a variance goes to zero.
struct DonorIntegrand {
  let donor: PopulationDonor
  let layout: PopulationLayout
  let point: PopulationPoint
  /// offset_j + X_j beta.
  let centres: [[Double]]
  /// d psi_j / dv, m x d, row by row.
  let levers: [[Double]]
  /// Number of random effects, d.
  let dimension: Int

  private var structure: RandomStructure { layout.structure }

  /// One expansion of h.
  struct Expansion {
    var value: Double
    var gradient: [Double]
    var curvature: [Double]
    var isExact: Bool
    /// The expansions of the runs' own likelihoods.
    var parts: [LikelihoodExpansion]
  }

  init(_ donor: PopulationDonor, _ layout: PopulationLayout, _ point: PopulationPoint) {
    self.donor = donor
    self.layout = layout
    self.point = point
    let d = layout.dimension(occasions: donor.occasions.count)
    dimension = d
    centres = donor.occasions.map { occasion in
      let (x, p) = (occasion.designRows, point.beta.count)
      return (0..<occasion.design.rows).map { i in
        var sum = occasion.offset[i]
        for j in 0..<p { sum += x[i * p + j] * point.beta[j] }
        return sum
      }
    }
    let (between, within) = (layout.structure.donor, layout.structure.run)
    levers = donor.occasions.enumerated().map { j, occasion in
      var lever = [Double](repeating: 0, count: occasion.likelihood.parameterCount * d)
      for (a, row) in between.parameters.enumerated() {
        for b in 0...a { lever[row * d + b] += point.donorFactor[a * between.count + b] }
      }
      let first = between.count + j * within.count
      for (a, row) in within.parameters.enumerated() {
        for b in 0...a { lever[row * d + first + b] += point.runFactor[a * within.count + b] }
      }
      return lever
    }
  }

  /// The parameters of run j.
  func psi(_ j: Int, _ v: [Double]) -> [Double] {
    var psi = centres[j]
    fill(&psi, j, v)
    return psi
  }

  /// The same in place.
  func fill(_ psi: inout [Double], _ j: Int, _ v: [Double]) {
    for i in psi.indices {
      var sum = centres[j][i]
      for k in 0..<dimension { sum += levers[j][i * dimension + k] * v[k] }
      psi[i] = sum
    }
  }

  /// -ln p(v).
  func prior(_ v: [Double]) -> Double {
    let q = structure.donor.count
    guard let df = structure.studentDegrees, q > 0 else {
      var square = 0.0
      for x in v { square += x * x }
      return 0.5 * square + 0.5 * Double(dimension) * Double.log(2 * .pi)
    }
    let own = v[..<q].reduce(0) { $0 + $1 * $1 }
    let rest = v[q...].reduce(0) { $0 + $1 * $1 }
    return 0.5 * (df + Double(q)) * Double.log(1 + own / df)
      + IntegrationRule.studentConstant(q, df) + 0.5 * rest
      + 0.5 * Double(dimension - q) * Double.log(2 * .pi)
  }

  /// h(v); nil where a run cannot be computed.
  func value(_ v: [Double]) -> Double? {
    var psi = centres.first ?? []
    return value(v, room: &psi)
  }

  /// The same, with room for one run's parameters.
  func value(_ v: [Double], room psi: inout [Double]) -> Double? {
    var sum = prior(v)
    for j in centres.indices {
      fill(&psi, j, v)
      guard let f = donor.occasions[j].likelihood.value(at: psi), f.isFinite else { return nil }
      sum += f
    }
    return sum.isFinite ? sum : nil
  }

  /// h at `count` points; `point` fills one. nil where a run cannot be computed.
  func values(_ count: Int, _ point: (inout [Double], Int) -> Void) -> [Double?] {
    var v = [Double](repeating: 0, count: dimension)
    var psi = centres.first ?? []
    var found: [Double?] = []
    found.reserveCapacity(count)
    var points = centres.map { _ in [[Double]]() }
    let isTogether = donor.occasions.contains { $0.likelihood.values(at: []) != nil }
    for k in 0..<count {
      point(&v, k)
      guard isTogether else {
        found.append(value(v, room: &psi))
        continue
      }
      found.append(prior(v))
      for j in centres.indices { points[j].append(self.psi(j, v)) }
    }
    guard isTogether else { return found }
    for (j, occasion) in donor.occasions.enumerated() {
      let values =
        occasion.likelihood.values(at: points[j])
        ?? points[j].map { occasion.likelihood.value(at: $0) }
      for (k, value) in values.enumerated() {
        guard let value, let sum = found[k], (sum + value).isFinite else {
          found[k] = nil
          continue
        }
        found[k] = sum + value
      }
    }
    return found
  }

  /// The runs' own likelihoods near v; false where one cannot be computed.
  func expandParts(
    _ v: [Double], exactly: Bool, room psi: inout [Double], _ parts: inout [LikelihoodExpansion]
  ) -> Bool {
    parts.removeAll(keepingCapacity: true)
    for j in centres.indices {
      fill(&psi, j, v)
      guard let part = donor.occasions[j].likelihood.expansion(at: psi, exactly: exactly),
        part.isSound(psi.count)
      else { return false }
      parts.append(part)
    }
    return true
  }

  /// h near v.
  func expand(_ v: [Double], exactly: Bool) -> Expansion? {
    let d = dimension
    var result = priorExpansion(v, exactly: exactly)
    for (j, occasion) in donor.occasions.enumerated() {
      let m = occasion.likelihood.parameterCount
      guard let part = occasion.likelihood.expansion(at: psi(j, v), exactly: exactly),
        part.isSound(m)
      else { return nil }
      result.value += part.value
      result.isExact = result.isExact && part.isExact
      let lever = levers[j]
      var product = [Double](repeating: 0, count: m * d)
      for i in 0..<m {
        for k in 0..<d where lever[i * d + k] != 0 {
          result.gradient[k] += lever[i * d + k] * part.gradient[i]
          for l in 0..<m { product[l * d + k] += part.curvature[l * m + i] * lever[i * d + k] }
        }
      }
      for i in 0..<m {
        for k in 0..<d where lever[i * d + k] != 0 {
          for l in 0..<d { result.curvature[k * d + l] += lever[i * d + k] * product[i * d + l] }
        }
      }
      result.parts.append(part)
    }
    return result.value.isFinite ? result : nil
  }

  /// -ln p(v) near v.
  func priorExpansion(_ v: [Double], exactly: Bool) -> Expansion {
    let d = dimension
    var result = Expansion(
      value: prior(v), gradient: v, curvature: [Double](repeating: 0, count: d * d),
      isExact: exactly, parts: [])
    for k in 0..<d { result.curvature[k * d + k] = 1 }
    addStudent(v, exactly, &result)
    return result
  }

  /// The t prior in place of the normal one: gradient (df + q) z/(df + z.z).
  private func addStudent(_ v: [Double], _ exactly: Bool, _ result: inout Expansion) {
    let q = structure.donor.count
    guard let df = structure.studentDegrees, q > 0 else { return }
    let bottom = df + v[..<q].reduce(0) { $0 + $1 * $1 }
    let pull = (df + Double(q)) / bottom
    for a in 0..<q {
      result.gradient[a] = pull * v[a]
      for b in 0..<q {
        result.curvature[a * dimension + b] =
          (a == b ? pull : 0) - (exactly ? 2 * pull * v[a] * v[b] / bottom : 0)
      }
    }
  }

  /// The gradient of tr(W d2(-ln p)/dv2) with respect to v, for a t prior.
  func priorCurvatureSlope(_ v: [Double], _ w: Matrix) -> [Double] {
    let q = structure.donor.count
    var slope = [Double](repeating: 0, count: dimension)
    guard let df = structure.studentDegrees, q > 0 else { return slope }
    let c = df + Double(q)
    let bottom = df + v[..<q].reduce(0) { $0 + $1 * $1 }
    let turned = (0..<q).map { a in (0..<q).reduce(0) { $0 + w[a, $1] * v[$1] } }
    let square = (0..<q).reduce(0) { $0 + turned[$1] * v[$1] }
    let trace = (0..<q).reduce(0) { $0 + w[$1, $1] }
    for a in 0..<q {
      slope[a] =
        c * (-2 * v[a] * trace - 4 * turned[a]) / (bottom * bottom)
        + c * 8 * v[a] * square / (bottom * bottom * bottom)
    }
    return slope
  }

  /// d psi_j / d theta at v, m x n, row by row.
  func slopes(_ j: Int, _ v: [Double]) -> [Double] {
    let design = donor.occasions[j].designRows
    let (n, p, m) = (layout.count, layout.fixed, centres[j].count)
    var slopes = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for k in 0..<p { slopes[i * n + k] = design[i * p + k] }
    }
    forEachElement(j) { column, row, position, weight in
      slopes[row * n + column] = weight * v[position]
    }
    return slopes
  }

  /// Calls `body` for each element tau of both factors with its column of theta, the element of psi
  /// that it moves, the random effect that it multiplies, and dL/dtau.
  func forEachElement(
    _ j: Int, _ body: (_ column: Int, _ row: Int, _ position: Int, _ weight: Double) -> Void
  ) {
    let (between, within) = (structure.donor, structure.run)
    for (k, element) in layout.donorElements.enumerated() {
      let weight =
        element.row == element.column
        ? point.donorFactor[element.row * between.count + element.row] : 1
      body(layout.fixed + k, between.parameters[element.row], element.column, weight)
    }
    let first = between.count + j * within.count
    for (k, element) in layout.runElements.enumerated() {
      let weight =
        element.row == element.column
        ? point.runFactor[element.row * within.count + element.row] : 1
      body(
        layout.fixed + layout.donorElements.count + k, within.parameters[element.row],
        first + element.column, weight)
    }
  }
}

extension PopulationLayout {
  /// True for the logarithm of a diagonal element.
  func isDiagonal(_ column: Int) -> Bool {
    let k = column - fixed
    if k < 0 { return false }
    let element =
      k < donorElements.count ? donorElements[k] : runElements[k - donorElements.count]
    return element.row == element.column
  }
}
