import Foundation
import Lanes
import LinearAlgebra
import Population

/// A curve in closed form with normal noise; the last element of psi is ln of its deviation.
protocol Curve: Sendable {
  static var parameterCount: Int { get }
  static func mean<N: Lane>(_ psi: [N], _ x: [Double]) -> N
}

/// The measurements of one run about a closed curve, with all derivatives on nested lanes.
struct CurveLikelihood<Shape: Curve>: OccasionLikelihood {
  let x: [[Double]]
  let y: [Double]

  var parameterCount: Int { Shape.parameterCount }
  var measurementCount: Int { y.count }

  func negative<N: Lane>(_ psi: [N]) -> N {
    let spread = psi[psi.count - 1]
    let precision = N.exp(N.scaled(spread, by: -1))
    var sum = N(0)
    for (x, y) in zip(x, y) {
      let r = (N(y) - Shape.mean(psi, x)) * precision
      sum = sum + N.scaled(r * r, by: 0.5) + spread
    }
    return sum + N(0.5 * Double(y.count) * Foundation.log(2 * Double.pi))
  }

  func value(at psi: [Double]) -> Double? {
    let value: Double = negative(psi)
    return value.isFinite ? value : nil
  }

  func expansion(at psi: [Double], exactly: Bool) -> LikelihoodExpansion? {
    exactly ? hessian(psi) : information(psi)
  }

  /// Expected information: slopes of the mean, and 2 an observation for ln of the deviation.
  private func information(_ psi: [Double]) -> LikelihoodExpansion? {
    let m = psi.count
    let numbers = psi.enumerated().map { Dual8($1, direction: $0) }
    let (s, n) = (Foundation.exp(psi[m - 1]), Double(y.count))
    var value = 0.5 * n * Foundation.log(2 * Double.pi) + n * psi[m - 1]
    var gradient = [Double](repeating: 0, count: m)
    var curvature = [Double](repeating: 0, count: m * m)
    gradient[m - 1] = n
    curvature[m * m - 1] = 2 * n
    for (x, y) in zip(x, y) {
      let mean = Shape.mean(numbers, x)
      let r = (y - mean.value) / s
      value += 0.5 * r * r
      gradient[m - 1] -= r * r
      for i in 0..<(m - 1) {
        gradient[i] -= r * mean.partials[i] / s
        for j in 0..<(m - 1) {
          curvature[i * m + j] += mean.partials[i] * mean.partials[j] / (s * s)
        }
      }
    }
    guard value.isFinite else { return nil }
    return LikelihoodExpansion(
      value: value, gradient: gradient, curvature: curvature, isExact: false)
  }

  private func hessian(_ psi: [Double]) -> LikelihoodExpansion? {
    let m = psi.count
    var result = LikelihoodExpansion(
      value: 0, gradient: [], curvature: [Double](repeating: 0, count: m * m), isExact: true)
    for first in stride(from: 0, to: m, by: 4) {
      let numbers = psi.enumerated().map { i, p -> Jet<Dual8> in
        var jet = Jet(still: Dual8(p, direction: i))
        if (first..<(first + 4)).contains(i) { jet[tangent: i - first] = Dual8(1) }
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

  func curvatureSlope(at psi: [Double], root: [Double], columns: Int) -> [Double]? {
    let m = psi.count
    var slope = [Double](repeating: 0, count: m)
    for first in stride(from: 0, to: columns, by: 4) {
      let some = first..<min(columns, first + 4)
      let numbers = psi.enumerated().map { i, p -> Jet<Jet<Dual8>> in
        var inner = Jet(still: Dual8(p, direction: i))
        for c in some { inner[tangent: c - first] = Dual8(root[i * columns + c]) }
        var outer = Jet(still: inner)
        for c in some { outer[tangent: c - first] = Jet(still: Dual8(root[i * columns + c])) }
        return outer
      }
      let f = negative(numbers)
      for i in 0..<m {
        for c in some { slope[i] += f[tangent: c - first][tangent: c - first].partials[i] }
      }
    }
    return slope
  }

  func residuals(at psi: [Double]) -> [Double?] {
    zip(x, y).map { ($1 - Shape.mean(psi, $0)) / Foundation.exp(psi[psi.count - 1]) }
  }
}

/// A population of curves: one run a donor, X the identity.
func population<Shape: Curve>(
  _ shape: Shape.Type, _ rows: [(donor: String, x: [Double], y: Double)], names: [String],
  structure: RandomStructure, start: [Double], deviations: [Double]
) -> PopulationModel {
  var order: [String] = []
  var groups: [String: CurveLikelihood<Shape>] = [:]
  for row in rows {
    if groups[row.donor] == nil { order.append(row.donor) }
    let known = groups[row.donor] ?? CurveLikelihood<Shape>(x: [], y: [])
    groups[row.donor] = CurveLikelihood(x: known.x + [row.x], y: known.y + [row.y])
  }
  let donors = order.compactMap { name in
    groups[name].map {
      PopulationDonor(
        name: name,
        occasions: [
          .init(name: name, likelihood: $0, design: .identity(Shape.parameterCount))
        ])
    }
  }
  return PopulationModel(
    donors: donors, parameters: names, fixedNames: names, structure: structure, start: start,
    startDeviations: deviations)
}

/// The folder beside the package with cases whose answers are known.
let oracles = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "shared/oracles/mixed_effects")

let hasOracles = FileManager.default.fileExists(
  atPath: oracles.appending(path: "expected.json").path)

/// The rows of a CSV with a header, as text.
func table(_ url: URL) throws -> [[String]] {
  try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst().map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: CharacterSet(charactersIn: "\""))
    }
  }
}

/// An exact maximum-likelihood fit of the reference file.
struct Expected: Decodable {
  struct Fit: Decodable {
    struct Laplace: Decodable {
      let estimates: [String: Double]
      let ranef_sd: [Double]
      let sigma: Double
      let logLik: Double
    }
    let estimates: [String: Double]
    let G: [[Double]]
    let ranef_sd: [Double]
    let sigma: Double
    let logLik: Double
    let se_all: [Double]
    let laplace: Laplace?
  }
  let exact_ml: [String: Fit]

  static func read() throws -> [String: Fit] {
    let data = try Data(contentsOf: oracles.appending(path: "expected.json"))
    return try JSONDecoder().decode(Expected.self, from: data).exact_ml
  }
}
